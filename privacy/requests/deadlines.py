"""By when a request must be answered: three dates, reckoned once from the day of receipt.

GDPR Art. 12(3) with Regulation (EEC, Euratom) 1182/71 art. 3: the day of receipt does not count; a period in
months ends on the day with the same number or, without one, on the last of the month; where that is a
Saturday, a Sunday or a public holiday, at the end of the next working day. An extension ends three months
after *receipt*, never "so many days after the first end". The target of four weeks is a promise of ours, not
an act of the Union: it is pulled back, never rolled forward.

CCPA: answer within 45 calendar days and, extended, within 90, whatever verification takes (11 CCR § 7021).
"""

from __future__ import annotations

import calendar as months
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from privacy.models.requests import Regime
from privacy.requests.calendar import pulled_back, rolled_forward, working_days_after

TARGET_DAYS = 28
TARGET_DAYS_MINOR = 3
MONTHS = 1
MONTHS_EXTENDED = 3
CCPA_DAYS = 45
CCPA_DAYS_EXTENDED = 90
CCPA_ACKNOWLEDGE_WORKING_DAYS = 10


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When we mean to answer, when we must, and when we must at the very latest if it was extended."""

    target: date
    statutory: date
    extended_until: date

    def as_json(self) -> dict[str, str]:
        return {name: day.isoformat() for name, day in asdict(self).items()}


def deadlines(
    received: date,
    country: str,
    regime: str = Regime.GDPR,
    *,
    suspended_days: int = 0,
    about_minor: bool = False,
) -> Deadlines:
    """The three dates of a request received on a day.

    `suspended_days`, the whole days for which proof of identity was outstanding, move the GDPR's dates and
    never the CCPA's. A report about a minor has a target of three days (promise E19).
    """
    if regime == Regime.CCPA:
        return _ccpa(received, country, about_minor=about_minor)
    pause = timedelta(days=suspended_days)
    statutory = rolled_forward(add_months(received, MONTHS) + pause, country)
    target = _target(received, country, about_minor=about_minor, pause=pause)
    return Deadlines(
        target=min(target, statutory),
        statutory=statutory,
        extended_until=rolled_forward(add_months(received, MONTHS_EXTENDED) + pause, country),
    )


def _ccpa(received: date, country: str, *, about_minor: bool) -> Deadlines:
    return Deadlines(
        target=_target(received, country, about_minor=about_minor),
        statutory=received + timedelta(days=CCPA_DAYS),
        extended_until=received + timedelta(days=CCPA_DAYS_EXTENDED),
    )


def _target(received: date, country: str, *, about_minor: bool, pause: timedelta = timedelta(0)) -> date:
    days = TARGET_DAYS_MINOR if about_minor else TARGET_DAYS
    return max(received, pulled_back(received + timedelta(days=days) + pause, country))


def acknowledge_by(received: date, country: str, regime: str) -> date:
    """The day by which a receipt must be confirmed; ours goes out at once, so this is a check."""
    if regime == Regime.CCPA:
        return working_days_after(received, CCPA_ACKNOWLEDGE_WORKING_DAYS, country)
    return received


def add_months(day: date, count: int) -> date:
    """The day of that number so many months on, or the last of that month."""
    year, month = divmod(day.month - 1 + count, 12)
    year += day.year
    return day.replace(year=year, month=month + 1, day=min(day.day, months.monthrange(year, month + 1)[1]))
