from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from billing.entitlements import Entitlement, Feature, Grant, Kind, effective

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PLAN = Grant(Kind.PLAN, Feature.SEATS, 3, "studio, version 1", BEGAN)
ADD_ON = Grant(Kind.ADD_ON, Feature.SEATS, 2, "two more seats", BEGAN)
OVERRIDE = Grant(
    Kind.OVERRIDE,
    Feature.SEATS,
    10,
    "override 7",
    BEGAN,
    until=NOW + timedelta(days=1),
    reason="a fair in May",
)


def test_the_plan_decides() -> None:
    assert effective(Feature.SEATS, [PLAN], NOW) == Entitlement(Feature.SEATS, 3, (PLAN,))


def test_an_add_on_adds_to_the_plan() -> None:
    assert effective(Feature.SEATS, [ADD_ON, PLAN], NOW) == Entitlement(Feature.SEATS, 5, (PLAN, ADD_ON))


def test_an_override_replaces_the_sum_and_says_so() -> None:
    found = effective(Feature.SEATS, [PLAN, ADD_ON, OVERRIDE], NOW)

    assert (found.value, found.decided_by) == (10, OVERRIDE)


def test_an_override_ends_on_its_day() -> None:
    found = effective(Feature.SEATS, [PLAN, OVERRIDE], NOW + timedelta(days=1))

    assert found.decided_by == PLAN


def test_an_override_can_take_away() -> None:
    less = Grant(Kind.OVERRIDE, Feature.SEATS, 1, "override 8", BEGAN + timedelta(days=1))

    assert effective(Feature.SEATS, [PLAN, OVERRIDE, less], NOW).value == 1


def test_the_plan_that_began_last_counts() -> None:
    newer = Grant(Kind.PLAN, Feature.SEATS, 8, "works, version 1", BEGAN + timedelta(days=40))

    assert effective(Feature.SEATS, [newer, PLAN], NOW).value == 8


def test_a_plan_of_next_month_does_not_count_yet() -> None:
    later = Grant(Kind.PLAN, Feature.SEATS, 1, "start, version 1", NOW + timedelta(days=1))

    assert effective(Feature.SEATS, [PLAN, later], NOW).value == 3


def test_as_much_as_they_like_stays_so_with_an_add_on() -> None:
    unlimited = Grant(Kind.PLAN, Feature.SEATS, None, "works, version 1", BEGAN)

    assert effective(Feature.SEATS, [unlimited, ADD_ON], NOW).value is None


def test_other_features_say_nothing_of_this_one() -> None:
    assert effective(Feature.CONFIGURATORS, [PLAN], NOW) == Entitlement(Feature.CONFIGURATORS, 0, ())


@given(st.none() | st.integers(0, 50), st.integers(0, 100), st.integers(1, 20))
def test_what_is_allowed_is_never_over(value: int | None, used: int, more: int) -> None:
    found = Entitlement(Feature.SEATS, value, ())

    assert not found.allows(used, more) or found.over(used + more) == 0
