from __future__ import annotations

import datetime

import pytest

from delivery import schedule
from privacy import retention, tasks
from privacy.models import RetentionRun
from tests.privacy.conftest import Add

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_daily_sweep_carries_out_every_rule(add_origin: Add) -> None:
    add_origin(days=91)

    tasks.sweep()

    runs = RetentionRun.objects.filter(outcome=RetentionRun.Outcome.DONE)
    assert {run.rule for run in runs} == {swept.name for swept in retention.registry.dated()}
    assert runs.get(table="leads_leadorigin").rows_deleted == 1


def test_a_second_ring_on_the_same_day_runs_nothing() -> None:
    tasks.sweep()
    before = RetentionRun.objects.count()

    tasks.sweep()

    assert RetentionRun.objects.count() == before


def test_missed_days_are_caught_up() -> None:
    tasks.sweep()
    today = datetime.datetime.now(datetime.UTC).date()
    days = [today + datetime.timedelta(days=number) for number in (1, 2, 3)]

    schedule.run_due("retention.sweep", lambda day: retention.sweep_all(due_day=day), today=days[-1])

    swept_days = RetentionRun.objects.order_by("due_day").values_list("due_day", flat=True).distinct()
    assert list(swept_days) == [today, *days]
