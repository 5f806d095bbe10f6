"""/platform/…: what the platform's own officer and support see."""

from django.urls import URLPattern

app_name = "platform"

urlpatterns: list[URLPattern] = []
