"""The holidays of a country, the disputed ones apart."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.requests.calendar import (
    CALENDARS,
    easter,
    is_working_day,
    pulled_back,
    rolled_forward,
    working_days_after,
)

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))
countries = st.sampled_from([*CALENDARS, "PT"])


@pytest.mark.parametrize(
    "day", ["2008-03-23", "2011-04-24", "2019-04-21", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25"]
)
def test_easter_is_where_the_almanac_has_it(day):
    assert easter(int(day[:4])) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("NL", "2026-04-27"),  # King's Day
        ("BE", "2026-07-21"),
        ("FR", "2026-07-14"),
        ("DE", "2025-10-03"),
        ("LU", "2026-06-23"),
        ("AT", "2026-10-26"),
        ("IE", "2026-03-17"),
        ("GB", "2026-12-28"),  # Boxing Day of a year in which it is a Saturday
        ("GB", "2027-12-27"),  # Christmas of a year in which it is a Saturday
        ("GB", "2022-06-03"),
        ("US", "2026-11-26"),
    ],
)
def test_a_holiday_is_no_working_day(country, day):
    assert not is_working_day(date.fromisoformat(day), country)


def test_kings_day_moves_to_saturday_when_it_is_a_sunday():
    assert date(2031, 4, 26) in CALENDARS["NL"].days(2031, disputed=False)
    assert date(2031, 4, 27) not in CALENDARS["NL"].days(2031, disputed=False)


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2026, 5, 5)])
def test_a_disputed_day_counts_as_working_and_yet_no_target_is_set_on_it(day):
    assert rolled_forward(day, "NL") == day
    assert pulled_back(day, "NL") == day - timedelta(days=1)


def test_every_list_says_where_it_is_from():
    assert all(len(each.source) > 10 for each in CALENDARS.values())


def test_working_days_are_counted_from_the_day_after():
    assert working_days_after(date(2026, 12, 23), 2, "NL") == date(2026, 12, 28)


@given(day=days, country=countries)
def test_rolling_forward_ends_on_the_first_working_day(day, country):
    rolled = rolled_forward(day, country)

    between = [day + timedelta(days=n) for n in range((rolled - day).days)]
    assert is_working_day(rolled, country)
    assert not any(is_working_day(each, country) for each in between)
    assert (rolled - day).days <= 5


@given(day=days, country=countries)
def test_pulling_back_ends_on_a_day_that_nobody_has_off(day, country):
    pulled = pulled_back(day, country)

    assert pulled <= day
    assert is_working_day(pulled, country, disputed_too=True)
    assert is_working_day(pulled, country)
