from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.periods import Period, period_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ANCHORS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def at(day: str, clock: str = "12:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=AMSTERDAM)


def days(period: Period) -> tuple[str, str]:
    return period.start.date().isoformat(), period.end.date().isoformat()


@pytest.mark.parametrize(
    ("anchor", "moment", "expected"),
    [
        (date(2026, 1, 15), at("2026-01-15"), ("2026-01-15", "2026-02-15")),
        (date(2026, 1, 15), at("2026-02-14"), ("2026-01-15", "2026-02-15")),
        (date(2026, 1, 15), at("2026-02-15"), ("2026-02-15", "2026-03-15")),
        (date(2026, 1, 31), at("2026-02-27"), ("2026-01-31", "2026-02-28")),
        (date(2026, 1, 31), at("2026-02-28"), ("2026-02-28", "2026-03-31")),
        (date(2026, 1, 31), at("2026-04-30"), ("2026-04-30", "2026-05-31")),
        (date(2027, 1, 30), at("2028-02-29"), ("2028-02-29", "2028-03-30")),
        (date(2024, 2, 29), at("2026-03-01"), ("2026-02-28", "2026-03-29")),
    ],
)
def test_a_month_runs_from_the_day_of_the_anchor(
    anchor: date, moment: datetime, expected: tuple[str, str]
) -> None:
    assert days(period_of(anchor, moment, AMSTERDAM)) == expected


def test_a_year_is_twelve_months() -> None:
    period = period_of(date(2024, 2, 29), at("2026-06-01"), AMSTERDAM, months=12)

    assert days(period) == ("2026-02-28", "2027-02-28")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 743), ("2026-10-25", 745)])
def test_a_month_with_a_clock_change_is_an_hour_off(day: str, hours: int) -> None:
    first = date.fromisoformat(day).replace(day=1)

    period = period_of(first, at(day), AMSTERDAM)

    assert (period.end.astimezone(UTC) - period.start.astimezone(UTC)) == timedelta(hours=hours)


def test_the_day_is_that_of_the_organisation_not_of_greenwich() -> None:
    moment = datetime(2026, 2, 14, 23, 30, tzinfo=UTC)

    assert days(period_of(date(2026, 1, 15), moment, AMSTERDAM)) == ("2026-02-15", "2026-03-15")


@given(ANCHORS, st.integers(0, 2000), st.integers(0, 86_399), st.sampled_from([1, 3, 12]))
def test_each_moment_lies_in_one_period_and_the_next_begins_where_it_ends(
    anchor: date, later: int, second: int, months: int
) -> None:
    day = anchor + timedelta(days=later)
    moment = datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM) + timedelta(seconds=second)

    period = period_of(anchor, moment, AMSTERDAM, months=months)

    assert period.start <= moment < period.end
    assert period_of(anchor, period.end, AMSTERDAM, months=months).start == period.end


def test_before_the_anchor_there_is_no_period() -> None:
    with pytest.raises(ValueError, match="before the anchor"):
        period_of(date(2026, 1, 15), at("2026-01-14"), AMSTERDAM)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        period_of(date(2026, 1, 15), datetime(2026, 1, 15), AMSTERDAM)  # noqa: DTZ001 - the point
