"""Scheduled work with a ledger: whoever rings, each due day is done once and none is missed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.functions import Now

from delivery.models import ScheduledRun
from tenancy.ids import uuid7

#: How long a run that died keeps others from its day; longer than a task may take.
CLAIM = timedelta(minutes=20)

_CLAIM = """
INSERT INTO delivery_scheduledrun (id, job, due_day, claimed_until, attempts, started_at)
VALUES (%s, %s, %s, statement_timestamp() + %s, 1, statement_timestamp())
ON CONFLICT (job, due_day) DO UPDATE
SET claimed_until = excluded.claimed_until, started_at = excluded.started_at,
    attempts = delivery_scheduledrun.attempts + 1
WHERE delivery_scheduledrun.finished_at IS NULL
  AND delivery_scheduledrun.claimed_until <= statement_timestamp()
RETURNING id
"""


def run_due(name: str, do_day: Callable[[date], object], *, today: date | None = None) -> list[date]:
    """Do every due day of a daily job that is not done yet, oldest first; answers the days it did.

    Days are counted in UTC from the job's first run. A day that another process is doing stops the
    round, since later days wait for it. ``do_day`` may run again for a day on which it died or
    raised, so it must bear that.
    """
    done = []
    for due_day in _due_days(name, today or datetime.now(UTC).date()):
        if not _claim(name, due_day):
            break
        try:
            do_day(due_day)
        except BaseException:
            _release(name, due_day)
            raise
        _finish(name, due_day)
        done.append(due_day)
    return done


def _due_days(name: str, today: date) -> list[date]:
    runs = ScheduledRun.objects.filter(job=name)
    unfinished = runs.filter(finished_at=None).order_by("due_day").values_list("due_day", flat=True).first()
    last = runs.order_by("-due_day").values_list("due_day", flat=True).first()
    if last is None:
        return [today]
    first = unfinished or last + timedelta(days=1)
    finished = set(
        runs.filter(due_day__gte=first).exclude(finished_at=None).values_list("due_day", flat=True)
    )
    days = (first + timedelta(days=n) for n in range((today - first).days + 1))
    return [day for day in days if day not in finished]


def _claim(name: str, due_day: date) -> bool:
    with connections["default"].cursor() as cursor:
        values: list[Any] = [uuid7(), name, due_day, CLAIM]
        cursor.execute(_CLAIM, values)
        return cursor.fetchone() is not None


def _release(name: str, due_day: date) -> None:
    _of(name, due_day).update(claimed_until=Now())


def _finish(name: str, due_day: date) -> None:
    _of(name, due_day).update(finished_at=Now())


def _of(name: str, due_day: date) -> QuerySet[ScheduledRun]:
    return ScheduledRun.objects.filter(job=name, due_day=due_day)
