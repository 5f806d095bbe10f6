"""A restored database is served to nobody before its erasures were replayed: 503 on every page."""

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tenancy.ledger.gate import ReplayNeeded, closed_because

RETRY_AFTER_SECONDS = 60
#: These say by themselves what is wrong; a visitor's page keeps the answers meanwhile (leads.refusals).
SPEAK_FOR_THEMSELVES = ("/c/", "/e/", "/livez", "/readyz")


class ClosedUntilReplay:
    """Opens the connection before any view runs, and answers 503 where that is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500 and closed_because() and not _speaks_for_itself(request):
            return _back_in_a_moment()  # a middleware met it first
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if _speaks_for_itself(request):
            return None
        try:
            connections["default"].ensure_connection()
        except ReplayNeeded:
            return _back_in_a_moment()
        except DatabaseError:
            return None  # the view will meet the same, and says so in its own way
        return None


def _speaks_for_itself(request: HttpRequest) -> bool:
    return request.path_info.startswith(SPEAK_FOR_THEMSELVES)


def _back_in_a_moment() -> HttpResponse:
    return HttpResponse(
        render_to_string("503.html"),
        status=503,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"},
    )
