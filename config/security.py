"""What holds for every answer, whatever made it: its headers, and that it travels over TLS."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponsePermanentRedirect

#: Asked by a balancer on the inside, and nobody's business.
_ALSO_IN_PLAIN = ("/livez", "/readyz")

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


class TlsOnlyMiddleware:
    """Serve nothing in plain HTTP where the site lives on https: readers are sent there, forms are refused.

    A form that came in plain has been read on the way already; sending it on would hide that.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.OVER_TLS or request.is_secure() or request.path_info in _ALSO_IN_PLAIN:
            return self.get_response(request)
        if request.method in ("GET", "HEAD"):
            return HttpResponsePermanentRedirect(f"https://{request.get_host()}{request.get_full_path()}")
        return HttpResponseForbidden("Only over https.\n", content_type="text/plain; charset=utf-8")


class SecurityHeadersMiddleware:
    """Set the headers that do not depend on the page; a view that set its own keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.headers = list(_HEADERS)
        if settings.OVER_TLS:
            self.headers.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        carried = {name.lower() for name in response.headers}
        for name, value in self.headers:
            if name.lower() not in carried:
                response.headers[name] = value
        return response
