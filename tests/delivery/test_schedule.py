from datetime import date, timedelta

import pytest

from delivery.models import ScheduledRun
from delivery.schedule import run_due

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


def test_the_first_run_does_today_only():
    assert run_due("tests.sweep", lambda due: None, today=MONDAY) == [MONDAY]


def test_a_second_ring_on_the_same_day_does_nothing():
    done: list[date] = []
    for _ in range(3):
        run_due("tests.sweep", done.append, today=MONDAY)

    assert done == [MONDAY]


@pytest.mark.parametrize("missed", [1, 3, 30])
def test_missed_days_are_all_done_oldest_first(missed):
    run_due("tests.sweep", lambda due: None, today=MONDAY)

    done = run_due("tests.sweep", lambda due: None, today=day(missed + 1))

    assert done == [day(n) for n in range(1, missed + 2)]


def test_a_day_that_failed_is_done_again_before_later_ones():
    def fail(due: date) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run_due("tests.sweep", fail, today=MONDAY)

    assert run_due("tests.sweep", lambda due: None, today=day(1)) == [MONDAY, day(1)]
    assert ScheduledRun.objects.get(due_day=MONDAY).attempts == 2


def test_a_day_in_somebody_elses_hands_stops_the_round():
    seen = []

    def ring_again(due: date) -> None:
        seen.append(run_due("tests.sweep", lambda due: None, today=day(1)))

    run_due("tests.sweep", ring_again, today=MONDAY)

    assert seen == [[]]


def test_two_jobs_have_ledgers_of_their_own():
    run_due("tests.sweep", lambda due: None, today=MONDAY)

    assert run_due("tests.other", lambda due: None, today=MONDAY) == [MONDAY]


def test_a_clock_that_went_back_does_nothing():
    run_due("tests.sweep", lambda due: None, today=day(5))

    assert run_due("tests.sweep", lambda due: None, today=day(3)) == []
