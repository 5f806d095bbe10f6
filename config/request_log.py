"""One line per answered request, and an id by which its other lines are found."""

import secrets
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from config.logging import current_request_id

log = structlog.get_logger(__name__)

HEADER = "X-Request-ID"


class RequestLogMiddleware:
    """Outermost. Logs the route, never the path, query or body: those can name a person.

    The id is made here. One that a client sent is ignored, or anybody could write into our logs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = log.bind()  # now, because it takes longer than writing a line

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = secrets.token_hex(12)
        request.request_id = request_id  # type: ignore[attr-defined]
        token = current_request_id.set(request_id)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            self.log.info(
                "request",
                method=request.method,
                route=_route(request),
                status=response.status_code,
                ms=round((time.perf_counter() - began) * 1000, 1),
                organisation_id=_organisation_id(request),
                actor_id=_actor_id(request),
            )
        finally:
            current_request_id.reset(token)
        response.headers[HEADER] = request_id
        return response


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route}" if match else "none"


def _organisation_id(request: HttpRequest) -> object:
    return getattr(getattr(request, "organisation", None), "pk", None)


def _actor_id(request: HttpRequest) -> object:
    """Who acted, if the request asked; logging must not cause a query."""
    return getattr(getattr(request, "_cached_user", None), "pk", None)
