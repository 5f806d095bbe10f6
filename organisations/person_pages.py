"""How a page for a person without an account is answered: in their language, for nobody's memory, no cookie.

The slim stack has no session, no login and no cross-site token: whoever holds the token in the address is
the person, and nothing else is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Organisation

LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English", "fr": "Français"}
#: No form of these pages is longer than this; a file does not get in.
LONGEST_BODY = 64 * 1024

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}

View = Callable[..., HttpResponse]
Text = str | Promise
_TOO_LONG = gettext_lazy("Write less, and send no files: we never ask for one.")


def person_page(view: View, *, longest: int = LONGEST_BODY, too_long: Text = _TOO_LONG) -> View:
    """A view for whoever holds a mailed link: public, in their language, in no transaction.

    A body that is ``longest`` at most is read; a longer one is answered with ``too_long``.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(language_of(request)):
            if _length(request) > longest:
                response = message(_("This is too long"), str(too_long), status=413)
            else:
                response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return login_not_required(transaction.non_atomic_requests(answered))


def language_of(request: HttpRequest) -> str:
    """As asked for in the address, else as the browser prefers."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGE_NAMES:
        return asked
    return translation.get_language_from_request(request)[:2]


def render(
    template: str,
    context: dict[str, Any] | None = None,
    *,
    organisation: Organisation | None = None,
    query: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page in the plain frame, under an organisation's name where it is about one."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    frame = {
        "language": language,
        "languages": [{"code": code, "name": name} for code, name in LANGUAGE_NAMES.items()],
        "organisation": organisation,
        "query": query,
        "site_url": settings.SITE_URL,
    }
    body = render_to_string(template, frame | (context or {}))
    return HttpResponse(body, status=status)


def message(heading: str, text: str, *, status: int) -> HttpResponse:
    return render("privacy/door/message.html", {"heading": heading, "text": text}, status=status)


def _length(request: HttpRequest) -> int:
    """What the request says its body holds; without a length the server hands over no body at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0
