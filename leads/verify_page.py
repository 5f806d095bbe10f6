"""/verify/: anybody who holds a quote can have it checked. Nothing of it is stored or written to a log."""

from functools import partial

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from leads import rates, refusals, verifying
from leads.addresses import client_address
from leads.verifying import NotAQuote
from organisations.person_pages import message, person_page, render

#: No quote of ours comes near it.
LONGEST = 256 * 1024
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_TOO_LONG = gettext_lazy("This is too long for a quote of ours. Choose the file that you downloaded.")


class Unreadable(ValueError):
    """The request itself is broken."""


@require_http_methods(["GET", "HEAD", "POST"])
@partial(person_page, longest=LONGEST, too_long=_TOO_LONG)
def verify(request: HttpRequest) -> HttpResponse:
    """The form; a POST answers what can be said of the quote in it."""
    if request.method != "POST":
        return render("leads/verify.html")
    if rates.too_many_checks(client_address(request.META)):
        return _too_many()
    try:
        body = _given(request)
    except Unreadable:
        return message(_("This could not be read"), _("Choose the file again and send it."), status=400)
    if not body.strip():
        return _again(gettext_lazy("Choose a file, or paste what is in it."))
    try:
        return render("leads/verified.html", {"checked": verifying.check(verifying.read(body))})
    except NotAQuote:
        return _again(gettext_lazy("This is no file of a signed quote, or not the whole of it."))
    except (OperationalError, InterfaceError):
        return _unavailable()


def _given(request: HttpRequest) -> bytes:
    """What was uploaded, else what was pasted. Raises Unreadable."""
    if request.content_type not in _FORMS:
        raise Unreadable
    try:
        uploaded, pasted = request.FILES.get("file"), request.POST.get("quote", "")
    except (MultiPartParserError, SuspiciousOperation, BadRequest, UnreadablePostError) as broken:
        raise Unreadable from broken
    if uploaded is not None and uploaded.size:
        return bytes(uploaded.read())
    return pasted.encode(errors="replace")


def _again(error: Promise) -> HttpResponse:
    return render("leads/verify.html", {"error": error}, status=422)


def _too_many() -> HttpResponse:
    text = _("Many requests came from your connection. Wait a minute and send this again.")
    response = message(_("A little later, please"), text, status=429)
    response.headers["Retry-After"] = str(refusals.RATE_SECONDS)
    return response


def _unavailable() -> HttpResponse:
    text = _("This cannot be checked just now. Send it again in a moment.")
    response = message(_("Just a moment"), text, status=503)
    response.headers["Retry-After"] = str(refusals.RETRY_AFTER_SECONDS)
    return response
