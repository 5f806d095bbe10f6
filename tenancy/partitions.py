"""Logs in partitions of one day each: made ahead, dropped whole, never fallen back on a default.

A row lies in the day of its UUIDv7, in UTC. Whoever reads or writes names the parent, where the wall stands;
no role has a right on a day itself. Making and dropping are functions of the database (tenancy.functions)
that only the janitor may call.
"""

import re
import time
from datetime import UTC, date, datetime, timedelta

from django.db import OperationalError, connections

from tenancy.planes import TABLES, class_of

DAYS_AHEAD = 60
#: Fewer than these and somebody must look: the job that makes them has been failing for a month.
ALARM_BELOW = 30
#: How often a drop tries to get between the readers, who are never made to wait for it.
TRIES = 20
#: Between two tries: autovacuum gives way to nobody who waits so shortly, and needs its time.
PAUSE_SECONDS = 0.75

_DAYS = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
JOIN pg_class p ON p.oid = i.inhparent
WHERE p.relname = %s AND p.relnamespace = current_schema()::regnamespace AND c.relispartition
ORDER BY c.relname
"""


def daily_tables() -> list[str]:
    return [name for name, table in TABLES.items() if table.daily]


def is_daily(table: str) -> bool:
    known = class_of(table)
    return known is not None and known.daily


def today() -> date:
    return datetime.now(UTC).date()


def days_of(table: str, *, using: str = "default") -> list[date]:
    """The days that exist, oldest first."""
    with connections[using].cursor() as cursor:
        cursor.execute(_DAYS, [table])
        names = [name for (name,) in cursor.fetchall()]
    return [date.fromisoformat(name.rpartition("_")[2]) for name in names if re.search(r"_\d{8}\Z", name)]


def days_left(*, using: str = "default") -> int:
    """For how many days after this one there is a place in every log."""
    return min(_days_left(days_of(table, using=using)) for table in daily_tables())


def _days_left(days: list[date]) -> int:
    ahead, there = 0, set(days)
    while today() + timedelta(days=ahead + 1) in there:
        ahead += 1
    return ahead if today() in there else 0


def make_days(first: date, last: date, *, using: str = "janitor") -> int:
    """Make what is missing of these days in every log; answers how many were made."""
    made = 0
    for table in daily_tables():
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT make_days(%s, %s, %s)", [table, first, last])
            made += cursor.fetchone()[0]
    return made


def make_ahead(*, using: str = "janitor") -> int:
    """Make the days up to sixty from now that are missing."""
    return make_days(today(), today() + timedelta(days=DAYS_AHEAD), using=using)


def days_over(table: str, *, keep_days: int, using: str = "janitor") -> list[date]:
    """The days of which every row has had its whole period."""
    last = today() - timedelta(days=keep_days + 1)
    return [day for day in days_of(table, using=using) if day <= last]


def drop_day(table: str, day: date, *, keep_days: int, cutoff: datetime, using: str = "janitor") -> bool:
    """Drop one day with all its rows; False where a row in it is still to be kept.

    It asks for the parent for a quarter of a second at a time, so nobody waits longer behind it.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with connections[using].cursor() as cursor:
                cursor.execute("SELECT drop_day(%s, %s, %s, %s)", [table, day, keep_days, cutoff])
                return cursor.fetchone()[0]
        except OperationalError:
            if attempt == TRIES:
                raise
            time.sleep(PAUSE_SECONDS)
    raise AssertionError("unreachable")
