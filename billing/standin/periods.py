"""Billing periods on the calendar: months of every length, and days on which banks work."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta

DAY = 86_400
HOUR = 3_600
_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}


def boundary(anchor: int, interval: str, count: int, n: int) -> int:
    """The n-th boundary after an anchor, counted from there: 31 January, 28 February, 31 March."""
    if interval in _DAYS:
        return anchor + n * count * _DAYS[interval] * DAY
    return _add_months(anchor, n * count * _MONTHS[interval])


def next_boundary(anchor: int, interval: str, count: int, after: int) -> int:
    """The first boundary later than a moment; an anchor that is still to come is one itself."""
    if anchor > after:
        return _first_before(anchor, interval, count, after)
    n = 1
    while boundary(anchor, interval, count, n) <= after:
        n += 1
    return boundary(anchor, interval, count, n)


def _first_before(anchor: int, interval: str, count: int, after: int) -> int:
    n = 0
    while boundary(anchor, interval, count, n - 1) > after:
        n -= 1
    return boundary(anchor, interval, count, n)


def _add_months(at: int, months: int) -> int:
    then = datetime.fromtimestamp(at, UTC)
    year, month = divmod(then.year * 12 + then.month - 1 + months, 12)
    day = min(then.day, calendar.monthrange(year, month + 1)[1])
    return int(then.replace(year=year, month=month + 1, day=day).timestamp())


def business_days_later(at: int, days: int) -> int:
    """So many days on which banks work, weekends left out."""
    then = datetime.fromtimestamp(at, UTC)
    while days > 0:
        then += timedelta(days=1)
        if then.weekday() < 5:
            days -= 1
    return int(then.timestamp())


def plain_date(at: int) -> str:
    """As Stripe writes it on a line: 15 Jan 2026."""
    then = datetime.fromtimestamp(at, UTC)
    return f"{then.day:02d} {calendar.month_abbr[then.month]} {then.year}"
