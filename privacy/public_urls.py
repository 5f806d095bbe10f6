"""/privacy/…: the door for people without an account; served by the slim stack, without cookies."""

from django.urls import URLPattern

app_name = "door"

urlpatterns: list[URLPattern] = []
