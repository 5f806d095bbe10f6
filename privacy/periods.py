"""What "after" of a retention rule means: a fixed period, a setting in days, or a column in days."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class DaysInColumn:
    """`of` names the row with the column ("organisation", "lead"); empty for the row itself."""

    of: str
    column: str


Period = Fixed | DaysInSetting | DaysInColumn


def parse(after: str) -> Period:
    iso = _ISO.match(after)
    if iso and any(iso.groups()):
        return Fixed(*(int(part or 0) for part in iso.groups()))
    if setting := _SETTING.match(after):
        if not hasattr(settings, setting[1]):
            raise UnknownPeriod(f"there is no setting {setting[1]}")
        return DaysInSetting(setting[1])
    if column := _COLUMN.match(after):
        return DaysInColumn(column[1] or "", column[2])
    raise UnknownPeriod(f"{after!r} is no period, setting or column")
