"""Periods of usage: from the anchor's day in one month to that day in the next, at midnight over there."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """``start`` belongs to it, ``end`` to the next. Both are aware; a day may have 23 or 25 hours."""

    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """Unique among the periods of one organisation, for keys of idempotency."""
        return self.start.date().isoformat()


def period_of(anchor: date, at: datetime, zone: ZoneInfo, *, months: int = 1) -> Period:
    """The period that holds a moment. An anchor on the 31st falls on the last day of shorter months.

    Counted from the anchor each time, so that February does not pull later periods forward. Raises ValueError
    for a moment before the anchor or without a zone.
    """
    if at.tzinfo is None:
        raise ValueError("A moment needs a zone.")
    day = at.astimezone(zone).date()
    if day < anchor:
        raise ValueError("Nothing was used before the anchor.")
    number = ((day.year - anchor.year) * 12 + day.month - anchor.month) // months
    if _nth(anchor, number * months) > day:
        number -= 1
    start, end = _nth(anchor, number * months), _nth(anchor, (number + 1) * months)
    return Period(_midnight(start, zone), _midnight(end, zone))


def _nth(anchor: date, months: int) -> date:
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(anchor.day, last))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
