"""The door: ask for a link, open it, and see, take along, correct, restrict, object, withdraw or erase."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.throttle import TooSoon, client_address, count_request
from delivery.buckets import Buckets
from delivery.typesetting import NotSet
from organisations.models import Organisation
from organisations.person_pages import LANGUAGE_NAMES, message, person_page
from privacy.door import holdings, links, pages
from privacy.door.forms import AskForm, ClaimForm, CorrectForm, ObjectForm, WishForm
from privacy.models import DoorLink, Right
from privacy.subject import finding, formats, rectifying
from privacy.subject.page import as_page
from privacy.subject.schema import copy_schema

#: What may be downloaded, and under which name.
DOWNLOADS = {
    "zip": ("application/zip", "data.zip"),
    "json": ("application/json", "copy.json"),
    "csv": ("text/csv; charset=utf-8", "portable.csv"),
}
#: Of one link: each is typeset in a process that takes requests for offers too.
FILES_PER_MINUTE = 6
_files = Buckets()
_FORMS = {Right.OBJECTION: ObjectForm, Right.ERASURE: WishForm, Right.RESTRICTION: WishForm}

#: A view of somebody who has shown who they are, at one organisation that holds something about them.
Inside = Callable[..., HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
def request_page(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same for every address, known or not."""
    organisation = _asked_at(request)
    if request.method != "POST":
        form = AskForm(
            initial={"language": translation.get_language(), "right": request.GET.get("right", "")}
        )
        return _ask_page(form, organisation)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _ask_page(form, organisation, status=422)
    try:
        count_request(purpose="door", address=client_address(request))
    except TooSoon as wait:
        return _too_many(wait)
    if not form.cleaned_data["website"]:
        links.ask_for_link(
            email=form.cleaned_data["email"],
            language=form.cleaned_data["language"],
            right=form.cleaned_data["right"],
            organisation=organisation,
        )
    return _see_other(reverse("door:sent"), lang=form.cleaned_data["language"])


@require_safe
@person_page
def sent(request: HttpRequest) -> HttpResponse:
    """What happens now, in words that fit whether anything is held or not."""
    return pages.render("sent.html")


@require_safe
@person_page
def schema(request: HttpRequest) -> HttpResponse:
    """What stands where in the JSON of a copy."""
    text = json.dumps(copy_schema(), ensure_ascii=False, indent=2)
    return HttpResponse(text, content_type="application/schema+json")


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
def my(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link is opened by a button, since programs that read mail follow links; then the page."""
    link = links.find(token)
    if link is None:
        return pages.link_ended()
    with _language_of(request, link):
        if not links.is_open(link):
            return _open(request, link) if request.method == "POST" else pages.render("open.html")
        return _everything(token, link)


def _open(request: HttpRequest, link: DoorLink) -> HttpResponse:
    token = links.open_visit(link)
    if token is None:
        return pages.link_ended()
    return _see_other(reverse("door:my", args=[token]), lang=translation.get_language())


def _everything(token: str, link: DoorLink) -> HttpResponse:
    held = holdings.holdings_of(link)
    context = {
        "token": token,
        "holdings": held,
        "waiting": holdings.waiting_of(link),
        "email": links.address_of(link),
        "account": finding.account_with(links.address_of(link)) is not None,
        "only_at": _only_at(link),
        "right": link.right,
    }
    return pages.render("my.html", context)


@require_POST
@person_page
def claim(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Say of something that was asked under one's address whether one asked it."""
    link = links.find(token)
    if link is None or not links.is_open(link):
        return pages.link_ended()
    with _language_of(request, link):
        form = ClaimForm(request.POST)
        if not form.is_valid():
            return message(_("Did you ask this?"), _("Choose yes or no."), status=422)
        right, is_mine = form.cleaned_data["right"], form.cleaned_data["answer"] == "yes"
        if not holdings.claim(link, pk, right=right, is_mine=is_mine):
            return pages.link_ended()
        return _see_other(reverse("door:my", args=[token]), lang=translation.get_language())


def _only_at(link: DoorLink) -> Organisation | None:
    """Where the person asked at one organisation, that one: nothing was looked for elsewhere."""
    return Organisation.objects.filter(pk=link.organisation_id).first() if link.organisation_id else None


# --- At one organisation ------------------------------------------------------------------------------


def inside(view: Inside) -> Inside:
    """Find the visit that the token opens, and enter the organisation if it holds something.

    A token that ended, and an organisation that holds nothing, answer with the same page.
    """

    @wraps(view)
    def entered(request: HttpRequest, token: str, organisation: str, **more: Any) -> HttpResponse:
        link = links.find(token)
        if link is None or not links.is_open(link):
            return pages.link_ended()
        with _language_of(request, link), holdings.at(link, organisation) as found:
            if found is None:
                return pages.link_ended()
            return view(request, link=link, token=token, organisation=found, **more)

    return person_page(entered)


@require_safe
@inside
def copy(request: HttpRequest, *, link: DoorLink, token: str, organisation: Organisation) -> HttpResponse:
    """Everything that the organisation holds, and everything that Art. 15 wants said of it."""
    made = holdings.copy_at(link, taken=False)
    return pages.render("copy.html", {"copy": made, "token": token}, organisation=organisation)


@require_safe
@inside
def download(
    request: HttpRequest, *, link: DoorLink, token: str, organisation: Organisation, form: str
) -> HttpResponse:
    """The same as a file: everything in a ZIP, JSON for programs, or CSV of what the person gave."""
    if form not in DOWNLOADS:
        return pages.link_ended()
    made = holdings.copy_at(link, taken=True)
    content = {
        "zip": lambda: formats.as_zip(made, page=as_page(made)),
        "json": lambda: formats.as_json(made),
        "csv": lambda: formats.as_csv(made),
    }[form]()
    kind, name = DOWNLOADS[form]
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_safe
@inside
def file(
    request: HttpRequest, *, link: DoorLink, token: str, organisation: Organisation, pk: UUID, form: str
) -> HttpResponse:
    """A file about one request: what its app makes of it."""
    found = holdings.file_at(link, pk, form)
    if found is None:
        return pages.link_ended()
    if not _files.take(str(link.pk), per_minute=FILES_PER_MINUTE):
        return _in_a_minute(_("That was a lot of files at once. Try again in a minute."), status=429)
    try:
        content = found.make()
    except NotSet:
        return _in_a_minute(_("This file could not be made just now. Try again in a minute."), status=503)
    holdings.note_taken(pk)
    return HttpResponse(
        content,
        content_type=found.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, found.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@inside
def correct(request: HttpRequest, *, link: DoorLink, token: str, organisation: Organisation) -> HttpResponse:
    """The details as they stand, to be written over; the organisation looks at it before it changes them."""
    keys = finding.with_address(links.address_of(link))
    if not keys:
        return pages.link_ended()
    before = rectifying.details_of(keys[-1])
    form = CorrectForm(
        request.POST if request.method == "POST" else None, before=before, country=organisation.country
    )
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        seen = {category: before[category] for category in {*changes, rectifying.NAME}}
        wish: dict[str, object] = {"values": changes, "instead_of": seen}
        if form.cleaned_data["text"]:
            wish["text"] = form.cleaned_data["text"]
        return _asked(link, token, organisation, Right.RECTIFICATION, wish)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "token": token, "automatic_days": holdings.automatic_days()}
    return pages.render("correct.html", context, organisation=organisation, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@inside
def ask(
    request: HttpRequest, *, link: DoorLink, token: str, organisation: Organisation, right: str
) -> HttpResponse:
    """Say what will happen and when, and on the button ask for it."""
    if right not in _FORMS:
        return pages.link_ended()
    form = _FORMS[Right(right)](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wish = {name: text for name, text in form.cleaned_data.items() if text}
        return _asked(link, token, organisation, right, wish)
    context = {"form": form, "token": token, "right": right, "automatic_days": holdings.automatic_days()}
    status = 422 if request.method == "POST" else 200
    return pages.render("ask.html", context, organisation=organisation, status=status)


@require_POST
@inside
def withdraw(request: HttpRequest, *, link: DoorLink, token: str, organisation: Organisation) -> HttpResponse:
    """One press ends the consent, as one tick gave it."""
    return _asked(link, token, organisation, Right.WITHDRAWAL, {})


def _asked(
    link: DoorLink, token: str, organisation: Organisation, right: str, wish: dict[str, object]
) -> HttpResponse:
    made = holdings.ask(link, organisation, right, wish)
    days = holdings.automatic_days()
    asked = holdings.Asked.of(made, automatic_days=days)
    context = {"asked": asked, "right": right, "wish": wish, "token": token}
    return pages.render("asked.html", context, organisation=organisation)


# --- What several pages do -----------------------------------------------------------------------------


def _language_of(request: HttpRequest, link: DoorLink) -> Any:
    """Behind the door the language of the link, unless another is chosen on the page."""
    asked = request.GET.get("lang", "")
    return translation.override(asked if asked in LANGUAGE_NAMES else link.language)


def _asked_at(request: HttpRequest) -> Organisation | None:
    """The organisation in the address of the link that an old mail carries; any other is as good as none."""
    slug = request.GET.get("organisation", "")
    if not slug or len(slug) > 60 or "\0" in slug:
        return None
    return Organisation.objects.active().filter(slug=slug).first()


def _ask_page(form: AskForm, organisation: Organisation | None, *, status: int = 200) -> HttpResponse:
    query = urlencode({"organisation": organisation.slug}) if organisation else ""
    return pages.render("request.html", {"form": form}, organisation=organisation, query=query, status=status)


def _in_a_minute(text: str, *, status: int) -> HttpResponse:
    response = message(_("Just a moment"), text, status=status)
    response.headers["Retry-After"] = "60"
    return response


def _too_many(wait: TooSoon) -> HttpResponse:
    text = _("Many requests came from your connection. Try again in %(minutes)s minutes.")
    response = message(_("A little later, please"), text % {"minutes": wait.minutes}, status=429)
    response.headers["Retry-After"] = str(wait.seconds)
    return response


def _see_other(address: str, *, lang: str | None) -> HttpResponse:
    response = HttpResponseRedirect(f"{address}?{urlencode({'lang': lang or 'en'})}")
    response.status_code = 303
    return response
