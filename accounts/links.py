"""Addresses in mails, and the only places a sign-in may lead to."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

_LONGEST = 1000


def absolute(name: str, *args: Any, next_path: str = "") -> str:
    """A link for a mail. Its host comes from the settings, never from the request."""
    query = "?" + urlencode({"next": next_path}) if next_path else ""
    return f"{settings.SITE_URL}{reverse(name, args=args)}{query}"


def own_path(value: str) -> str:
    """The value if it is a path of this site, else an empty string."""
    if len(value) > _LONGEST or not value.startswith("/") or not value.isprintable() or "\\" in value:
        return ""
    return value if url_has_allowed_host_and_scheme(value, allowed_hosts=None) else ""


def next_path(request: HttpRequest) -> str:
    """Where the person was going, if that is a path of this site."""
    return own_path(request.POST.get("next") or request.GET.get("next") or "")


def destination(path: str) -> str:
    """That place, or the page after sign-in."""
    return own_path(path) or resolve_url(settings.LOGIN_REDIRECT_URL)


def with_next(name: str, path: str) -> str:
    """The address of a page that leads on to ``path``."""
    return reverse(name) + ("?" + urlencode({"next": path}) if path else "")


def came_from(request: HttpRequest) -> str:
    """The page of this site that sent the person here, if the browser says so."""
    origin = f"{request.scheme}://{request.get_host()}"
    referrer = request.headers.get("Referer", "")
    return own_path(referrer.removeprefix(origin)) if referrer.startswith(f"{origin}/") else ""
