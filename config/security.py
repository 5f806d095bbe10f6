"""Headers that every answer carries, whatever made it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    # What says nothing itself, such as an error before any page was chosen, may do nothing and stays nowhere.
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("Cache-Control", "no-store"),
)


class SecurityHeadersMiddleware:
    """Set the headers that do not depend on the page; a view that set its own keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.headers = list(_HEADERS)
        if settings.SITE_URL.startswith("https:"):
            self.headers.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        carried = {name.lower() for name in response.headers}
        for name, value in self.headers:
            if name.lower() not in carried:
                response.headers[name] = value
        return response
