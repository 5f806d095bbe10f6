"""The scripts that a customer's site includes: one makes an element of the configurator, one a frame."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseNotModified
from django.views.decorators.http import require_safe

_FRAME, _ELEMENT = "embed.js", "element.js"
_HEADERS = {
    "Content-Type": "text/javascript; charset=utf-8",
    "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
    # Other sites are meant to load these files, whatever their own isolation.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


@dataclass(frozen=True, slots=True)
class _Script:
    body: bytes
    etag: str


@login_not_required
@transaction.non_atomic_requests
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """``/e/v1.js``: puts a frame where it stands, for sites that let one paste no more than a script."""
    return _served(request, _FRAME)


@login_not_required
@transaction.non_atomic_requests
@require_safe
def element(request: HttpRequest) -> HttpResponse:
    """``/e/v1/element.js``: the module that makes ``<opmaat-configurator>`` an element."""
    return _served(request, _ELEMENT)


def _served(request: HttpRequest, name: str) -> HttpResponse:
    """An hour in caches, then asked for by its ETag."""
    path = _path(name)
    if path is None:
        return HttpResponseNotFound(
            "The front end is not built: run make assets.\n", content_type="text/plain"
        )
    found = _read(path, path.stat().st_mtime_ns)
    headers = _HEADERS | {"ETag": found.etag}
    if found.etag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(found.body, headers=headers)


def _path(name: str = _FRAME) -> Path | None:
    found = finders.find(name)
    if isinstance(found, str):
        return Path(found)
    collected = Path(staticfiles_storage.path(name))
    return collected if collected.exists() else None


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> _Script:
    body = path.read_bytes()
    return _Script(body, f'"{sha256(body).hexdigest()[:32]}"')
