"""Makers of what retention is about, and the sweep of one table."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from organisations.models import Organisation
from privacy import pacing, registry, retention
from privacy.models import AccountRequest, PrivacyRequest, RetentionRun, Right, Stage
from tenancy.context import tenant

DAY = datetime.date(2026, 3, 1)
SECRET = b"sanne@example.org"


def sweep_of(table: str) -> RetentionRun:
    """Carry out the rule by which rows of this table are deleted, or blanked."""
    swept = next(each for each in registry.dated() if each.table == table)
    run = retention.sweep(swept, due_day=DAY)
    assert run is not None
    return run


def in_slices_of(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of so many rows, however fast the machine."""
    monkeypatch.setattr(pacing, "SLICE_ROWS", rows)
    monkeypatch.setattr(pacing, "SLICE_MS", 60_000)
    sliced = retention.Progress
    monkeypatch.setattr(retention, "Progress", lambda: sliced(size=rows))


def make_request(organisation: Organisation | None, **fields: Any) -> PrivacyRequest | AccountRequest:
    """A request with sealed parts; to the platform where there is no organisation."""
    today, is_closed = timezone.localdate(), fields.get("closed_at") is not None
    values: dict[str, Any] = {
        "reference": uuid4().hex[:12],
        "right": Right.ERASURE,
        "stage": Stage.FULFILLED if is_closed else Stage.OPEN,
        "stage_before": Stage.IN_PROGRESS if is_closed else "",
        "channel": "door",
        "country": "NL",
        "language": "nl",
        "received_at": timezone.now(),
        "target_on": today,
        "statutory_on": today,
        "person": SECRET,
        "person_index": SECRET,
        "wish": SECRET,
        "locators": SECRET,
        **fields,
    }
    if organisation is None:
        return AccountRequest.objects.create(**values)
    with tenant(organisation.pk):
        return PrivacyRequest.objects.create(**values)


def age(table: str, column: str, row_id: UUID, *, days: float) -> None:
    """Move a moment of a row so many days into the past. Call it inside the tenant."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET "{column}" = now() - make_interval(secs => %s) WHERE id = %s',
            [days * 86400, row_id],
        )
