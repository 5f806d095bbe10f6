"""The record of an organisation as its members read it: both classes in one list, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from audit import committing, words
from audit.catalogue import words_of
from audit.models import AccessEvent, Act, Event
from organisations.models import Membership, Organisation, SupportGrant
from organisations.permissions import Role
from tenancy.context import current_organisation_id

PAGE = 50
CLASSES: dict[str, type[Act]] = {"evidence": Event, "access": AccessEvent}
#: What a detail can come to that has a name.
_VALUES = {choice.value: choice.label for kind in (Role, Organisation.Lifecycle) for choice in kind}


@dataclass(frozen=True, slots=True)
class Line:
    """One act in words. ``who`` is empty where nobody in particular acted, or who did has left."""

    event: Act
    who: str
    what: str
    about: str
    details: list[tuple[str, str]]
    erased: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    older: UUID | None


def page(*, kept: str = "", action: str = "", person: UUID | None = None, before: UUID | None = None) -> Page:
    """One keyset page; ``kept`` is "evidence", "access" or empty for both."""
    asked = [model for name, model in CLASSES.items() if kept in ("", name)]
    found = [list(_filtered(model, action, person, before)[: PAGE + 1]) for model in asked]
    merged = sorted((event for each in found for event in each), key=lambda event: event.pk, reverse=True)
    shown = list(islice(merged, PAGE))
    return Page(list(_in_words(shown)), shown[-1].pk if len(merged) > PAGE else None)


def _filtered(model: type[Any], action: str, person: UUID | None, before: UUID | None) -> QuerySet[Any]:
    events = model.objects.newest()
    if action:
        events = events.filter(action=action)
    if person:
        events = events.by(person)
    if before:
        events = events.filter(pk__lt=before)
    return events


def _in_words(events: list[Act]) -> Iterator[Line]:
    names, values = _names(event.actor_id for event in events), committing.values_of(e.pk for e in events)
    for event in events:
        there = {row.field: committing.read(row) for row in values.get(event.pk, [])}
        committed = _committed(event)
        plain = [
            (words.name_of(key), words.value_of(value, _VALUES))
            for key, value in event.detail.items()
            if not _is_commitment(key)
        ]
        told = [(words.name_of(name), there[name] or "") for name in committed if there.get(name)]
        erased = [words.name_of(name) for name in committed if not there.get(name)]
        who = names.get(event.actor_id, "") if event.actor_id else ""
        yield Line(event, who, words_of(event.action), words.kind_of(event.kind), plain + told, erased)


def _is_commitment(key: str) -> bool:
    return key.startswith(committing.PREFIX)


def _committed(event: Act) -> list[str]:
    return [key.removeprefix(committing.PREFIX) for key in event.detail if _is_commitment(key)]


def _names(actors: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Names of members now, and of who was let in for support; of others the record keeps an identifier."""
    wanted, here = {actor for actor in actors if actor}, current_organisation_id()
    visitors = SupportGrant.objects.filter(
        organisation_id=here, asked_by_id__in=wanted, starts_at__isnull=False
    )
    members = Membership.objects.filter(organisation_id=here, user_id__in=wanted)
    of_support: dict[UUID | None, str] = {
        user: _("%(name)s, support") % {"name": name}
        for user, name in visitors.values_list("asked_by_id", "asked_by__name")
    }
    return of_support | dict(members.values_list("user_id", "user__name"))


def people(organisation_id: UUID) -> list[tuple[UUID, str]]:
    """Whose acts can be asked for: the members, by name."""
    members = User.objects.filter(memberships__organisation_id=organisation_id).order_by("name")
    return list(members.values_list("pk", "name"))
