from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from config import environment
from privacy import books


@pytest.mark.promise("H21")
def test_an_invoice_is_kept_seven_years_after_its_financial_year() -> None:
    goes = books.purge_books_after(date(2026, 2, 10), country="NL")

    assert goes == datetime(2034, 1, 1, tzinfo=books.CLOCK)


@pytest.mark.promise("H21")
@pytest.mark.parametrize(
    ("issued", "year_ends", "ends"),
    [
        (date(2026, 1, 1), (12, 31), date(2026, 12, 31)),
        (date(2026, 12, 31), (12, 31), date(2026, 12, 31)),
        (date(2026, 6, 30), (6, 30), date(2026, 6, 30)),
        (date(2026, 7, 1), (6, 30), date(2027, 6, 30)),
        (date(2027, 2, 28), (2, 29), date(2027, 2, 28)),
        (date(2027, 3, 1), (2, 29), date(2028, 2, 29)),
    ],
)
def test_the_financial_year_ends_where_it_was_said_to(
    issued: date, year_ends: tuple[int, int], ends: date
) -> None:
    assert books.end_of_financial_year(issued, year_ends=year_ends) == ends


def test_a_broken_year_moves_the_day() -> None:
    goes = books.purge_books_after(date(2026, 7, 1), country="NL", year_ends=(6, 30))

    assert goes == datetime(2034, 7, 1, tzinfo=books.CLOCK)


@pytest.mark.promise("E11")
@pytest.mark.parametrize(
    ("country", "one_stop_shop", "years"),
    [
        ("NL", False, 7),
        ("BE", False, 10),
        ("DE", False, 8),
        ("FR", False, 10),
        ("LU", False, 10),
        ("US", False, 10),
        ("NL", True, 10),
    ],
)
def test_each_country_has_its_years(country: str, one_stop_shop: bool, years: int) -> None:
    assert books.years_kept(country, one_stop_shop=one_stop_shop) == years


@pytest.mark.promise("D4")
def test_an_installation_may_keep_longer(settings) -> None:
    settings.RETENTION_BOOKS_YEARS = 9

    assert books.years_kept("NL") == 9


@pytest.mark.promise("D4")
def test_fewer_than_seven_years_are_refused_in_the_netherlands() -> None:
    books.refuse_shorter(7, country="NL")

    with pytest.raises(ValidationError, match="at least 7 years"):
        books.refuse_shorter(6, country="NL")


@pytest.mark.promise("D4")
def test_the_setting_has_the_same_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETENTION_BOOKS_YEARS", "6")

    with pytest.raises(Exception, match="from 7 to 10"):
        environment.number("RETENTION_BOOKS_YEARS", 7, low=7, high=10)
