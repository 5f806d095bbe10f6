"""/o/<slug>/privacy/…: the desk of an organisation's privacy officer."""

from django.urls import URLPattern

app_name = "privacy"

urlpatterns: list[URLPattern] = []
