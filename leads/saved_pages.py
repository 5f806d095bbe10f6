"""Keeping choices for another time: making the link, and opening it."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from configurators import public_page
from configurators.answers import Answers, Errors, preview_form, preview_json
from configurators.dates import opened_on
from configurators.presentation import Filled
from configurators.published import Version
from leads import rates, refusals, replies, saving
from leads.addresses import client_address
from leads.beginning import begun
from leads.capture import IntakeUnavailable
from leads.posted import Posted, answers_of, json_body
from leads.refusals import Refused
from leads.saving import Kept, Opened
from leads.visitor_views import visitor_view
from leads.visits import Visit


@visitor_view("POST")
def save(visit: Visit) -> HttpResponse:
    """``/c/<key>/save/``: keep the answers of this moment, for the page's own script."""
    try:
        _token, version = begun(visit, visit.request.META.get("HTTP_X_FORM_TOKEN", ""))
        given = answers_of(json_body(visit.request))
        kept = _kept(visit, version, *preview_json(version.compiled, given))
    except Refused as refused:
        return replies.refusal(visit, None, refused)
    return replies.json_reply(201, {"url": link(visit, kept), "message": _in_words(visit, kept)})


def kept_page(visit: Visit, posted: Posted) -> HttpResponse:
    """The page again with the link on it: "Save" without JavaScript. Raises Refused."""
    token, version = begun(visit, posted.token)
    opened = opened_on(token.issued_at)
    kept = _kept(visit, version, *preview_form(version.compiled, posted.answers, opened=opened))
    return replies.page_with_link(visit, posted, url=link(visit, kept), message=_in_words(visit, kept))


@visitor_view("GET", "HEAD", fresh=True)
def saved(visit: Visit) -> HttpResponse:
    """``/c/<key>/saved/?token=…``: the choices behind a link, in the version of today."""
    if instead := replies.instead_of_the_form(visit):
        return instead
    token = visit.request.GET.get("token", "")
    try:
        opened = saving.opened(visit.publication, token, language=visit.language)
    except IntakeUnavailable:
        return _later(visit)
    return _ended(visit) if opened is None else _page_with(visit, opened)


def link(visit: Visit, kept: Kept) -> str:
    """Where these choices come back, in the language in which they were made."""
    path = reverse("public:saved", kwargs={"key": visit.public_key})
    query = urlencode({"lang": visit.language, "token": kept.token})
    return f"{settings.PUBLIC_URL}{path}?{query}"


def _kept(visit: Visit, version: Version, answers: Answers, errors: Errors) -> Kept:
    """Keeps what can be meant; what is missing may come later, but half a number is none."""
    wrong = {name: found[0].message for name, found in errors.items() if found[0].code != "required"}
    if wrong:
        raise refusals.wrong_answers(wrong)
    if rates.too_many_saved(client_address(visit.request.META), visit.public_key):
        raise refusals.too_many()
    try:
        return saving.save(visit.publication, version, answers)
    except IntakeUnavailable:
        raise refusals.unavailable() from None


def _in_words(visit: Visit, kept: Kept) -> str:
    last = timezone.localtime(kept.until) - timedelta(days=1)
    with translation.override(visit.language):
        return _("This link brings your choices back until %(date)s.") % {
            "date": date_format(last, "DATE_FORMAT")
        }


def _page_with(visit: Visit, opened: Opened) -> HttpResponse:
    with translation.override(visit.language):
        date = date_format(timezone.localtime(opened.saved_at), "DATE_FORMAT")
        words = [_("Here are your choices of %(date)s again.") % {"date": date}]
        if not opened.same_version:
            words.append(_("The prices are those of today."))
        if opened.lost:
            words.append(_("What you chose here does not exist any more; please choose anew:"))
    return public_page.render_page(
        visit.publication,
        language=visit.language,
        embedded=False,
        token=visit.fresh_token(),
        filled=Filled(answers=opened.answers),
        brought_back=public_page.BroughtBack(" ".join(words), opened.lost),
    )


def _later(visit: Visit) -> HttpResponse:
    with translation.override(visit.language):
        response = public_page.render_message(
            status=503,
            language=visit.language,
            heading=_("Just a moment"),
            text=_("Your choices could not be fetched just now. Open the link again in a minute."),
            publication=visit.publication,
        )
    response.headers["Retry-After"] = str(refusals.RETRY_AFTER_SECONDS)
    return response


def _ended(visit: Visit) -> HttpResponse:
    with translation.override(visit.language):
        heading = _("This link has ended")
        text = _("Choices that were saved are kept for a while and then erased. Put them together anew.")
    return public_page.render_message(
        status=410,
        language=visit.language,
        heading=heading,
        text=text,
        publication=visit.publication,
        anew_url=public_page.address(visit.public_key, "page", visit.language, embedded=False),
    )
