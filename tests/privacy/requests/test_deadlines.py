"""By when a request must be answered."""

import csv
import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from privacy.models import Regime
from privacy.requests.calendar import CALENDARS, is_working_day
from privacy.requests.deadlines import acknowledge_by, add_months, deadlines

VECTORS = list(csv.DictReader((Path(__file__).parent / "deadlines.csv").open(encoding="utf-8")))
NAMES = ("target", "statutory", "extended_until")

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))
countries = st.sampled_from([*CALENDARS, "PT"])


def printed(**options: str) -> str:
    out = StringIO()
    call_command("deadlines", *[f"--{name}={value}" for name, value in options.items()], stdout=out)
    return out.getvalue()


@pytest.mark.promise("H35", "D21")
@pytest.mark.parametrize("vector", VECTORS, ids=[each["received"] for each in VECTORS])
def test_the_dates_are_those_of_the_vectors(vector):
    found = deadlines(date.fromisoformat(vector["received"]), "NL", Regime.GDPR)

    assert found.as_json() == {name: vector[name] for name in NAMES}


@pytest.mark.parametrize("vector", VECTORS, ids=[each["received"] for each in VECTORS])
def test_the_command_prints_one_json_object_and_nothing_else(vector):
    text = printed(received=vector["received"], country="NL")

    assert json.loads(text) == {name: vector[name] for name in NAMES}
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    "options", [{"received": "31-01-2026"}, {"received": "2026-01-31", "country": "NLD"}]
)
def test_the_command_names_what_it_cannot_read(options):
    with pytest.raises(CommandError, match="not"):
        printed(**options)


@given(received=days, country=countries)
def test_the_target_is_a_working_day_within_four_weeks_and_never_after_the_statutory_end(received, country):
    found = deadlines(received, country)

    assert received < found.target <= received + timedelta(days=28)
    assert is_working_day(found.target, country, disputed_too=True)
    assert found.target <= found.statutory < found.extended_until


@given(received=days, country=countries)
def test_the_statutory_end_is_the_month_or_the_first_working_day_after_it(received, country):
    month_later = add_months(received, 1)

    statutory = deadlines(received, country).statutory

    assert is_working_day(statutory, country)
    assert not any(
        is_working_day(month_later + timedelta(days=n), country)
        for n in range((statutory - month_later).days)
    )


@given(received=days, country=countries)
def test_a_request_received_later_is_never_due_earlier(received, country):
    today, tomorrow = deadlines(received, country), deadlines(received + timedelta(days=1), country)

    assert today.target <= tomorrow.target
    assert today.statutory <= tomorrow.statutory
    assert today.extended_until <= tomorrow.extended_until


@given(received=days, months=st.integers(min_value=1, max_value=36))
def test_months_keep_the_number_of_the_day_or_take_the_last_one(received, months):
    later = add_months(received, months)

    assert (later.year * 12 + later.month) - (received.year * 12 + received.month) == months
    assert later.day == received.day or (later + timedelta(days=1)).day == 1


def test_days_of_suspension_move_every_date():
    moved = deadlines(date(2026, 3, 5), "NL", suspended_days=10)

    assert moved.as_json() == {
        "target": "2026-04-10",  # 12 April is a Sunday
        "statutory": "2026-04-15",
        "extended_until": "2026-06-15",
    }


@pytest.mark.promise("E5c")
def test_the_ccpa_counts_45_calendar_days_and_does_not_wait_for_verification():
    received = date(2026, 3, 2)

    found = deadlines(received, "US", Regime.CCPA, suspended_days=20)

    assert found.statutory == received + timedelta(days=45)
    assert found.extended_until == received + timedelta(days=90)
    assert found == deadlines(received, "US", Regime.CCPA)


def test_the_ccpa_asks_for_an_acknowledgement_within_ten_working_days():
    assert acknowledge_by(date(2026, 6, 12), "US", Regime.CCPA) == date(2026, 6, 29)  # Juneteenth between


@pytest.mark.promise("E19")
def test_a_report_about_a_minor_has_a_target_of_three_days():
    assert deadlines(date(2026, 11, 23), "NL", about_minor=True).target == date(2026, 11, 26)
