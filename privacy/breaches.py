"""What is done about a breach of personal data, and by when (Art. 33 and 34 GDPR).

The clock to the authority runs from the moment of awareness, in hours that no weekend stops. An organisation
that is concerned is told at once, also of what is only suspected (A14), within 24 hours at most. Nothing that
is said is ever changed; a later moment of awareness goes on record and moves no clock.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.events import record_platform
from delivery.jobs import enqueue
from organisations.models import Organisation
from privacy.dated import hours_on
from privacy.models import Breach, BreachEntry, BreachOrganisation, EntryKind

_SAID = (EntryKind.NATURE, EntryKind.DATA, EntryKind.CONSEQUENCES, EntryKind.MEASURES)
_DECIDED_ON_AUTHORITY = (EntryKind.AUTHORITY_TOLD, EntryKind.AUTHORITY_NOT_TOLD)
_DECIDED_ON_PEOPLE = (EntryKind.PEOPLE_TOLD, EntryKind.PEOPLE_NOT_TOLD)


class Undecided(ValueError):
    """A case cannot be closed; `missing` says what is still to be decided or done."""

    def __init__(self, missing: list[Promise]) -> None:
        super().__init__("The case is undecided.")
        self.missing = missing


class NeedsReasons(ValueError):
    """A decision not to tell somebody was given without reasons."""


class IsClosed(ValueError):
    """A closed case takes no more entries."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The way to the authority: from when it runs, until when, and what was decided."""

    aware_at: datetime | None
    due_at: datetime | None
    decided: BreachEntry | None

    @property
    def is_late(self) -> bool:
        if self.due_at is None:
            return False
        return (self.decided.moment if self.decided else timezone.now()) > self.due_at

    @property
    def hours_left(self) -> int | None:
        if self.due_at is None or self.decided:
            return None
        return int((self.due_at - timezone.now()).total_seconds() // 3600)


@transaction.atomic
def open_breach(
    *,
    title: str,
    suspected_at: datetime,
    what_happened: str,
    by: UUID | None,
    actor_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    everybody: bool = False,
) -> Breach:
    """Open a case on suspicion, and look at once for whom it concerns.

    With an account or key to look for, each organisation's record is searched for its doings; `everybody`
    takes every organisation to be concerned. Whoever is found is told.
    """
    breach = Breach.objects.create(
        reference=f"B-{suspected_at:%Y}-{secrets.token_hex(3).upper()}",
        title=title,
        suspected_at=suspected_at,
        opened_by=by,
        actor_id=actor_id,
        since=since,
        until=until,
    )
    _write(breach, EntryKind.NATURE, suspected_at, what_happened, by)
    record_platform("breach.opened", user_id=by, detail={"reference": breach.reference}, evidence=True)
    if actor_id is not None or everybody:
        look_for_concerned(breach, everybody=everybody)
    return breach


def look_for_concerned(breach: Breach, *, everybody: bool = False) -> None:
    """Leave a job for each organisation that measures what was touched there."""
    known = set(breach.concerned.values_list("organisation_id", flat=True))
    for organisation_id in Organisation.objects.values_list("pk", flat=True):
        if everybody and organisation_id not in known:
            concern(breach, organisation_id)
        enqueue(
            "privacy.measure_breach",
            organisation_id=organisation_id,
            ids={"breach": str(breach.pk)},
            dedupe_key=f"{breach.pk}",
        )


def concern(breach: Breach, organisation_id: UUID) -> BreachOrganisation:
    """Note that a breach concerns an organisation, and tell it. Twice is once."""
    now = timezone.now()
    line, made = BreachOrganisation.objects.get_or_create(
        breach=breach,
        organisation_id=organisation_id,
        defaults={"due_at": now + timedelta(hours=hours_on("BREACH_ORGANISATION_HOURS", now))},
    )
    if made:
        ids = {"line": str(line.pk)}
        enqueue("privacy.tell_organisation", organisation_id=None, ids=ids)
        enqueue("privacy.organisation_untold", organisation_id=None, ids=ids, due_at=line.due_at)
    return line


@transaction.atomic
def add_entry(
    breach: Breach, *, kind: EntryKind, moment: datetime, text: str, by: UUID | None
) -> BreachEntry:
    """Say one thing more. The first entry of awareness starts the clock and its alarms.

    Raises IsClosed, and NeedsReasons where somebody is not told and nothing says why.
    """
    locked = Breach.objects.select_for_update().get(pk=breach.pk)
    if locked.closed_at is not None:
        raise IsClosed("This case is closed.")
    if kind in (EntryKind.AUTHORITY_NOT_TOLD, EntryKind.PEOPLE_NOT_TOLD) and not text.strip():
        raise NeedsReasons("Whoever is not told, is not told for a reason.")
    starts = kind == EntryKind.AWARE and not breach.entries.filter(kind=kind).exists()
    entry = _write(breach, kind, moment, text, by)
    record_platform(
        "breach.entry_added",
        user_id=by,
        detail={"reference": breach.reference, "kind": str(kind)},
        evidence=True,
    )
    if starts:
        _set_alarms(breach, moment)
    return entry


def clock(breach: Breach) -> Clock:
    """From the earliest moment of awareness that was ever said: correcting it never wins time."""
    entries = list(breach.entries.all())
    aware = [entry.moment for entry in entries if entry.kind == EntryKind.AWARE]
    decided = [entry for entry in entries if entry.kind in _DECIDED_ON_AUTHORITY]
    aware_at = min(aware, default=None)
    return Clock(aware_at, _due(aware_at), decided[-1] if decided else None)


def missing(breach: Breach) -> list[Promise]:
    """What is still to be decided or done before the case can close (D1)."""
    kinds = set(breach.entries.values_list("kind", flat=True))
    found: list[Promise] = []
    if EntryKind.AWARE not in kinds:
        found.append(_("When we became aware"))
    found += [needed.label for needed in _SAID if needed not in kinds]
    if not kinds & set(_DECIDED_ON_AUTHORITY):
        found.append(_("Whether the authority is told"))
    if not kinds & set(_DECIDED_ON_PEOPLE):
        found.append(_("Whether the people are told (Art. 34)"))
    if breach.concerned.filter(told_at=None).exists():
        found.append(_("Telling every organisation that is concerned"))
    return found


@transaction.atomic
def close(breach: Breach, *, text: str, by: UUID) -> None:
    """End the case. Raises Undecided, with what is missing, and IsClosed."""
    if found := missing(breach):
        raise Undecided(found)
    now = timezone.now()
    add_entry(breach, kind=EntryKind.CLOSED, moment=now, text=text, by=by)
    breach.closed_at = now
    breach.purge_after = now + timedelta(days=settings.RETENTION_EVIDENCE_DAYS)
    breach.save(update_fields=["closed_at", "purge_after"])


def _due(aware_at: datetime | None) -> datetime | None:
    if aware_at is None:
        return None
    return aware_at + timedelta(hours=hours_on("BREACH_AUTHORITY_HOURS", aware_at))


def _set_alarms(breach: Breach, aware_at: datetime) -> None:
    for hours in settings.BREACH_ALARM_HOURS:
        enqueue(
            "privacy.breach_alarm",
            organisation_id=None,
            ids={"breach": str(breach.pk), "hours": hours},
            due_at=aware_at + timedelta(hours=int(hours)),
        )


def _write(breach: Breach, kind: EntryKind, moment: datetime, text: str, by: UUID | None) -> BreachEntry:
    entry = BreachEntry.written(breach, kind=kind, moment=moment, text=text, by=by)
    entry.save(force_insert=True)
    return entry
