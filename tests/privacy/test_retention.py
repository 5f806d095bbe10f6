from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connections, transaction

from privacy import retention
from privacy.models import RetentionRun
from privacy.registry import Swept
from tests.architecture.superuser import connect
from tests.privacy.conftest import Add
from tests.privacy.makers import in_slices_of

DAY = datetime.date(2026, 3, 1)
Outcome = RetentionRun.Outcome
Origins = Callable[[], list[UUID]]


def swept(rule: Swept) -> RetentionRun:
    run = retention.sweep(rule, due_day=DAY)
    assert run is not None
    return run


@pytest.mark.promise("H9")
def test_the_network_address_goes_after_ninety_days(
    add_origin: Add, origins: Origins, origin_rule: Swept
) -> None:
    kept = add_origin(days=89)
    add_origin(days=91)

    run = swept(origin_rule)

    assert origins() == [kept]
    assert (run.outcome, run.rows_planned, run.rows_deleted) == (Outcome.DONE, 1, 1)


def test_the_lead_itself_stays(
    add_origin: Add, origin_rule: Swept, superuser: psycopg.Connection[Any]
) -> None:
    lead = add_origin(days=91)

    swept(origin_rule)

    assert superuser.execute("SELECT id FROM leads_lead").fetchall() == [(lead,)]


def test_rows_of_all_organisations_go_in_one_sweep(
    add_origin: Add, origins: Origins, origin_rule: Swept
) -> None:
    for _ in range(3):
        add_origin(days=100, organisation=uuid4())

    swept(origin_rule)

    assert origins() == []


def test_a_row_without_a_date_stays(add_origin: Add, origins: Origins, origin_rule: Swept) -> None:
    held = add_origin(days=400, purge_after=None)

    swept(origin_rule)

    assert origins() == [held]


def test_a_second_sweep_changes_nothing(add_origin: Add, origin_rule: Swept) -> None:
    add_origin(days=91)
    swept(origin_rule)

    again = swept(origin_rule)

    assert (again.outcome, again.rows_planned, again.rows_deleted) == (Outcome.DONE, 0, 0)


def test_rows_go_in_slices(
    add_origin: Add, origins: Origins, origin_rule: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_slices_of(3, monkeypatch)
    for days in range(91, 99):
        add_origin(days=days)

    run = swept(origin_rule)

    assert origins() == []
    assert (run.rows_deleted, run.slices) == (8, 3)


def test_rows_that_share_a_date_go_in_slices_too(
    add_origin: Add, origins: Origins, origin_rule: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_slices_of(2, monkeypatch)
    for _ in range(5):
        add_origin(days=91, purge_after="2026-01-01T00:00:00Z")

    run = swept(origin_rule)

    assert origins() == []
    assert (run.rows_deleted, run.slices) == (5, 3)


def test_a_row_dated_back_behind_the_slices_goes_in_the_same_run(
    add_origin: Add, origins: Origins, origin_rule: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_slices_of(1, monkeypatch)
    for days in range(91, 95):
        add_origin(days=days)
    late = iter([200])
    monkeypatch.setattr(retention.time, "sleep", lambda seconds: [add_origin(days=days) for days in late])

    run = swept(origin_rule)

    assert origins() == []
    assert run.rows_deleted == 5


def test_the_run_is_evidence(add_origin: Add, origin_rule: Swept) -> None:
    add_origin(days=91)

    run = RetentionRun.objects.get(pk=swept(origin_rule).pk)

    assert run.rule == "lead_origin:leads_leadorigin"
    assert run.due_day == DAY
    assert len(run.registry) == 64
    assert run.finished_at is not None
    assert run.slices == 1
    assert run.longest_slice_ms > 0
    assert run.overdue_seconds == 0


def test_a_rule_that_fails_does_not_stop_the_others(
    add_origin: Add, origins: Origins, origin_rule: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_origin(days=91)
    delete = retention._delete_slice

    def fail(planned: retention.Plan, progress: retention.Progress) -> int | None:
        if planned.swept.table == "audit_event":
            raise OperationalError
        return delete(planned, progress)

    monkeypatch.setattr(retention, "_delete_slice", fail)

    with pytest.raises(ExceptionGroup):
        retention.sweep_all(due_day=DAY)

    assert origins() == []
    assert RetentionRun.objects.get(table="audit_event").outcome == Outcome.INTERRUPTED


def test_two_sweeps_of_a_rule_never_run_together(
    add_origin: Add, origins: Origins, origin_rule: Swept
) -> None:
    add_origin(days=91)
    with connect() as other:
        other.execute("SELECT pg_advisory_lock(hashtext('retention'), hashtext(%s))", [origin_rule.name])

        run = retention.sweep(origin_rule, due_day=DAY)

    assert run is None
    assert len(origins()) == 1


def test_a_killed_sweep_is_called_interrupted_by_the_next(add_origin: Add, origin_rule: Swept) -> None:
    killed = swept(origin_rule)
    RetentionRun.objects.filter(pk=killed.pk).update(outcome=Outcome.RUNNING, finished_at=None)

    swept(origin_rule)

    killed.refresh_from_db()
    assert killed.outcome == Outcome.INTERRUPTED


def test_the_janitor_sees_nothing_that_has_not_expired(add_origin: Add) -> None:
    add_origin(days=89)
    add_origin(days=91)

    with connections["janitor"].cursor() as cursor:
        cursor.execute("SELECT count(id) FROM leads_leadorigin")
        assert cursor.fetchone() == (1,)
        cursor.execute("DELETE FROM leads_leadorigin")
        assert cursor.rowcount == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT ip FROM leads_leadorigin",
        "UPDATE leads_leadorigin SET purge_after = now()",
        "INSERT INTO leads_leadorigin (id) VALUES (gen_random_uuid())",
        "TRUNCATE leads_leadorigin",
        "SELECT 1 FROM leads_leadcontact",
        "SET ROLE owner",
    ],
)
def test_the_janitor_may_nothing_else(transactional_db: None, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(using="janitor"),
        connections["janitor"].cursor() as cursor,
    ):
        cursor.execute(statement)


# --- The guard --------------------------------------------------------------------------------


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two rows are abnormal."""
    monkeypatch.setattr(retention, "ALWAYS_ALLOWED", 2)


@pytest.fixture
def held(narrow: None, add_origin: Add, origin_rule: Swept) -> RetentionRun:
    for days in (91, 92, 93):
        add_origin(days=days)
    return swept(origin_rule)


def test_an_abnormal_run_waits(held: RetentionRun, origins: Origins) -> None:
    assert (held.outcome, held.rows_planned, held.rows_deleted) == (Outcome.HELD, 3, 0)
    assert held.overdue_seconds > 0
    assert len(origins()) == 3


def test_an_officer_approves_the_exact_plan(held: RetentionRun, origins: Origins) -> None:
    run = retention.approve(held.pk, plan=retention.plan_hash(held))

    held.refresh_from_db()
    assert (run.outcome, run.rows_deleted, run.approves_id) == (Outcome.DONE, 3, held.pk)
    assert held.outcome == Outcome.APPROVED
    assert origins() == []


def test_approval_does_not_reach_what_expired_since(
    held: RetentionRun, add_origin: Add, origins: Origins, superuser: psycopg.Connection[Any]
) -> None:
    since = add_origin(days=91, purge_after="2999-01-01T00:00:00Z")
    superuser.execute("UPDATE leads_leadorigin SET purge_after = clock_timestamp() WHERE id = %s", [since])

    retention.approve(held.pk, plan=retention.plan_hash(held))

    assert origins() == [since]


def test_another_plan_is_not_approved(held: RetentionRun, origins: Origins) -> None:
    with pytest.raises(retention.NotApprovable):
        retention.approve(held.pk, plan="another")

    assert len(origins()) == 3


def test_a_plan_that_has_grown_is_not_approved(held: RetentionRun, add_origin: Add, origins: Origins) -> None:
    add_origin(days=120)

    with pytest.raises(retention.NotApprovable):
        retention.approve(held.pk, plan=retention.plan_hash(held))

    assert len(origins()) == 4


def test_a_plan_is_approved_once(held: RetentionRun) -> None:
    plan = retention.plan_hash(held)
    retention.approve(held.pk, plan=plan)

    with pytest.raises(retention.NotApprovable):
        retention.approve(held.pk, plan=plan)


def test_a_plan_under_other_declarations_is_not_approved(
    held: RetentionRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention.registry, "digest", lambda: "0" * 64)

    with pytest.raises(retention.NotApprovable):
        retention.approve(held.pk, plan=retention.plan_hash(held))


def test_the_next_run_supersedes_a_held_one(held: RetentionRun, origin_rule: Swept) -> None:
    again = swept(origin_rule)

    held.refresh_from_db()
    assert (held.outcome, again.outcome) == (Outcome.SUPERSEDED, Outcome.HELD)


@pytest.mark.parametrize(("deleted", "rows"), [([], 2), ([10, 10, 10], 50), ([0, 0, 90], 2)])
def test_five_times_the_median_is_normal(
    transactional_db: None, narrow: None, origin_rule: Swept, deleted: list[int], rows: int
) -> None:
    for number in deleted:
        run = swept(origin_rule)
        RetentionRun.objects.filter(pk=run.pk).update(rows_deleted=number)

    assert retention.allowed(origin_rule) == rows


def test_two_hundredths_of_the_table_are_normal(
    transactional_db: None, narrow: None, origin_rule: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_estimated_rows", lambda rule: 1000)

    assert retention.allowed(origin_rule) == 20


def test_rows_that_say_themselves_when_they_are_over_need_no_officer(transactional_db: None) -> None:
    session = next(swept for swept in retention.registry.swept() if swept.table == "django_session")

    assert retention.allowed(session) == retention.UNLIMITED
