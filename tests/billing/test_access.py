from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.access import ALLOWED, ALWAYS, Access, Act, Billing, Standing, access, may

FAILED = datetime(2026, 3, 1, 9, tzinfo=UTC)
STANDINGS = st.builds(
    Standing,
    billing=st.sampled_from(Billing),
    overdue_since=st.none() | st.just(FAILED),
    ended_at=st.none() | st.just(FAILED),
    suspended_since=st.none() | st.just(FAILED),
)
DAYS = st.integers(0, 400)


def after(standing: Standing, days: int) -> Access:
    return access(standing, FAILED + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Access.WARNED),
        (14, Access.WARNED),
        (15, Access.LIMITED),
        (30, Access.LIMITED),
        (31, Access.INTAKE_ONLY),
        (60, Access.INTAKE_ONLY),
        (61, Access.CLOSED),
    ],
)
def test_access_narrows_with_the_days_since_a_payment_failed(days: int, expected: Access) -> None:
    assert after(Standing(Billing.PAST_DUE, overdue_since=FAILED), days) is expected


@pytest.mark.parametrize("billing", [Billing.TRIALING, Billing.ACTIVE, Billing.PAST_DUE, Billing.UNKNOWN])
def test_without_a_failed_payment_nothing_is_taken_away(billing: Billing) -> None:
    """A SEPA debit on its way is past due without having failed; what nobody knows is held against nobody."""
    assert after(Standing(billing), 20) is Access.FULL


@pytest.mark.parametrize(
    ("days", "expected"), [(0, Access.LIMITED), (31, Access.INTAKE_ONLY), (61, Access.CLOSED)]
)
def test_a_trial_that_ended_without_a_plan_narrows_too(days: int, expected: Access) -> None:
    assert after(Standing(Billing.PAUSED, ended_at=FAILED), days) is expected


def test_a_debit_that_comes_back_weeks_later_counts_from_that_day() -> None:
    standing = Standing(Billing.ACTIVE, overdue_since=FAILED + timedelta(days=40))

    assert after(standing, 41) is Access.WARNED


def test_the_platform_can_grant_more_for_a_while() -> None:
    until = FAILED + timedelta(days=90)
    standing = Standing(Billing.UNPAID, overdue_since=FAILED, least=Access.LIMITED, least_until=until)

    assert (after(standing, 89), after(standing, 90)) == (Access.LIMITED, Access.CLOSED)


def test_a_grant_never_takes_away() -> None:
    assert after(Standing(Billing.ACTIVE, least=Access.LIMITED), 0) is Access.FULL


@given(STANDINGS, DAYS)
def test_a_suspension_is_lifted_by_no_payment_and_no_grant(standing: Standing, days: int) -> None:
    suspended = replace(standing, suspended_since=FAILED, least=Access.FULL)

    assert after(suspended, days) is Access.SUSPENDED
    assert ALLOWED[Access.SUSPENDED] == ALWAYS | {Act.NOTIFY}


@given(STANDINGS, DAYS)
def test_no_state_takes_away_reading_exporting_erasing_or_a_lead(standing: Standing, days: int) -> None:
    step = after(standing, days)

    assert {act for act in ALWAYS if may(act, step)} == {Act.STORE_LEAD, Act.READ, Act.EXPORT, Act.ERASE}


@given(STANDINGS, DAYS, DAYS)
def test_time_alone_never_gives_more(standing: Standing, one: int, other: int) -> None:
    earlier, later = (after(standing, days) for days in sorted((one, other)))

    assert ALLOWED[later] <= ALLOWED[earlier]


def test_a_form_is_shown_until_the_last_step() -> None:
    assert [step for step in Access if not may(Act.SHOW_FORM, step)] == [
        Access.CLOSED,
        Access.SUSPENDED,
    ]
