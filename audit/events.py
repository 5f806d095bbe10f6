"""Adding to the record. There is no way to change it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from audit import committing
from audit.models import AccessEvent, Act, Event, PlatformAccessEvent, PlatformAct, PlatformEvent
from tenancy.ids import uuid7_at

Detail = dict[str, str | int | bool]

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\Z")
_LONGEST_WORD = 200


class NotForTheRecord(ValueError):
    """An action without a proper name, or a detail that may hold a personal value; it is not quoted."""


def record(
    action: str,
    *,
    actor_id: UUID | None,
    kind: str = "",
    object_id: UUID | None = None,
    detail: Detail | None = None,
    personal: Mapping[str, str] | None = None,
    about: UUID | None = None,
    evidence: bool = False,
) -> Act:
    """Add one act to the current organisation's record, in the transaction that does it.

    ``evidence`` says in which of the two classes: what must be shown for years, or the log of ninety days.
    ``detail`` holds identifiers, counts and names of fields or states. It outlives the erasure of
    the person it is about, so it may never say who that was. What does is ``personal``: sealed apart,
    with a commitment to it in the event, until the erasure of ``about``, or else of the object.
    """
    now = timezone.now()
    table = Event if evidence else AccessEvent
    commitments, values = committing.commit(personal or {})
    event = table.objects.create(
        id=uuid7_at(now),
        action=_named(action),
        actor_id=actor_id,
        kind=kind,
        object_id=object_id,
        detail=_impersonal(detail or {}) | commitments,
        occurred_at=now,
        purge_after=_expiry(now, evidence=evidence),
    )
    committing.keep(values, event, about=about or object_id)
    return event


def record_platform(
    action: str,
    *,
    user_id: UUID | None = None,
    organisation_id: UUID | None = None,
    detail: Detail | None = None,
    evidence: bool = False,
) -> PlatformAct:
    """Add one act to the platform's record: about an account, or about the installation."""
    now = timezone.now()
    table = PlatformEvent if evidence else PlatformAccessEvent
    return table.objects.create(
        id=uuid7_at(now),
        action=_named(action),
        user_id=user_id,
        organisation_id=organisation_id,
        detail=_impersonal(detail or {}),
        occurred_at=now,
        purge_after=_expiry(now, evidence=evidence),
    )


def _expiry(now: datetime, *, evidence: bool) -> datetime:
    days = settings.RETENTION_EVIDENCE_DAYS if evidence else settings.RETENTION_ACCESS_LOG_DAYS
    return now + timedelta(days=days)


def _named(action: str) -> str:
    if not _NAME.match(action):
        raise NotForTheRecord("An action is named like 'member.role_changed'.")
    return action


def _impersonal(detail: Detail) -> Detail:
    for key, value in detail.items():
        if not _NAME.match(key) or key.startswith(committing.PREFIX):
            raise NotForTheRecord("A detail is named like 'role'.")
        if isinstance(value, bool | int):
            continue
        if not isinstance(value, str) or len(value) > _LONGEST_WORD or "@" in value:
            raise NotForTheRecord(f"The detail '{key}' is no identifier, count or name of a state.")
    return detail
