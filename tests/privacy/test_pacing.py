"""The pace of slices: their size, the pauses between them, and who is noticed beside."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection

from privacy import pacing


class Counts:
    """A connection whose Postgres has counted so many transactions, one look after another."""

    def __init__(self, *committed: int) -> None:
        self.committed = iter(committed)

    def cursor(self) -> Counts:
        return self

    def __enter__(self) -> Counts:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def execute(self, statement: str) -> None:
        pass

    def fetchone(self) -> tuple[int]:
        return (next(self.committed),)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that goes on a second with every look."""
    ticks = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))


def test_a_slow_slice_makes_the_next_smaller() -> None:
    progress = pacing.Progress(size=2000)

    progress.add(rows=2000, ms=250)

    assert (progress.size, progress.longest_ms) == (1000, 250)


def test_fast_slices_grow_again() -> None:
    progress = pacing.Progress(size=500)

    progress.add(rows=500, ms=10)
    progress.add(rows=1000, ms=10)
    progress.add(rows=2000, ms=10)

    assert progress.size == pacing.SLICE_ROWS


def test_others_get_the_larger_part_of_the_time() -> None:
    progress = pacing.Progress()

    progress.add(rows=500, ms=40)

    assert progress.pause == pytest.approx(0.052)


def test_alone_the_pauses_are_short() -> None:
    progress = pacing.Progress(alone=True)

    progress.add(rows=500, ms=40)

    assert progress.pause == pytest.approx(0.01)


def test_a_slice_that_waited_is_no_reason_to_pause_for_long() -> None:
    progress = pacing.Progress()

    progress.add(rows=500, ms=2000)

    assert progress.pause == pacing.LONGEST_PAUSE


def test_others_are_taken_to_be_there_until_looked_for(seconds: None) -> None:
    progress = pacing.Progress()

    progress.look_around(Counts(1000))

    assert not progress.alone


def test_its_own_transactions_are_nobody_else(seconds: None) -> None:
    progress, counts = pacing.Progress(), Counts(1000, 1050)

    progress.look_around(counts)
    progress.slices = 45
    progress.look_around(counts)

    assert progress.alone


def test_visitors_are_noticed(seconds: None) -> None:
    progress, counts = pacing.Progress(alone=True), Counts(1000, 1100)

    progress.look_around(counts)
    progress.slices = 45
    progress.look_around(counts)

    assert not progress.alone


def test_nobody_looks_more_than_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    progress, counts = pacing.Progress(), Counts(1000)

    progress.look_around(counts)
    progress.look_around(counts)

    assert list(counts.committed) == []


@pytest.mark.django_db
def test_postgres_counts_for_every_role() -> None:
    progress = pacing.Progress()

    progress.look_around(connection)

    assert progress._looked is not None
    assert progress._looked[1] > 0
