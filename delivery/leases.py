"""Taking a job, striking it off, and what becomes of one that failed: the statements of the drain.

``due_at`` is the fence. A lease pushes it into the future; every later statement names that very moment,
so a worker whose lease has passed to another one changes nothing.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connections, transaction

from delivery.jobs import JobCall, UnknownTask, find_handler
from tenancy.ids import uuid7

log = structlog.get_logger(__name__)

#: Longer than a batch may take; also how long the work of a killed worker waits.
LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5
#: Waits between the tries, before ±20 % of chance.
BACKOFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=3), timedelta(minutes=15))


class WorkerLost(Exception):
    """Each try of the job ended with its process."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A job as it was taken."""

    id: UUID
    task: str
    organisation_id: UUID | None
    ids: str
    due_at: datetime
    attempts: int
    created_at: datetime
    dedupe_key: str | None

    @property
    def call(self) -> JobCall:
        return JobCall(organisation_id=self.organisation_id, ids=json.loads(self.ids), attempt=self.attempts)

    @property
    def external(self) -> bool:
        """An unknown task counts as internal: it fails, and waits for a worker that knows it."""
        try:
            return find_handler(self.task).external
        except UnknownTask:
            return False

    @property
    def exhausted(self) -> bool:
        """Its last try was under way when the process died."""
        return self.attempts > MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that did not succeed; with a ``delay`` where the handler asked for time, which is no try."""

    job: Leased
    cause: Exception
    delay: timedelta | None = None

    @property
    def is_last(self) -> bool:
        return self.delay is None and self.job.attempts >= MAX_ATTEMPTS

    @property
    def wait(self) -> timedelta:
        if self.delay is not None:
            return self.delay
        return BACKOFF[min(self.job.attempts, len(BACKOFF)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311

    @property
    def attempts(self) -> int:
        """What the row says afterwards: at least one, so that it comes back alone."""
        return self.job.attempts if self.delay is None else max(1, self.job.attempts - 1)

    def report(self) -> None:
        if self.delay is None:
            job = self.job
            log.warning("job_failed", task=job.task, job_id=job.id, attempt=job.attempts, exc_info=self.cause)


_LEASE = """
UPDATE delivery_job SET due_at = statement_timestamp() + %s, attempts = attempts + 1
WHERE id IN (
  SELECT id FROM delivery_job WHERE due_at <= statement_timestamp() AND {which}
  ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
)
RETURNING id, task, organisation_id, ids::text, due_at, attempts, created_at, dedupe_key
"""
_LEASE_FRESH = _LEASE.format(which="attempts = 0")
_LEASE_TRIED = _LEASE.format(which="attempts > 0")


def take_fresh(*, limit: int) -> list[Leased]:
    """Lease jobs that were never tried."""
    return [Leased(*row) for row in _execute(_LEASE_FRESH, [LEASE, limit])]


def take_tried() -> list[Leased]:
    """Lease one job that was tried before, alone."""
    return [Leased(*row) for row in _execute(_LEASE_TRIED, [LEASE, 1])]


def strike_off(jobs: Sequence[Leased]) -> list[Leased]:
    """Delete the rows whose fence still stands and answer those jobs: they are ours, the others are not."""
    rows = _execute(
        "DELETE FROM delivery_job j USING unnest(%s::uuid[], %s::timestamptz[]) AS leased (id, due_at)"
        " WHERE j.id = leased.id AND j.due_at = leased.due_at RETURNING j.id",
        [[job.id for job in jobs], [job.due_at for job in jobs]],
    )
    ours = {row[0] for row in rows}
    return [job for job in jobs if job.id in ours]


def write_back(failure: Failure) -> None:
    """Let the struck-off row of a failed try stand again, to be tried later, or make it a dead letter."""
    if failure.is_last:
        _write_dead_letter(failure)
        return
    job = failure.job
    _execute(
        "INSERT INTO delivery_job"
        " (id, task, organisation_id, ids, due_at, attempts, dedupe_key, created_at)"
        " VALUES (%s, %s, %s, %s::jsonb, statement_timestamp() + %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [
            job.id,
            job.task,
            job.organisation_id,
            job.ids,
            failure.wait,
            failure.attempts,
            job.dedupe_key,
            job.created_at,
        ],
    )


def put_off(failure: Failure) -> None:
    """Move a row that still stands to its next try, or bury it."""
    if failure.is_last:
        bury(failure)
        return
    _execute(
        "UPDATE delivery_job SET due_at = statement_timestamp() + %s, attempts = %s"
        " WHERE id = %s AND due_at = %s",
        [failure.wait, failure.attempts, failure.job.id, failure.job.due_at],
    )


def bury(failure: Failure) -> None:
    """Turn a row that still stands into a dead letter."""
    with transaction.atomic():
        if strike_off([failure.job]):
            _write_dead_letter(failure)


def give_back(jobs: Sequence[Leased]) -> None:
    """Make untried jobs due at once, their try not counted."""
    for job in jobs:
        _execute(
            "UPDATE delivery_job SET due_at = statement_timestamp(), attempts = attempts - 1"
            " WHERE id = %s AND due_at = %s",
            [job.id, job.due_at],
        )


def _write_dead_letter(failure: Failure) -> None:
    job = failure.job
    attempts = min(job.attempts, MAX_ATTEMPTS)
    _execute(
        "INSERT INTO delivery_deadletter"
        " (id, task, organisation_id, ids, error, attempts, created_at, died_at)"
        " VALUES (%s, %s, %s, %s::jsonb, %s, %s, %s, statement_timestamp())",
        [
            uuid7(),
            job.task,
            job.organisation_id,
            job.ids,
            type(failure.cause).__name__,
            attempts,
            job.created_at,
        ],
    )
    log.error("job_dead", task=job.task, job_id=job.id, attempt=attempts, exc_info=failure.cause)


def _execute(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []
