"""How long books are kept: invoices and what belongs to them (promises H21, E11, D4).

The years count from the end of the financial year in which the document was issued, not from its own date,
so everything of one year goes on one day. The law of the seller's country sets the least; an installation
may keep longer, never shorter.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from privacy.periods import add_months

#: Country of the seller → years that invoices are kept after the end of the financial year.
YEARS = {
    "NL": 7,  # Algemene wet inzake rijksbelastingen, art. 52(4)
    "BE": 10,  # Wetboek btw, art. 60 par. 4, as it reads since 2023
    "DE": 8,  # Abgabenordnung, par. 147(3), as it reads since 2025
    "FR": 10,  # Code de commerce, art. L123-22
    "LU": 10,  # Code de commerce, art. 16
}
#: A seller elsewhere: the longest of them.
ELSEWHERE = 10
#: What is sold to consumers under the One Stop Shop (Art. 369k of the VAT Directive).
ONE_STOP_SHOP = 10
#: The clock of the books.
CLOCK = ZoneInfo("Europe/Amsterdam")
CALENDAR_YEAR = (12, 31)


def years_kept(country: str, *, one_stop_shop: bool = False) -> int:
    """How many years books of a seller in this country are kept, the installation's setting included."""
    by_law = YEARS.get(country, ELSEWHERE)
    return max(by_law, settings.RETENTION_BOOKS_YEARS, ONE_STOP_SHOP if one_stop_shop else 0)


def refuse_shorter(years: int, *, country: str) -> None:
    """Raise ValidationError where a period is shorter than the law of the country asks."""
    least = YEARS.get(country, ELSEWHERE)
    if years < least:
        raise ValidationError(
            _("Invoices must be kept for at least %(years)d years in %(country)s."),
            code="too_short",
            params={"years": least, "country": country},
        )


def end_of_financial_year(day: date, *, year_ends: tuple[int, int] = CALENDAR_YEAR) -> date:
    """The last day of the financial year in which a day falls; ``year_ends`` is (month, day)."""
    ends = _on(day.year, *year_ends)
    return ends if day <= ends else _on(day.year + 1, *year_ends)


def purge_books_after(
    issued_on: date,
    *,
    country: str,
    year_ends: tuple[int, int] = CALENDAR_YEAR,
    one_stop_shop: bool = False,
) -> datetime:
    """The first moment at which a document may go: the day after its last, at midnight."""
    ends = end_of_financial_year(issued_on, year_ends=year_ends)
    years = years_kept(country, one_stop_shop=one_stop_shop)
    last = end_of_financial_year(add_months(ends, years * 12), year_ends=year_ends)
    return datetime.combine(last + timedelta(days=1), time.min, tzinfo=CLOCK)


def _on(year: int, month: int, day: int) -> date:
    """The day in that year; 29 February means the last of February."""
    first = date(year, month, 1)
    return min(first + timedelta(days=day - 1), add_months(first, 1) - timedelta(days=1))
