"""Two middleware stacks in one process: a slim one for public pages, a full one for the rest.

The visitor's page and the submission need no session, language cookie, login or one-time password;
leaving those out saves a fifth of a submission's time and makes "no cookie" true by construction.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

PUBLIC_PREFIXES = ("/c/", "/e/", "/privacy/", "/verify/", "/livez", "/readyz")
#: For programs with a key: no session and no cookie either, but not among the visitors' processes.
API_PREFIX = "/api/"
#: For Stripe, which signs what it posts; it reads its own body up to a limit.
STRIPE_PREFIX = "/stripe/"
#: Where an editor's script posts an image.
IMAGES = re.compile(r"/o/[-\w]+/configurators/images/")
#: The API reads no body at all; a client may send an empty object.
LARGEST_API_BODY = 4096


def is_public(path: str) -> bool:
    """Whether a path is one of a visitor's."""
    return path.startswith(PUBLIC_PREFIXES)


def is_slim(path: str) -> bool:
    """Whether a path is served without sessions and cookies."""
    return path.startswith((API_PREFIX, STRIPE_PREFIX)) or is_public(path)


class DashboardOnly:
    """Runs settings.DASHBOARD_MIDDLEWARE for every path that is neither public nor of the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.public = get_response
        self.view_hooks: list[Callable[..., Any]] = []
        handler: Any = get_response
        for path in reversed(settings.DASHBOARD_MIDDLEWARE):
            middleware = import_string(path)(handler)
            self._refuse_unsupported_hooks(path, middleware)
            if hasattr(middleware, "process_view"):
                self.view_hooks.insert(0, middleware.process_view)
            handler = convert_exception_to_response(middleware)
        self.dashboard = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_public(request.path_info) or request.path_info.startswith(STRIPE_PREFIX):
            return self.public(request)
        if request.path_info.startswith(API_PREFIX):
            return _too_large() if _body_length(request) > LARGEST_API_BODY else self.public(request)
        if _body_length(request) > _largest_body(request):
            return _too_large()
        return self.dashboard(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Give each dashboard middleware its look at the view, as Django's handler would."""
        if is_slim(request.path_info):
            return None
        for hook in self.view_hooks:
            response = hook(request, view, args, kwargs)
            if response is not None:
                return response
        return None

    @staticmethod
    def _refuse_unsupported_hooks(path: str, middleware: Any) -> None:
        for hook in ("process_exception", "process_template_response"):
            if hasattr(middleware, hook):
                raise ImproperlyConfigured(f"{path}.{hook} would never run: put it in MIDDLEWARE instead.")


def _body_length(request: HttpRequest) -> int:
    """What the request says its body holds; without a length the server hands over no body at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


def _largest_body(request: HttpRequest) -> int:
    """An image is its whole body, which its view reads up to a limit; a form with a file in it is none."""
    is_image = request.content_type is not None and request.content_type.startswith("image/")
    if request.method == "POST" and is_image and IMAGES.fullmatch(request.path_info):
        return settings.IMAGE_MAX_BYTES
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _too_large() -> HttpResponse:
    """No form here has files, and a part that calls itself one would go to disk without a limit."""
    return HttpResponse("This is too large.\n", status=413, content_type="text/plain; charset=utf-8")
