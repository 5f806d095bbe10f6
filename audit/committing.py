"""Personal values of an event: sealed apart from it, and committed to within it."""

import secrets
from collections.abc import Iterable, Mapping
from uuid import UUID

from audit.models import Act, PersonalValue
from audit.verifier import commitment
from tenancy.context import current_organisation_id
from tenancy.encryption import seal, unseal
from tenancy.ids import uuid7
from tenancy.keys import NoKey

#: Before the name of a detail that is a commitment.
PREFIX = "personal."
_SALT_BYTES = 32


def commit(personal: Mapping[str, str]) -> tuple[dict[str, str], list[PersonalValue]]:
    """The details that stand in the event, and the rows that hold what they commit to."""
    details, rows = {}, []
    for name, value in personal.items():
        salt, key = secrets.token_bytes(_SALT_BYTES), uuid7()
        details[f"{PREFIX}{name}"] = commitment(salt, name, value)
        sealed = seal(current_organisation_id(), value, place=_place(key))
        rows.append(PersonalValue(pk=key, field=name, salt=salt, value=sealed))
    return details, rows


def keep(rows: Iterable[PersonalValue], event: Act, *, about: UUID | None) -> None:
    """Store the values of an event that was just recorded; they go when it goes, if not before."""
    for row in rows:
        row.event_id, row.actor_id, row.object_id = event.pk, event.actor_id, about
        row.occurred_at, row.purge_after = event.occurred_at, event.purge_after
        row.save(force_insert=True)


def values_of(events: Iterable[UUID]) -> dict[UUID, list[PersonalValue]]:
    """What is still there of some events, by event."""
    found: dict[UUID, list[PersonalValue]] = {}
    for row in PersonalValue.objects.filter(event_id__in=list(events)).order_by("field"):
        found.setdefault(row.event_id, []).append(row)
    return found


def read(row: PersonalValue) -> str | None:
    """The value; None once the organisation's key is gone."""
    try:
        return unseal(row.organisation_id, bytes(row.value), place=_place(row.pk))
    except NoKey:
        return None


def _place(key: UUID) -> str:
    return f"audit_personalvalue.value:{key}"
