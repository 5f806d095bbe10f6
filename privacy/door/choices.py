"""/privacy/mail/<token>/: what somebody agreed to get by mail from one organisation, and ending it.

The address stands in every mail that may be refused, as the page of its reader and as the one-click
unsubscribe of RFC 8058: one POST ends it, without login, cookie or question; opening it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from delivery import mail_choices
from delivery.mail import is_suppressed
from delivery.mail_choices import Addressee
from delivery.mailed_tokens import BadToken
from organisations.models import Organisation
from organisations.person_pages import message, person_page
from privacy import registry
from privacy.declarations import Subject
from privacy.door import pages
from privacy.subject import finding, reading, withdrawing
from privacy.subject.reading import Person, Record
from privacy.vocabulary import PURPOSES
from tenancy.context import tenant
from tenancy.ids import uuid7
from tenancy.keys import NoKey

#: What a mail program sends (RFC 8058); it wants the answer itself, never another address.
ONE_CLICK = ("List-Unsubscribe", "One-Click")
#: What can be refused here. All that an organisation sends is one kind of mail so far.
PURPOSES_HERE = (withdrawing.MARKETING,)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody agreed to for one purpose, act by act, and whether it stands."""

    purpose: str
    label: str | Promise
    records: tuple[Record, ...]
    stands: bool
    #: The address is on the list of those that get nothing for this purpose.
    refused: bool


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
def mail_choices_page(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that was agreed to, each with a button that ends it; a POST ends it."""
    try:
        named = mail_choices.addressee(token)
        with _entered(named) as organisation:
            if organisation is None:
                return pages.render("choices_ended.html", status=404)
            if request.method == "POST":
                return _refused(request, named, organisation)
            return _page(named, organisation)
    except (BadToken, NoKey):
        return pages.render("choices_ended.html", status=404)


@contextmanager
def _entered(named: Addressee) -> Iterator[Organisation | None]:
    """Within the organisation, also while it can still come back: refusing is always possible."""
    organisation = Organisation.objects.filter(pk=named.organisation_id).first()
    if organisation is None:
        yield None
        return
    with tenant(organisation.pk):
        yield organisation


def _page(named: Addressee, organisation: Organisation, *, status: int = 200) -> HttpResponse:
    context = {"choices": choices_of(named), "name": organisation.controller_name or organisation.name}
    return pages.render("choices.html", context, organisation=organisation, status=status)


def _refused(request: HttpRequest, named: Addressee, organisation: Organisation) -> HttpResponse:
    name, value = ONE_CLICK
    one_click = request.POST.get(name) == value
    purpose = request.POST.get("purpose", withdrawing.MARKETING)
    if purpose not in PURPOSES_HERE:
        text = _("There is no mail of that kind to refuse. Go back, and use the button on the page.")
        return message(_("This could not be stopped"), text, status=422)
    refuse(named, purpose)
    if one_click:
        return _page(named, organisation)
    lang = translation.get_language() or "en"
    response = HttpResponseRedirect(f"{request.path}?{urlencode({'lang': lang})}")
    response.status_code = 303
    return response


def choices_of(named: Addressee) -> list[Choice]:
    """What the person behind an address agreed to at the current organisation, purpose by purpose."""
    keys = _keys_of(named)
    return [_choice(purpose, keys, named) for purpose in PURPOSES_HERE]


def refuse(named: Addressee, purpose: str) -> int:
    """End it, for all of the person's requests and under each address known of them. Twice is once."""
    keys = _keys_of(named)
    addresses = sorted({named.recipient_index} | finding.address_indexes(keys))
    return withdrawing.withdraw_for(keys, addresses=addresses, case_id=uuid7(), by=None, purpose=purpose)


def _keys_of(named: Addressee) -> list[UUID]:
    found = set(finding.with_address_index(named.recipient_index))
    return sorted(found | ({named.lead_id} if named.lead_id else set()))


def _choice(purpose: str, keys: list[UUID], named: Addressee) -> Choice:
    person = Person(registry.root_of(Subject.LEAD), tuple(keys), "")
    records: list[Record] = []
    for place, rows in withdrawing.consents_of(keys):
        records += reading.records_of(place.held, rows.filter(purpose=purpose), person)
    return Choice(
        purpose=purpose,
        label=PURPOSES[purpose],
        records=tuple(records),
        stands=withdrawing.consents_given(keys, purpose=purpose) > 0,
        refused=is_suppressed(named.recipient_index, topic=purpose),
    )
