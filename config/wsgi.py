"""The two web applications: everything, and only what visitors use.

Each runs in processes of its own, so that a slow sign-in never delays a lead.
"""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, get_script_name
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, set_script_prefix

from config.requests import Request
from config.stack import is_public

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

StartResponse = Callable[..., Any]

#: Paths whose views use none of the connections that Django looks after between requests.
VISITOR_PREFIXES = ("/c/", "/e/")
_ADDRESSES_KEPT = 4096
#: Python's own figure is 700, which is several collections within each request.
_ALLOCATIONS_BETWEEN_COLLECTIONS = 20_000


class Handler(WSGIHandler):
    """Django's own, which hands over an answer whole where it can: the server then sends it in one go."""

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, ResolverMatch] = {}

    request_class = Request

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Any:
        if environ.get("PATH_INFO", "").startswith(VISITOR_PREFIXES):
            return self.serve_visitor(environ, start_response)
        response = super().__call__(environ, start_response)
        if not isinstance(response, HttpResponse):
            return response
        response.close()
        return [response.content]

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Find the view; where a visitor's address leads is remembered, because it takes a while to find."""
        path = request.path_info
        if not path.startswith(VISITOR_PREFIXES):
            return super().resolve_request(request)
        match = self._found.get(path)
        if match is None:
            match = super().resolve_request(request)
            if len(self._found) >= _ADDRESSES_KEPT:
                self._found.clear()
            self._found[path] = match
        request.resolver_match = match
        return match

    def serve_visitor(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Without the signals around a request: the intake connection mends itself (``leads.capture``)."""
        set_script_prefix(get_script_name(environ))
        request = self.request_class(environ)
        response = self.get_response(request)
        start_response(f"{response.status_code} {response.reason_phrase}", _headers(response))
        request.close()
        return [response.content] if isinstance(response, HttpResponse) else response


def _headers(response: HttpResponseBase) -> list[tuple[str, str]]:
    cookies = [("Set-Cookie", cookie.output(header="")) for cookie in response.cookies.values()]
    return [*response.items(), *cookies]


def _application() -> Handler:
    django.setup(set_prefix=False)
    handler = Handler()
    _collect_seldom()
    return handler


def _collect_seldom() -> None:
    """What was loaded lives as long as the process, and a request leaves few cycles behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_BETWEEN_COLLECTIONS, 20, 50)


application = _application()


def public(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """The visitor's pages and the embed; any other address is unknown here."""
    path = environ.get("PATH_INFO", "")
    if is_public(path) or path.startswith("/static/"):
        return application(environ, start_response)
    start_response(
        "404 Not Found",
        [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")],
    )
    return [b"Not found\n"]
