"""Months of organisations on the pure functions of billing: five thousand each time, a million to prove it."""

import os
import secrets
import time

import pytest

from billing import access, standings
from tests.billing.years.model import years
from tests.report import report

SEED = int(os.environ.get("YEARS_SEED", "0")) or secrets.randbelow(10**9)


def wrong_lives(months: int, *, careless: bool = False) -> int:
    """Of how many organisations anything was wrong."""
    started = time.monotonic()
    lives = [found[:3] for found in years(SEED, months=months, careless=careless)]
    wrong = [found for found in lives if found]
    seconds = round(time.monotonic() - started)
    report(months=24 * len(lives), organisations=len(lives), wrong=len(wrong), seed=SEED, seconds=seconds)
    print(*wrong[:3], sep="\n")
    return len(wrong)


def test_five_thousand_months_are_right() -> None:
    assert wrong_lives(5_000) == 0


@pytest.mark.prove
def test_a_million_months_are_right() -> None:
    assert wrong_lives(1_000_000) == 0


def test_who_applies_what_messages_say_goes_wrong() -> None:
    assert wrong_lives(5_000, careless=True) > 50


def test_a_policy_that_is_a_day_off_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot see a mistake proves nothing."""
    moved = tuple((until + 1, step) for until, step in access.STEPS)
    monkeypatch.setattr(access, "STEPS", moved)

    assert wrong_lives(5_000) > 0


def test_a_debit_on_its_way_that_counts_as_failed_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standings, "unpaid_since", lambda invoice: invoice.reversed_at or invoice.failed_at)

    assert wrong_lives(5_000) > 0
