"""/platform/…: what the platform's own officer and support see."""

from django.urls import path

from organisations.views import support

app_name = "platform"

urlpatterns = [
    path("support/", support.ask, name="support"),
]
