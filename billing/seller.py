"""Who sells: the legal entity behind the service, its financial year, and how long its books are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class FinancialYear:
    """``start`` and ``end`` both belong to it."""

    start: date
    end: date

    @property
    def name(self) -> str:
        """ "2026", or "2026-27" where it is not a calendar year."""
        if self.start.year == self.end.year:
            return str(self.start.year)
        return f"{self.start.year}-{self.end.year % 100:02}"


@dataclass(frozen=True, slots=True)
class Entity:
    """One issuer of invoices, whose numbers begin with ``prefix``.

    ``year_begins``: the month; ``years``: how long its country wants books kept, seven in the Netherlands
    (art. 52 AWR), ten in Belgium and France.
    """

    code: str
    prefix: str = "OM"
    year_begins: int = 1
    years: int = 7

    def financial_year(self, on: date) -> FinancialYear:
        began = on.year if on.month >= self.year_begins else on.year - 1
        start = date(began, self.year_begins, 1)
        return FinancialYear(start, date(began + 1, self.year_begins, 1) - timedelta(days=1))

    def erasable_from(self, issued_on: date, *, oss: bool = False) -> date:
        """The first day on which an invoice may go: so many whole years after the end of its financial year.

        What went through the One Stop Shop is kept ten years (Directive 2006/112/EC, article 369k).
        """
        end = self.financial_year(issued_on).end
        kept = max(self.years, 10) if oss else self.years
        return _years_later(end + timedelta(days=1), kept)


def _years_later(first_of_month: date, years: int) -> date:
    return first_of_month.replace(year=first_of_month.year + years)
