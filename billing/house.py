"""The seller as this installation is set up: the entity with its years, and its name on paper."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from billing.invoices.document import Party
from billing.seller import Entity

#: The clock of the books.
CLOCK = ZoneInfo("Europe/Amsterdam")


def entity() -> Entity:
    return Entity("opmaat", year_begins=settings.SELLER_YEAR_BEGINS, years=settings.RETENTION_BOOKS_YEARS)


def party() -> Party:
    return Party(**settings.SELLER)


def year_closes_at(day: date) -> datetime:
    """The moment at which the financial year of that day is over."""
    return datetime.combine(entity().financial_year(day).end + timedelta(days=1), time(), CLOCK)


def erasable_at(day: date, *, oss: bool = False) -> datetime:
    """The first moment at which a document of that day may go."""
    return datetime.combine(entity().erasable_from(day, oss=oss), time(), CLOCK)


def day_of(moment: datetime) -> date:
    """The day of a moment in the books."""
    return moment.astimezone(CLOCK).date()
