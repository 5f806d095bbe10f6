"""kill -9 at enumerated points of a sweep: the next one goes on, deletes exactly what is left, and says so."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone

from leads.models import Lead
from privacy import registry, retention
from privacy.models import PrivacyRequest, RetentionRun
from privacy.registry import Swept
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.makers import DAY, in_slices_of, make_request
from tests.privacy.test_kills import killed_at

Outcome = RetentionRun.Outcome

DELETING = [
    ("privacy.retention:plan", "after"),
    ("privacy.retention:_record", "after"),
    ("privacy.retention:_delete_slice", "before"),
    ("privacy.retention:_delete_slice", "after"),
    ("privacy.retention:_finish", "before"),
    ("privacy.retention:_finish", "after"),
]
BLANKING = [
    ("privacy.blanking:due", "after"),
    ("privacy.blanking:blank_slice", "before"),
    ("privacy.blanking:blank_slice", "after"),
    ("privacy.retention:_finish", "before"),
]


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a slice, so that a kill falls between two of them."""
    in_slices_of(2, monkeypatch)


def sweep(swept: Swept) -> RetentionRun:
    run = retention.sweep(swept, due_day=DAY)
    assert run is not None
    return run


def overdue_lead(member: Member, *, days: float) -> UUID:
    lead = make_lead(member.organisation)
    with tenant(member.organisation.pk):
        Lead.objects.filter(pk=lead.pk).update(purge_after=timezone.now() - timedelta(days=days))
    return lead.pk


def left(member: Member) -> set[UUID]:
    with tenant(member.organisation.pk):
        return set(Lead.objects.values_list("pk", flat=True))


def test_a_killed_sweep_is_finished_by_the_next(
    transactional_db: None, alice: Member, charlie: Member, small_slices: None
) -> None:
    swept = next(each for each in registry.swept() if each.label == "leads.Lead")
    kept = {member: overdue_lead(member, days=-1) for member in (alice, charlie)}
    for target, when in DELETING:
        for member in (alice, charlie):
            for days in (1, 2, 3):
                overdue_lead(member, days=days)

        killed_at(target, when, partial(sweep, swept))
        run = sweep(swept)

        assert {member: left(member) for member in kept} == {member: {pk} for member, pk in kept.items()}
        assert (run.outcome, run.overdue_seconds) == (Outcome.DONE, 0)
        assert not RetentionRun.objects.filter(outcome=Outcome.RUNNING).exists()


def test_a_killed_blanking_is_finished_by_the_next(
    transactional_db: None, alice: Member, charlie: Member, small_slices: None
) -> None:
    swept = next(each for each in registry.blanked() if each.label == "privacy.PrivacyRequest")
    past = timezone.now() - timedelta(days=1)
    for target, when in BLANKING:
        for member in (alice, alice, alice, charlie):
            make_request(member.organisation, identifiers_until=past)

        killed_at(target, when, partial(sweep, swept))
        run = sweep(swept)

        for member in (alice, charlie):
            with tenant(member.organisation.pk):
                assert not PrivacyRequest.objects.exclude(person=None).exists()
        assert (run.outcome, run.overdue_seconds) == (Outcome.DONE, 0)
