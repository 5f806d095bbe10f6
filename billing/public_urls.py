"""/stripe/…: for Stripe itself; served by the slim stack, without cookies."""

from django.urls import path

from billing import webhooks

app_name = "stripe"

urlpatterns = [
    path("stripe/webhook/", webhooks.receive, name="webhook"),
]
