"""Pages for people who arrive, and what machines ask of any site."""

from django.urls import path

from config import site

app_name = "site"

urlpatterns = [
    path("", site.home, name="home"),
    path(".well-known/security.txt", site.security_txt, name="security"),
]
