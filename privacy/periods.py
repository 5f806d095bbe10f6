"""What "after" of a retention rule means: a fixed period, a setting, or a column with a number of days."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.conf import settings

_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?)?\Z")
_SETTING = re.compile(r"(?:settings\.)?([A-Z][A-Z0-9_]*)\Z")
_COLUMN = re.compile(r"(?:([a-z_]+)\.)?([a-z_]+)\Z")


class UnknownPeriod(ValueError):
    """`after` is none of the three."""


@dataclass(frozen=True, slots=True)
class Fixed:
    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0

    @property
    def interval(self) -> str:
        """As Postgres reads it, which adds years and months by the calendar."""
        return f"{self.years} years {self.months} months {self.days} days {self.hours} hours"


@dataclass(frozen=True, slots=True)
class DaysInSetting:
    setting: str

    @property
    def days(self) -> int:
        return int(getattr(settings, self.setting))

    def __str__(self) -> str:
        return f"{self.setting}={self.days}"


@dataclass(frozen=True, slots=True)
class MonthsInSetting:
    """Counted by the calendar. The setting holds years where its name ends so, else months."""

    setting: str

    @property
    def number(self) -> int:
        return int(getattr(settings, self.setting))

    @property
    def of_years(self) -> bool:
        return self.setting.endswith("_YEARS")

    @property
    def months(self) -> int:
        return self.number * 12 if self.of_years else self.number

    def __str__(self) -> str:
        return f"{self.setting}={self.number}"


@dataclass(frozen=True, slots=True)
class DaysInColumn:
    """`of` names the row with the column ("organisation", "lead"); empty for the row itself."""

    of: str
    column: str


Period = Fixed | DaysInSetting | MonthsInSetting | DaysInColumn


def parse(after: str) -> Period:
    iso = _ISO.match(after)
    if iso and any(iso.groups()):
        return Fixed(*(int(part or 0) for part in iso.groups()))
    if setting := _SETTING.match(after):
        if not hasattr(settings, setting[1]):
            raise UnknownPeriod(f"there is no setting {setting[1]}")
        by_calendar = setting[1].endswith(("_YEARS", "_MONTHS"))
        return MonthsInSetting(setting[1]) if by_calendar else DaysInSetting(setting[1])
    if column := _COLUMN.match(after):
        return DaysInColumn(column[1] or "", column[2])
    raise UnknownPeriod(f"{after!r} is no period, setting or column")


def later(moment: datetime, period: Period) -> datetime:
    """The moment plus a period that does not depend on a row."""
    if isinstance(period, DaysInSetting):
        return moment + timedelta(days=period.days)
    if isinstance(period, MonthsInSetting):
        return add_months(moment, period.months)
    if isinstance(period, Fixed):
        months = period.years * 12 + period.months
        return add_months(moment, months) + timedelta(days=period.days, hours=period.hours)
    raise UnknownPeriod("A number of days in a column is known only of a row.")


Moment = TypeVar("Moment", date, datetime)


def add_months(moment: Moment, months: int) -> Moment:
    """The same day so many months on, or that month's last, as Postgres adds months."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
