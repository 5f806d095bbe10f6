"""Every cookie that the product may set: the only list, from which the cookie page is made (H46, E18).

``OnlyDeclaredCookies`` lets nothing else out. All of them are strictly necessary, so no consent is asked
(Art. 5(3) ePrivacy); one that is not would need a question first, which this product does not have, and a
system check refuses it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import device, legal

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Cookie:
    """``name`` answers what it is called on this installation: over TLS the names begin with __Host-."""

    name: Callable[[], str]
    why: Promise
    lasts: Promise
    necessary: bool = True


COOKIES = (
    Cookie(
        name=lambda: settings.SESSION_COOKIE_NAME,
        why=gettext_lazy("Keeps you signed in."),
        lasts=gettext_lazy("Until you sign out or close the browser, 12 hours at most"),
    ),
    Cookie(
        name=lambda: settings.CSRF_COOKIE_NAME,
        why=gettext_lazy("Proves that a form comes from this site."),
        lasts=gettext_lazy("Until you close the browser"),
    ),
    Cookie(
        name=lambda: settings.LANGUAGE_COOKIE_NAME,
        why=gettext_lazy("Remembers the language that you chose."),
        lasts=gettext_lazy("A year"),
    ),
    Cookie(
        name=device.cookie_name,
        why=gettext_lazy(
            "Remembers that you signed in with this browser, so that strangers who try passwords"
            " cannot slow you down."
        ),
        lasts=gettext_lazy("180 days"),
    ),
)


def allowed_names() -> frozenset[str]:
    return frozenset(cookie.name() for cookie in COOKIES if cookie.necessary)


@legal.fills("cookies")
def cookie_table() -> legal.Table:
    return legal.Table(
        head=(_("Cookie"), _("What it is for"), _("How long")),
        rows=tuple((cookie.name(), str(cookie.why), str(cookie.lasts)) for cookie in COOKIES),
    )


class OnlyDeclaredCookies:
    """Drop every cookie that is not on the list, and say so loudly in the log. Comes before all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name in set(response.cookies) - allowed_names():
            del response.cookies[name]
            log.error("undeclared_cookie_dropped", kind=name)
        return response
