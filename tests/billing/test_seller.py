from __future__ import annotations

from datetime import date

import pytest

from billing.seller import Entity

CALENDAR = Entity("nl")
SUMMER = Entity("nl", year_begins=7)


@pytest.mark.parametrize(
    ("entity", "day", "name"),
    [
        (CALENDAR, date(2026, 1, 1), "2026"),
        (CALENDAR, date(2026, 12, 31), "2026"),
        (SUMMER, date(2026, 6, 30), "2025-26"),
        (SUMMER, date(2026, 7, 1), "2026-27"),
        (Entity("nl", year_begins=12), date(2099, 12, 1), "2099-00"),
    ],
)
def test_a_day_lies_in_one_financial_year(entity: Entity, day: date, name: str) -> None:
    assert entity.financial_year(day).name == name


@pytest.mark.parametrize(
    ("entity", "issued_on", "erasable"),
    [
        (CALENDAR, date(2026, 3, 15), date(2034, 1, 1)),
        (CALENDAR, date(2026, 12, 31), date(2034, 1, 1)),
        (SUMMER, date(2026, 6, 30), date(2033, 7, 1)),
        (SUMMER, date(2026, 7, 1), date(2034, 7, 1)),
        (Entity("be", years=10), date(2026, 3, 15), date(2037, 1, 1)),
    ],
)
def test_books_are_kept_whole_years_after_the_financial_year(
    entity: Entity, issued_on: date, erasable: date
) -> None:
    assert entity.erasable_from(issued_on) == erasable


def test_what_went_through_the_one_stop_shop_is_kept_ten_years() -> None:
    assert CALENDAR.erasable_from(date(2026, 3, 15), oss=True) == date(2037, 1, 1)
