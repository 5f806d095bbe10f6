"""Dates that a visitor gives: written 2027-03-14, between days that count from the one on which they choose.

They are answers as texts are, in no formula and in no quote. What "today" is, the engine does not know: the
bounds are looked at when answers are read.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last day that may be chosen; None where every day may."""

    first: date | None
    last: date | None


def today() -> date:
    """By the clock on the wall of our customers (``TIME_ZONE``)."""
    return timezone.localdate()


def read_date(text: str) -> date | None:
    """None for what is no date written like 2027-03-14."""
    try:
        return date.fromisoformat(text) if _WRITTEN.fullmatch(text) else None
    except ValueError:
        return None


def bounds_on(day: date, earliest: int | None, latest: int | None) -> Bounds:
    """In days after ``day``, or before it where they are negative."""
    first, last = (None if days is None else day + timedelta(days=days) for days in (earliest, latest))
    return Bounds(first, last)


def opened_on(second: float | None) -> date:
    """The day on which a page was opened, or today where that is not known."""
    return today() if second is None else timezone.localdate(datetime.fromtimestamp(second, UTC))


def in_words(day: date, language: str | None = None) -> str:
    """14 March 2027, as the reader says it."""
    if language is None:
        return date_format(day, "DATE_FORMAT")
    with override(language):
        return date_format(day, "DATE_FORMAT")


def written_in_words(text: str) -> str:
    """The same of an answer as it is stored; one that is no date, such as a masked one, stays as it is."""
    day = read_date(text)
    return text if day is None else in_words(day)
