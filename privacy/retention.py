"""Sweeps: rows whose date has come are deleted, slice by slice, and each run leaves evidence.

When a row may go is assigned while it is written (`purge_after`); a sweep never reasons, it only deletes.
Postgres shows the role `janitor` nothing that has not expired, so even a wrong sweep deletes no living row.
Where a rule keeps the row and blanks columns of it, the same run does that instead (`privacy.blanking`).
"""

# ruff: noqa: S608 - names come from the declarations and are quoted; values are parameters

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from privacy import blanking, dating, ledger, pacing, registry
from privacy.models import RetentionRun
from privacy.periods import DaysInSetting, Fixed, parse
from privacy.registry import Swept
from tenancy import partitions
from tenancy.planes import TABLES

#: A run that would delete more than all three of these is abnormal.
ALWAYS_ALLOWED = 200
TIMES_THE_MEDIAN = 5
SHARE_OF_TABLE = 0.02
MEDIAN_OF_RUNS = 30
UNLIMITED = 2**62
#: A row that is left so long after its date is told to the officers.
OVERSTAY_SECONDS = 24 * 60 * 60

log = structlog.get_logger(__name__)

Outcome = RetentionRun.Outcome


class NotApprovable(Exception):
    """The held run is not waiting any more, or is not the plan that the officer saw."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sweep would delete now, and how much it may without an officer."""

    swept: Swept
    cutoff: datetime
    rows: int
    allowed: int
    registry: str

    @property
    def abnormal(self) -> bool:
        return self.rows > self.allowed


@dataclass(slots=True)
class Progress(pacing.Progress):
    #: Where the last slice began: before that date everything has gone, as far as this run has looked.
    since: datetime | None = None


def plan(swept: Swept) -> Plan:
    """Count what has expired. Reads only."""
    with _connection(swept).cursor() as cursor:
        cursor.execute("SELECT now()")
        cutoff = cursor.fetchone()[0]
    return Plan(swept, cutoff, _count(swept, cutoff), allowed(swept), registry.digest())


def _count(swept: Swept, cutoff: datetime) -> int:
    if swept.blanks:
        return blanking.due(swept, cutoff)
    column = _q(swept.rule.column)
    with _connection(swept).cursor() as cursor:
        cursor.execute(f"SELECT count({column}) FROM {_q(swept.table)} WHERE {column} <= %s", [cutoff])
        return cursor.fetchone()[0]


def preview() -> list[Plan]:
    return [plan(swept) for swept in registry.dated()]


def allowed(swept: Swept) -> int:
    """How many rows a run of this rule may delete before it counts as abnormal.

    A row that says itself when it is over (a session) cannot be dated wrongly: any number may go.
    """
    if parse(swept.rule.after) == Fixed():
        return UNLIMITED
    recent = RetentionRun.objects.filter(rule=swept.name, outcome=Outcome.DONE).order_by("-started_at")
    counts = list(recent.values_list("rows_deleted", flat=True)[:MEDIAN_OF_RUNS])
    median = statistics.median(counts) if counts else 0
    return int(max(ALWAYS_ALLOWED, TIMES_THE_MEDIAN * median, SHARE_OF_TABLE * _estimated_rows(swept)))


def sweep_all(*, due_day: date, guarded: bool = True) -> list[RetentionRun]:
    """Carry out every rule once. One that fails does not stop the others; failures are raised at the end.

    First the dates are caught up with, so that nothing goes that a hold placed since would keep; without
    that nothing is swept. Not ``guarded`` after a restore: as much has expired as days have passed.
    """
    runs, failures, kept_back = [], [], dating.catch_up().held
    for swept in registry.dated():
        try:
            runs.append(sweep(swept, due_day=due_day, held=kept_back[swept.name], guarded=guarded))
        except DatabaseError as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Some retention rules were not carried out.", failures)
    return [run for run in runs if run is not None]


def sweep(swept: Swept, *, due_day: date, held: int = 0, guarded: bool = True) -> RetentionRun | None:
    """Delete what has expired under one rule; hold it back when it is abnormally much.

    ``held`` is how many rows a legal hold keeps. Answers None when another process is sweeping the same rule.
    """
    with _alone(swept) as alone:
        if not alone:
            return None
        _close_interrupted(swept)
        planned = plan(swept)
        _supersede_held(swept)
        if guarded and planned.abnormal:
            log.warning("retention_held", rule=swept.name, rows=planned.rows, allowed=planned.allowed)
            return _record(planned, due_day=due_day, outcome=Outcome.HELD, held=held)
        return _carry_out(planned, _record(planned, due_day=due_day, outcome=Outcome.RUNNING, held=held))


def plan_hash(run: RetentionRun) -> str:
    """What an officer approves: this rule, under these declarations, this many rows up to this moment."""
    text = "\n".join([str(run.pk), run.rule, run.registry, run.cutoff.isoformat(), str(run.rows_planned)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def approve(run_id: UUID, *, plan: str) -> RetentionRun:
    """Carry out a held run exactly as planned: nothing that expired after its cutoff is touched."""
    held = RetentionRun.objects.get(pk=run_id)
    swept = next((each for each in registry.dated() if each.name == held.rule), None)
    if swept is None:
        raise NotApprovable("The rule is not declared any more.")
    with _alone(swept) as alone:
        if not alone:
            raise NotApprovable("A sweep of this rule is running.")
        planned = Plan(swept, held.cutoff, _count(swept, held.cutoff), held.rows_planned, held.registry)
        if planned.abnormal:
            raise NotApprovable(
                "More rows have come under the plan since it was made; wait for the next run."
            )
        held = _claim_held(held.pk, plan)
        run = _record(planned, due_day=held.due_day, outcome=Outcome.RUNNING, approves=held)
        return _carry_out(planned, run)


def _claim_held(run_id: UUID, expected: str) -> RetentionRun:
    with transaction.atomic():
        held = RetentionRun.objects.select_for_update().get(pk=run_id)
        if held.outcome != Outcome.HELD:
            raise NotApprovable("The run is not waiting for approval.")
        if plan_hash(held) != expected:
            raise NotApprovable("The plan differs from the one that was approved.")
        if held.registry != registry.digest():
            raise NotApprovable("The declarations have changed since; wait for the next run.")
        held.outcome = Outcome.APPROVED
        held.finished_at = timezone.now()
        held.save(update_fields=["outcome", "finished_at"])
    return held


def _carry_out(planned: Plan, run: RetentionRun) -> RetentionRun:
    """Delete, and say what was done also when something came between: a limit, a lock, a lost connection.

    The ledger is told first, so that a backup from before serves nothing until it has expired here too.
    """
    progress, outcome = Progress(), Outcome.INTERRUPTED
    entry = _announced(planned)
    try:
        if planned.swept.blanks:
            _blank_slices(planned, progress)
        else:
            _delete_slices(planned, progress)
        outcome = Outcome.DONE
    finally:
        _finish(planned.swept, run, progress, outcome)
        if entry:
            ledger.mark_done(entry)
            ledger.close(entry)
    return run


def _announced(planned: Plan) -> ledger.Entry | None:
    if not planned.rows:
        return None
    more = {"rule": planned.swept.rule.name, "table": planned.swept.table}
    return ledger.intend(ledger.Action.RETENTION, organisation_id=None, more=more)


def _delete_slices(planned: Plan, progress: Progress) -> None:
    """Delete until nothing is left up to the cutoff, pausing so that others get their turn."""
    _drop_days(planned, progress)
    while delete_slice(planned, progress):
        time.sleep(progress.pause)


def delete_slice(planned: Plan, progress: Progress) -> bool:
    """Delete one slice and note how long it took; False when nothing was left.

    At the end it looks from the beginning: a row may have been dated back behind the slices meanwhile.
    """
    began = time.perf_counter()
    rows = _delete_slice(planned, progress)
    if rows is None and progress.since is not None:
        progress.since = None
        rows = _delete_slice(planned, progress)
    if rows is None:
        return False
    progress.add(rows=rows, ms=(time.perf_counter() - began) * 1000)
    progress.look_around(_connection(planned.swept))
    return True


def _drop_days(planned: Plan, progress: Progress) -> None:
    """The days of a log that are over go whole; one with a row that is still kept goes slice by slice.

    How many rows went is told by how many have not: counting those that are to go costs more than dropping.
    """
    period = parse(planned.swept.rule.after)
    if not partitions.is_daily(planned.swept.table) or not isinstance(period, DaysInSetting):
        return
    for day in partitions.days_over(planned.swept.table, keep_days=period.days):
        partitions.drop_day(planned.swept.table, day, keep_days=period.days, cutoff=planned.cutoff)
    progress.deleted += planned.rows - _count(planned.swept, planned.cutoff)


def _blank_slices(planned: Plan, progress: Progress) -> None:
    """The same for columns: one owner after another, since nobody who may change rows sees all of them."""
    for owner in blanking.owners(planned.swept):
        while True:
            began = time.perf_counter()
            rows = blanking.blank_slice(planned.swept, owner, planned.cutoff, progress.size)
            if not rows:
                break
            progress.add(rows=rows, ms=(time.perf_counter() - began) * 1000)
            progress.look_around(_connection(planned.swept))
            time.sleep(progress.pause)


def _delete_slice(planned: Plan, progress: Progress) -> int | None:
    """Delete the oldest rows; None when there was nothing left.

    The bound is a date and a key, since many rows may share one date (an organisation that left).
    `FOR UPDATE SKIP LOCKED` is not possible: the janitor may not update. Both statements have a lower bound:
    a range that is narrow on both sides is read through the index even where the statistics still count
    rows that have gone. The search begins with the slice before, whose entries it so marks as gone.
    """
    table, column, key = _q(planned.swept.table), _q(planned.swept.rule.column), _q(_key(planned.swept))
    with transaction.atomic(using=_alias(planned.swept)), _connection(planned.swept).cursor() as cursor:
        cursor.execute(blanking.LIMITS)
        cursor.execute(
            f"SELECT min(p) OVER (), p, k FROM (SELECT {column} AS p, {key} AS k FROM {table}"
            f" WHERE {column} >= %s::timestamptz AND {column} <= %s"
            f" ORDER BY {column}, {key} LIMIT %s) AS oldest ORDER BY p DESC, k DESC LIMIT 1",
            [progress.since or "-infinity", planned.cutoff, progress.size],
        )
        bounds = cursor.fetchone()
        if bounds is None:
            return None
        first, *last = bounds
        cursor.execute(
            f"DELETE FROM {table} WHERE {column} >= %s AND {column} <= %s AND ({column}, {key}) <= (%s, %s)",
            [first, last[0], *last],
        )
        deleted = cursor.rowcount
    progress.since = first
    return deleted


def _record(
    planned: Plan, *, due_day: date, outcome: str, held: int = 0, approves: RetentionRun | None = None
) -> RetentionRun:
    return RetentionRun.objects.create(
        rule=planned.swept.name,
        table=planned.swept.table,
        registry=planned.registry,
        due_day=due_day,
        started_at=timezone.now(),
        cutoff=planned.cutoff,
        rows_planned=planned.rows,
        rows_allowed=planned.allowed,
        rows_held=held,
        overdue_seconds=_overdue_seconds(planned.swept) if outcome == Outcome.HELD else 0,
        outcome=outcome,
        approves=approves,
    )


def _finish(swept: Swept, run: RetentionRun, progress: Progress, outcome: str) -> RetentionRun:
    run.finished_at = timezone.now()
    run.rows_deleted = progress.deleted
    run.slices = progress.slices
    run.longest_slice_ms = round(progress.longest_ms, 1)
    run.overdue_seconds = _overdue_seconds(swept)
    run.outcome = outcome
    run.save()
    return run


def _close_interrupted(swept: Swept) -> None:
    """We hold the rule's lock, so a run that still says it is running was killed."""
    RetentionRun.objects.filter(rule=swept.name, outcome=Outcome.RUNNING).update(
        outcome=Outcome.INTERRUPTED, finished_at=timezone.now()
    )


def _supersede_held(swept: Swept) -> None:
    RetentionRun.objects.filter(rule=swept.name, outcome=Outcome.HELD).update(
        outcome=Outcome.SUPERSEDED, finished_at=timezone.now()
    )


def _overdue_seconds(swept: Swept) -> float:
    """How long ago the oldest remaining row should have gone; 0 when none remains."""
    if swept.blanks:
        oldest = blanking.oldest(swept, timezone.now())
        return (timezone.now() - oldest).total_seconds() if oldest else 0.0
    with _connection(swept).cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(extract(epoch FROM now() - min({_q(swept.rule.column)})), 0)"
            f" FROM {_q(swept.table)} WHERE {_q(swept.rule.column)} <= now()"
        )
        return float(cursor.fetchone()[0])


def _estimated_rows(swept: Swept) -> int:
    """From the statistics of Postgres: the janitor cannot see, and so cannot count, what is not expired."""
    with _connection(swept).cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(greatest(reltuples, 0)), 0) FROM pg_class WHERE oid = %s::regclass"
            " OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = %s::regclass)",
            [swept.table, swept.table],
        )
        return int(cursor.fetchone()[0])


@contextmanager
def _alone(swept: Swept) -> Iterator[bool]:
    """Hold the rule's lock for the length of the block; yields False when someone else has it."""
    with _connection(swept).cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))", ["retention", swept.name])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute(
                    "SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", ["retention", swept.name]
                )


def _alias(swept: Swept) -> str:
    """The janitor where the table is his; `default` for a library's table and where rows are blanked."""
    table = TABLES.get(swept.table)
    return "janitor" if table and table.swept and not swept.blanks else "default"


def _connection(swept: Swept) -> BaseDatabaseWrapper:
    return connections[_alias(swept)]


def _key(swept: Swept) -> str:
    model = registry.find_model(swept.label)
    return registry.column_of(model._meta.pk) if model else "id"


def _q(name: str) -> str:
    return connections["default"].ops.quote_name(name)
