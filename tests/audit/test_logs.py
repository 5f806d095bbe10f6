"""The access log: ninety days, in days that are made ahead and dropped whole; four weeks after leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connections, transaction

from audit import logs
from audit.events import record
from audit.models import AccessEvent
from organisations.models import Organisation
from privacy import registry, retention
from privacy.models import RetentionRun
from privacy.registry import Swept
from tenancy import partitions
from tenancy.context import tenant
from tenancy.ids import first_uuid7_of, uuid7_at
from tenancy.partitions import drop_day
from tests.audit.conftest import AddAccess

ALL_LOGS = ["audit_accessevent", "audit_platformaccessevent"]


@pytest.fixture
def rule() -> Swept:
    return next(swept for swept in registry.swept() if swept.table == "audit_accessevent")


@pytest.fixture
def ages(superuser: psycopg.Connection[Any]) -> Callable[[], list[int]]:
    """How old the rows of the log are, in whole days."""
    return lambda: [
        row[0]
        for row in superuser.execute(
            "SELECT extract(day FROM now() - occurred_at)::int FROM audit_accessevent ORDER BY 1"
        )
    ]


def days_ago(days: int) -> date:
    return partitions.today() - timedelta(days=days)


# --- Ninety days ------------------------------------------------------------------------------


@pytest.mark.promise("H23")
def test_no_row_of_the_log_is_older_than_ninety_days(
    add_access: AddAccess, rule: Swept, ages: Callable[[], list[int]]
) -> None:
    for days in (0, 1, 45, 88, 89, 90, 91, 95):
        add_access(uuid4(), days=days + 0.001)

    retention.sweep(rule, due_day=partitions.today())

    assert ages() == [0, 1, 45, 88, 89]


@pytest.mark.promise("H23")
def test_days_that_are_over_are_dropped_whole(
    add_access: AddAccess,
    make_day: Callable[[date], object],
    rule: Swept,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_day(days_ago(90))
    monkeypatch.setattr(retention, "_delete_slice", lambda planned, progress: None)
    for days in (92, 93, 94):
        add_access(uuid4(), days=days)

    run = retention.sweep(rule, due_day=partitions.today())

    assert run is not None
    assert (run.outcome, run.rows_deleted) == (RetentionRun.Outcome.DONE, 3)
    assert days_ago(92) not in partitions.days_of("audit_accessevent")
    assert days_ago(90) in partitions.days_of("audit_accessevent")


def test_a_row_that_is_held_keeps_its_day(
    add_access: AddAccess,
    rule: Swept,
    ages: Callable[[], list[int]],
    superuser: psycopg.Connection[Any],
) -> None:
    add_access(uuid4(), days=95)
    held = add_access(uuid4(), days=95)
    superuser.execute("UPDATE audit_accessevent SET purge_after = NULL WHERE id = %s", [held])

    retention.sweep(rule, due_day=partitions.today())

    assert ages() == [95]
    assert days_ago(95) in partitions.days_of("audit_accessevent")


def test_an_abnormal_number_of_rows_waits_in_its_days(
    add_access: AddAccess, rule: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ALWAYS_ALLOWED", 1)
    for _ in range(2):
        add_access(uuid4(), days=95)

    run = retention.sweep(rule, due_day=partitions.today())

    assert run is not None
    assert run.outcome == RetentionRun.Outcome.HELD
    assert days_ago(95) in partitions.days_of("audit_accessevent")


@pytest.mark.parametrize("days", [0, 1, 89, 90])
def test_a_day_younger_than_its_period_cannot_be_dropped(
    make_day: Callable[[date], object], days: int
) -> None:
    make_day(days_ago(days))

    with pytest.raises(ProgrammingError):
        drop_day("audit_accessevent", days_ago(days), keep_days=90, cutoff=datetime.now(UTC))


@pytest.mark.parametrize("keep_days", [0, -100])
def test_there_is_no_period_of_no_days(make_day: Callable[[date], object], keep_days: int) -> None:
    make_day(days_ago(1))

    with pytest.raises(ProgrammingError):
        drop_day("audit_accessevent", days_ago(1), keep_days=keep_days, cutoff=datetime.now(UTC))


def test_a_lie_about_the_period_drops_no_row_that_is_to_be_kept(add_access: AddAccess) -> None:
    add_access(uuid4(), days=50)

    gone = drop_day("audit_accessevent", days_ago(50), keep_days=1, cutoff=datetime.now(UTC))

    assert not gone


@pytest.mark.parametrize("table", ["leads_lead", "audit_event", "audit_accessevent_20200101", "nothing"])
def test_nothing_else_can_be_dropped(transactional_db: None, table: str) -> None:
    with pytest.raises(ProgrammingError):
        drop_day(table, date(2020, 1, 1), keep_days=90, cutoff=datetime.now(UTC))


def test_a_reader_is_not_made_to_wait_for_a_drop(
    add_access: AddAccess, superuser: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "TRIES", 1)
    add_access(uuid4(), days=95)

    with superuser.transaction():
        superuser.execute("SELECT count(*) FROM audit_accessevent")
        with pytest.raises(DatabaseError):
            drop_day("audit_accessevent", days_ago(95), keep_days=90, cutoff=datetime.now(UTC))

    assert drop_day("audit_accessevent", days_ago(95), keep_days=90, cutoff=datetime.now(UTC))


# --- Made ahead -------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ALL_LOGS)
def test_sixty_days_are_made_ahead(transactional_db: None, table: str) -> None:
    logs.look_after()

    assert partitions.days_of(table)[-1] == partitions.today() + timedelta(days=60)
    assert logs.is_running_short() is False


def test_making_them_again_makes_nothing(transactional_db: None) -> None:
    partitions.make_ahead()

    assert partitions.make_ahead() == 0


@pytest.mark.parametrize(("left", "short"), [(30, False), (29, True), (0, True)])
def test_an_alarm_is_given_while_there_is_a_month_to_repair_it(
    monkeypatch: pytest.MonkeyPatch, db: None, left: int, short: bool, client: Any
) -> None:
    there = [partitions.today() + timedelta(days=n) for n in range(left + 1)]
    monkeypatch.setattr(partitions, "days_of", lambda table, using="default": there)

    assert logs.is_running_short() is short
    assert client.get("/readyz").json()["logs"] == ("short" if short else "ok")


def test_a_gap_among_the_days_counts_as_their_end(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    there = [partitions.today() + timedelta(days=n) for n in range(60) if n != 5]
    monkeypatch.setattr(partitions, "days_of", lambda table, using="default": there)

    assert partitions.days_left() == 4


def test_there_is_no_place_for_a_row_without_a_day(acme: Organisation) -> None:
    with tenant(acme.pk), pytest.raises(DatabaseError), transaction.atomic():
        AccessEvent.objects.create(
            id=uuid7_at(datetime(2020, 1, 1, tzinfo=UTC)), action="lead.viewed", occurred_at=datetime.now(UTC)
        )


def test_an_event_lies_in_the_day_on_which_it_happened(acme: Organisation) -> None:
    with tenant(acme.pk):
        event = record("lead.viewed", actor_id=None)

    day = event.occurred_at.astimezone(UTC).date()
    assert first_uuid7_of(day) <= event.pk < first_uuid7_of(day + timedelta(days=1))


# --- The wall, and the owner ------------------------------------------------------------------


@pytest.mark.parametrize("table", ALL_LOGS)
@pytest.mark.parametrize("role", ["default", "janitor"])
def test_nobody_reads_a_day_past_the_wall_of_its_log(db: None, table: str, role: str) -> None:
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(using=role),
        connections[role].cursor() as cursor,
    ):
        cursor.execute(f"SELECT id FROM {table}_{partitions.today():%Y%m%d}")


@pytest.mark.parametrize(
    "call",
    [
        f"make_days('audit_accessevent', date '{partitions.today()}', date '{partitions.today()}')",
        f"drop_day('audit_accessevent', date '{partitions.today()}', 1, now())",
        f"end_access_log('{UUID(int=7)}', 28)",
    ],
)
def test_the_product_cannot_call_what_is_the_janitors(db: None, call: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {call}")


@pytest.mark.parametrize("statement", ["UPDATE {} SET action = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize(
    "table",
    [
        "audit_event",
        "audit_platformevent",
        *ALL_LOGS,
        *(f"{log}_{partitions.today():%Y%m%d}" for log in ALL_LOGS),
    ],
)
def test_not_even_the_owner_changes_the_record_by_mistake(db: None, table: str, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


# --- Four weeks after leaving -----------------------------------------------------------------


@pytest.mark.promise("C18")
def test_the_log_of_who_left_goes_after_four_weeks_and_others_stay(
    add_access: AddAccess,
    rule: Swept,
    acme: Organisation,
    globex: Organisation,
    superuser: psycopg.Connection[Any],
) -> None:
    theirs = add_access(globex.pk, days=40)
    for days in (40, 29, 1):
        add_access(acme.pk, days=days)
    Organisation.objects.filter(pk=acme.pk).update(terminated_at=datetime.now(UTC) - timedelta(days=28))

    logs.end_logs_of_who_left()
    retention.sweep(rule, due_day=partitions.today())

    left = superuser.execute(
        "SELECT organisation_id, id FROM audit_accessevent WHERE kind = 'lead'"
    ).fetchall()
    assert left == [(globex.pk, theirs)]


def test_until_the_four_weeks_are_over_it_stays(
    add_access: AddAccess, rule: Swept, acme: Organisation, ages: Callable[[], list[int]]
) -> None:
    add_access(acme.pk, days=40)
    Organisation.objects.filter(pk=acme.pk).update(terminated_at=datetime.now(UTC) - timedelta(days=27.99))

    logs.end_logs_of_who_left()
    retention.sweep(rule, due_day=partitions.today())

    assert ages() == [40]


def test_leaving_never_lengthens_a_period(
    add_access: AddAccess, acme: Organisation, superuser: psycopg.Connection[Any]
) -> None:
    add_access(acme.pk, days=80)
    Organisation.objects.filter(pk=acme.pk).update(terminated_at=datetime.now(UTC))

    assert logs.end_logs_of_who_left() == 0


@pytest.mark.parametrize("terminated_at", [None, datetime.now(UTC) + timedelta(days=1)])
def test_who_has_not_left_keeps_the_ninety_days(
    add_access: AddAccess, acme: Organisation, terminated_at: datetime | None
) -> None:
    add_access(acme.pk, days=1)
    Organisation.objects.filter(pk=acme.pk).update(terminated_at=terminated_at)

    assert logs.end_logs_of_who_left() == 0


def test_a_setting_keeps_to_the_ninety_days(add_access: AddAccess, acme: Organisation, settings: Any) -> None:
    settings.RETENTION_LOG_AFTER_TERMINATION_DAYS = 0
    add_access(acme.pk, days=1)
    Organisation.objects.filter(pk=acme.pk).update(terminated_at=datetime.now(UTC) - timedelta(days=40))

    assert logs.end_logs_of_who_left() == 0
