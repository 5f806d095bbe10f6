"""What a person gets who asks for access: a copy of their data, and everything Art. 15 GDPR wants said of it.

One answer for one person at one organisation, or at the platform for an account. It is made from the
declarations: a new column appears in it the day it is declared (promises H26 and E5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from audit.models import AccessEvent, Event, PlatformAccessEvent, PlatformEvent
from organisations.models import Membership, Organisation
from organisations.person_files import PersonFile, files_about
from privacy import periods, registry
from privacy.declarations import Declaration, JSONKeys, Personal, Rule, Subject
from privacy.requests.authorities import Authority, authority_of
from privacy.subject.reading import Person, Section, Value, sections_about
from privacy.subject.receivers import processors, receivers_of
from privacy.vocabulary import BASES, CATEGORIES, PURPOSES
from tenancy.context import current_organisation_id, tenant
from tenancy.encryption import normalise_email

#: Where the platform itself is, and so whose authority watches over it.
PLATFORM_COUNTRY = "NL"

#: What the record says of acts that touch one person, in that person's words.
ACTS: dict[str, str | Promise] = {
    "lead.viewed": gettext_lazy("A member of the organisation opened your request"),
    "lead.set_aside": gettext_lazy("A member of the organisation said that your request is spam"),
    "lead.released": gettext_lazy("A member of the organisation said that your request is no spam"),
    "lead.exported": gettext_lazy("A member of the organisation exported your request"),
    "lead.price_differed": gettext_lazy("Your page showed another price than was reckoned from your choices"),
    "lead.quote_downloaded": gettext_lazy("A member of the organisation downloaded your quote"),
    "lead.file_downloaded": gettext_lazy("A member of the organisation downloaded a file of your request"),
    "lead.found": gettext_lazy("A member of the organisation found your request by your address"),
    "subject.seen": gettext_lazy("You saw your data"),
    "subject.copied": gettext_lazy("You downloaded your data"),
    "subject.corrected": gettext_lazy("Your details were corrected"),
    "subject.statement_added": gettext_lazy("A statement of yours was added"),
    "subject.restricted": gettext_lazy("The use of your data was restricted"),
    "subject.restriction_lifted": gettext_lazy("The restriction was lifted"),
    "subject.objected": gettext_lazy("You objected to the use of your data"),
    "subject.consent_withdrawn": gettext_lazy("You withdrew your consent"),
}


@dataclass(frozen=True, slots=True)
class Controller:
    """Who decides about the data, and where to write to them."""

    name: str
    address: str
    email: str
    policy_url: str
    country: str
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table with what is said of them: what they are called, and how long they are kept."""

    section: Section
    title: str
    kept: str


@dataclass(frozen=True, slots=True)
class Access:
    """One act that the record keeps about the person's data; never who did it."""

    what: str
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose, the ground it rests on, and the kinds of data used for it."""

    purpose: str
    basis: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """The answer to a request for access."""

    subject: Subject
    controller: Controller
    made_at: datetime
    parts: tuple[Part, ...]
    uses: tuple[Use, ...]
    accesses: tuple[Access, ...]
    receivers: tuple[str, ...]
    authority: Authority
    #: What the person handed in as files.
    files: tuple[PersonFile, ...] = ()

    @property
    def complain_to(self) -> tuple[str, str]:
        """The authority's name and page, in the reader's language where it has one."""
        language = get_language() or "en"
        return self.authority.name_in(language), self.authority.url_in(language)

    @property
    def processors(self) -> list[str]:
        return processors(of_organisation=self.subject == Subject.LEAD)

    @property
    def source(self) -> str:
        if self.subject == Subject.ACCOUNT:
            return _(
                "You gave them yourself, or a colleague did who invited you; the rest came about in use."
            )
        return _("You gave them yourself in a form; the rest came about while your request was handled.")

    @property
    def automated(self) -> str:
        return _("No decision about you is taken by a computer alone, and no profile of you is made.")

    @property
    def rights(self) -> list[str]:
        return [
            _("to see your data and to have a copy of it (Art. 15 GDPR)"),
            _("to have it corrected or completed (Art. 16)"),
            _("to have it erased (Art. 17)"),
            _("to have its use restricted (Art. 18)"),
            _("to take along what you gave, in a form that programs read (Art. 20)"),
            _("to object to its use (Art. 21), and to withdraw a consent at any time (Art. 7(3))"),
        ]

    def values(self) -> Iterator[tuple[Part, Value]]:
        """Every value with the part it stands in."""
        for part in self.parts:
            for record in part.section.records:
                for value in record.values:
                    yield part, value


def copy_for_address(email: str, keys: Iterable[UUID]) -> Copy:
    """What the current organisation holds about the person with this address and these roots."""
    person = Person(registry.root_of(Subject.LEAD), tuple(keys), normalise_email(email))
    organisation = Organisation.objects.get(pk=current_organisation_id())
    sections = sections_about(person, plane="tenant")
    kind = person.root.label
    return _copy(
        person,
        controller_of(organisation),
        sections,
        accesses=_accesses(
            act
            for acts in (AccessEvent.objects, Event.objects)
            for act in acts.filter(kind=_kind(kind), object_id__in=person.keys)
        ),
        receivers=receivers_of(person.keys, object_kind=kind),
        files=[file for key in person.keys for file in files_about(kind, key) if file.theirs],
    )


def copy_for_account(user: User) -> Copy:
    """What the platform holds about somebody with an account, in every organisation they belong to."""
    person = Person(registry.root_of(Subject.ACCOUNT), (user.pk,), normalise_email(user.email))
    sections = sections_about(person, plane="control")
    for organisation_id in Membership.objects.filter(user=user).values_list("organisation_id", flat=True):
        with tenant(organisation_id):
            sections += sections_about(person, plane="tenant")
    acts = [*PlatformAccessEvent.objects.of_user(user.pk), *PlatformEvent.objects.of_user(user.pk)]
    return _copy(person, _platform(), sections, accesses=_accesses(acts), receivers=[])


def without_what_is_not_the_organisations(copy: Copy) -> Copy:
    """The copy as the organisation's own desk may see it: never the network address (promise H9)."""
    return replace(copy, parts=tuple(part for part in map(_visible, copy.parts) if part.section.records))


def _visible(part: Part) -> Part:
    records = (
        replace(record, values=tuple(value for value in record.values if value.declared.org_visible))
        for record in part.section.records
    )
    kept = tuple(record for record in records if record.shown)
    return replace(part, section=replace(part.section, records=kept))


def controller_of(organisation: Organisation) -> Controller:
    """The organisation as its visitors were told of it."""
    return Controller(
        name=organisation.controller_name or organisation.name,
        address=organisation.controller_address,
        email=organisation.controller_email,
        policy_url=organisation.privacy_policy_url,
        country=organisation.country,
        retention_days=organisation.lead_retention_days,
    )


def _platform() -> Controller:
    return Controller(
        name=settings.PRIVACY_CONTACT_NAME,
        address=settings.PRIVACY_CONTACT_ADDRESS,
        email=settings.PRIVACY_CONTACT,
        policy_url=settings.SITE_URL + reverse("accounts:privacy-policy"),
        country=PLATFORM_COUNTRY,
    )


def _copy(
    person: Person,
    controller: Controller,
    sections: list[Section],
    *,
    accesses: list[Access],
    receivers: list[str],
    files: Sequence[PersonFile] = (),
) -> Copy:
    return Copy(
        subject=person.root.subject,
        controller=controller,
        made_at=timezone.now(),
        parts=tuple(_parts(sections, controller)),
        uses=tuple(_uses(sections)),
        accesses=tuple(accesses),
        receivers=tuple(receivers),
        authority=authority_of(controller.country),
        files=tuple(files),
    )


def _parts(sections: list[Section], controller: Controller) -> Iterator[Part]:
    root = next((section for section in sections if section.declaration.root), None)
    for section in sections:
        yield Part(section, title_of(section.declaration), _kept(section, root, controller))


def title_of(declaration: Declaration) -> str:
    """What a person reads above the rows of a table."""
    if declaration.title:
        return str(declaration.title)
    for value in personal_of(declaration):
        if not value.category.endswith(".identifier"):
            return str(CATEGORIES[value.category.partition(".")[0]])
    return declaration.label


def personal_of(declaration: Declaration) -> Iterator[Personal]:
    """What a table says about a person, the keys of its JSON included."""
    for value in declaration.fields.values():
        if isinstance(value, JSONKeys):
            yield from value.personal().values()
        elif isinstance(value, Personal):
            yield value


def _uses(sections: list[Section]) -> Iterator[Use]:
    """Why the values in a copy are there at all (Art. 15(1)(a) and (b))."""
    found: dict[tuple[str, str], set[str]] = {}
    for section in sections:
        for record in section.records:
            for value in record.values:
                category = str(CATEGORIES[value.declared.category.partition(".")[0]])
                found.setdefault((value.declared.purpose, value.declared.basis), set()).add(category)
    for (purpose, basis), categories in sorted(found.items()):
        yield Use(str(PURPOSES[purpose]), str(BASES[basis]), tuple(sorted(categories)))


def _accesses(events: Iterable[Any]) -> list[Access]:
    ordered = sorted(events, key=lambda event: event.occurred_at, reverse=True)
    return [
        Access(str(ACTS.get(each.action, each.action)), each.action, each.occurred_at) for each in ordered
    ]


def _kind(label: str) -> str:
    """What the record calls a thing: "leads.Lead" is a "lead"."""
    return label.rpartition(".")[2].lower()


# --- How long -----------------------------------------------------------------------------------------


def _kept(section: Section, root: Section | None, controller: Controller) -> str:
    """Until when the rows are kept: the date that they or their whole carry, else the period in words."""
    until = _latest(section) or (_latest(root) if root else None)
    if until:
        return _("until %(date)s at the latest") % {"date": date_format(timezone.localtime(until))}
    rule = section.declaration.rule
    period = _period(rule, controller) if rule else ""
    if section.declaration.subject == Subject.ACCOUNT and rule and rule.how:
        if period:
            return _("as long as your account exists, and at most %(period)s after that") % {"period": period}
        return _("as long as your account exists")
    return _("at most %(period)s") % {"period": period} if period else _("as long as it is needed for this")


def _latest(section: Section) -> datetime | None:
    """The last date on which a row of the table goes, where every row carries one."""
    dates = [record.until for record in section.records if record.until]
    return max(dates) if dates and len(dates) == len(section.records) else None


def _period(rule: Rule, controller: Controller) -> str:
    period = periods.parse(rule.after)
    if isinstance(period, periods.DaysInColumn):
        return _in_words(days=controller.retention_days or 0)
    return _in_words(**{unit: getattr(period, unit, 0) for unit in ("years", "months", "days", "hours")})


def _in_words(*, years: int = 0, months: int = 0, days: int = 0, hours: int = 0) -> str:
    parts = (
        (years, ngettext("{number} year", "{number} years", years)),
        (months, ngettext("{number} month", "{number} months", months)),
        (days, ngettext("{number} day", "{number} days", days)),
        (hours, ngettext("{number} hour", "{number} hours", hours)),
    )
    return " ".join(words.format(number=number) for number, words in parts if number)
