"""Public holidays by country, dated and with their source, for the clocks of requests.

A day is *disputed* where the law or the regions of a country differ about it. A statutory date may not lean
on such a day, and a target is not set on it: whichever reading is right, the answer is in time.
A country without a list of its own has weekends alone; its dates are then early rather than late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6
ONE_DAY = timedelta(days=1)

DayOfYear = Callable[[int], date]


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day of each year from `since` up to and including `until`."""

    name: str
    on: DayOfYear
    since: int = 1
    until: int = 9999
    disputed: bool = False

    def in_year(self, year: int) -> date | None:
        return self.on(year) if self.since <= year <= self.until else None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The holidays of one country and where they are written down."""

    source: str
    holidays: tuple[Holiday, ...]

    def days(self, year: int, *, disputed: bool) -> frozenset[date]:
        """The holidays of a year: the undisputed ones alone, or all."""
        found = (each.in_year(year) for each in self.holidays if disputed or not each.disputed)
        return frozenset(day for day in found if day)


# --- How a day is named ------------------------------------------------------------------------------


def easter(year: int) -> date:
    """Easter Sunday of the western churches (the anonymous Gregorian reckoning)."""
    golden, century = year % 19, year // 100
    leap, short = century // 4, century % 4
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * short + 2 * (year % 100 // 4) - moon - year % 100 % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def fixed(month: int, day: int) -> DayOfYear:
    return lambda year: date(year, month, day)


def after_easter(days: int) -> DayOfYear:
    return lambda year: easter(year) + timedelta(days=days)


def nth(month: int, weekday: int, count: int) -> DayOfYear:
    """The first (1), second (2) … such weekday of a month."""

    def on(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))

    return on


def last(month: int, weekday: int) -> DayOfYear:
    def on(year: int) -> date:
        end = date(year + month // 12, month % 12 + 1, 1) - ONE_DAY
        return end - timedelta(days=(end.weekday() - weekday) % 7)

    return on


def _kings_day(year: int) -> date:
    """27 April, or the day before where that is a Sunday."""
    day = date(year, 4, 27)
    return day - ONE_DAY if day.weekday() == SUNDAY else day


def _repentance_day(year: int) -> date:
    """The Wednesday before 23 November."""
    day = date(year, 11, 22)
    return day - timedelta(days=(day.weekday() - 2) % 7)


def _or_monday(month: int, day: int) -> DayOfYear:
    """The day, or the Monday after the weekend in which it falls."""

    def on(year: int) -> date:
        it = date(year, month, day)
        return it + timedelta(days=7 - it.weekday()) if it.weekday() >= SATURDAY else it

    return on


def _british_boxing_day(year: int) -> date:
    """26 December; with Christmas or itself in a weekend, the second working day that makes up for it."""
    return {
        FRIDAY: date(year, 12, 28),
        SATURDAY: date(year, 12, 28),
        SUNDAY: date(year, 12, 26),
    }.get(date(year, 12, 25).weekday(), date(year, 12, 26))


def _british_christmas(year: int) -> date:
    """25 December; Saturday and Sunday alike make up on the 27th."""
    return date(year, 12, 27) if date(year, 12, 25).weekday() >= SATURDAY else date(year, 12, 25)


def _observed(month: int, day: int) -> DayOfYear:
    """The United States: Saturday is kept on Friday, Sunday on Monday."""

    def on(year: int) -> date:
        it = date(year, month, day)
        return it + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(it.weekday(), 0))

    return on


# --- The lists ---------------------------------------------------------------------------------------

_NEW_YEAR = Holiday("New Year's Day", fixed(1, 1))
_EASTER_MONDAY = Holiday("Easter Monday", after_easter(1))
_LABOUR_DAY = Holiday("Labour Day", fixed(5, 1))
_ASCENSION = Holiday("Ascension Day", after_easter(39))
_WHIT_MONDAY = Holiday("Whit Monday", after_easter(50))
_ASSUMPTION = Holiday("Assumption", fixed(8, 15))
_ALL_SAINTS = Holiday("All Saints' Day", fixed(11, 1))
_CHRISTMAS = Holiday("Christmas Day", fixed(12, 25))
_SECOND_CHRISTMAS = Holiday("Second Christmas Day", fixed(12, 26))

CALENDARS: dict[str, Calendar] = {
    "NL": Calendar(
        "Algemene termijnenwet, art. 3. Good Friday stands there as equal to a holiday and 5 May as one, yet"
        " most of the country works on both.",
        (
            _NEW_YEAR,
            Holiday("Good Friday", after_easter(-2), disputed=True),
            _EASTER_MONDAY,
            Holiday("King's Day", _kings_day, since=2014),
            Holiday("Liberation Day", fixed(5, 5), disputed=True),
            _ASCENSION,
            _WHIT_MONDAY,
            _CHRISTMAS,
            _SECOND_CHRISTMAS,
        ),
    ),
    "BE": Calendar(
        "Royal Decree of 18 April 1974, art. 1. The days of the communities bind their own services alone.",
        (
            _NEW_YEAR,
            _EASTER_MONDAY,
            _LABOUR_DAY,
            _ASCENSION,
            _WHIT_MONDAY,
            Holiday("National Day", fixed(7, 21)),
            _ASSUMPTION,
            _ALL_SAINTS,
            Holiday("Armistice Day", fixed(11, 11)),
            _CHRISTMAS,
            Holiday("Day of the Flemish Community", fixed(7, 11), disputed=True),
            Holiday("Day of the French Community", fixed(9, 27), disputed=True),
            Holiday("Day of the Dynasty and of the German-speaking Community", fixed(11, 15), disputed=True),
            Holiday("All Souls' Day (public services)", fixed(11, 2), disputed=True),
            Holiday("Second Christmas Day (public services)", fixed(12, 26), disputed=True),
        ),
    ),
    "FR": Calendar(
        "Code du travail, art. L3133-1; for Alsace and Moselle art. L3134-13.",
        (
            _NEW_YEAR,
            _EASTER_MONDAY,
            _LABOUR_DAY,
            Holiday("Victory Day", fixed(5, 8), since=1982),
            _ASCENSION,
            _WHIT_MONDAY,
            Holiday("National Day", fixed(7, 14)),
            _ASSUMPTION,
            _ALL_SAINTS,
            Holiday("Armistice Day", fixed(11, 11)),
            _CHRISTMAS,
            Holiday("Good Friday (Alsace and Moselle)", after_easter(-2), disputed=True),
            Holiday("Second Christmas Day (Alsace and Moselle)", fixed(12, 26), disputed=True),
        ),
    ),
    "DE": Calendar(
        "Einigungsvertrag, art. 2(2), and the holiday acts of the Länder; what not all of them keep is"
        " disputed.",
        (
            _NEW_YEAR,
            Holiday("Good Friday", after_easter(-2)),
            _EASTER_MONDAY,
            _LABOUR_DAY,
            _ASCENSION,
            _WHIT_MONDAY,
            Holiday("Day of German Unity", fixed(10, 3), since=1990),
            _CHRISTMAS,
            _SECOND_CHRISTMAS,
            Holiday("Epiphany", fixed(1, 6), disputed=True),
            Holiday("Women's Day", fixed(3, 8), since=2019, disputed=True),
            Holiday("Corpus Christi", after_easter(60), disputed=True),
            Holiday("Assumption", fixed(8, 15), disputed=True),
            Holiday("Children's Day", fixed(9, 20), since=2019, disputed=True),
            Holiday("Reformation Day", fixed(10, 31), disputed=True),
            Holiday("All Saints' Day", fixed(11, 1), disputed=True),
            Holiday("Day of Repentance", _repentance_day, disputed=True),
        ),
    ),
    "LU": Calendar(
        "Code du travail, art. L.232-2.",
        (
            _NEW_YEAR,
            _EASTER_MONDAY,
            _LABOUR_DAY,
            Holiday("Europe Day", fixed(5, 9), since=2019),
            _ASCENSION,
            _WHIT_MONDAY,
            Holiday("National Day", fixed(6, 23)),
            _ASSUMPTION,
            _ALL_SAINTS,
            _CHRISTMAS,
            _SECOND_CHRISTMAS,
            Holiday("Good Friday (banks)", after_easter(-2), disputed=True),
        ),
    ),
    "AT": Calendar(
        "Arbeitsruhegesetz, § 7(2). Good Friday is each worker's own to take since 2019.",
        (
            _NEW_YEAR,
            Holiday("Epiphany", fixed(1, 6)),
            _EASTER_MONDAY,
            _LABOUR_DAY,
            _ASCENSION,
            _WHIT_MONDAY,
            Holiday("Corpus Christi", after_easter(60)),
            _ASSUMPTION,
            Holiday("National Day", fixed(10, 26)),
            _ALL_SAINTS,
            Holiday("Immaculate Conception", fixed(12, 8)),
            _CHRISTMAS,
            _SECOND_CHRISTMAS,
            Holiday("Good Friday", after_easter(-2), disputed=True),
        ),
    ),
    "IE": Calendar(
        "Organisation of Working Time Act 1997, second schedule. Whether a day in a weekend moves to Monday"
        " is the employer's choice, so that Monday is disputed.",
        (
            _NEW_YEAR,
            Holiday("Saint Patrick's Day", fixed(3, 17)),
            _EASTER_MONDAY,
            Holiday("May Day", nth(5, MONDAY, 1)),
            Holiday("June holiday", nth(6, MONDAY, 1)),
            Holiday("August holiday", nth(8, MONDAY, 1)),
            Holiday("October holiday", last(10, MONDAY)),
            _CHRISTMAS,
            Holiday("Saint Stephen's Day", fixed(12, 26)),
            Holiday("Saint Brigid's Day", nth(2, MONDAY, 1), since=2023, disputed=True),
            Holiday("Good Friday (banks)", after_easter(-2), disputed=True),
            Holiday("New Year's Day, moved", _or_monday(1, 1), disputed=True),
            Holiday("Saint Patrick's Day, moved", _or_monday(3, 17), disputed=True),
            Holiday("Christmas Day, moved", _british_christmas, disputed=True),
            Holiday("Saint Stephen's Day, moved", _british_boxing_day, disputed=True),
        ),
    ),
    "GB": Calendar(
        "Banking and Financial Dealings Act 1971, schedule 1, with the proclamations of 2020, 2022 and 2023;"
        " what not every part of the United Kingdom keeps is disputed.",
        (
            Holiday("New Year's Day", _or_monday(1, 1)),
            Holiday("Good Friday", after_easter(-2)),
            Holiday("Early May bank holiday", nth(5, MONDAY, 1), since=1978, until=2019),
            Holiday("Early May bank holiday (VE Day)", fixed(5, 8), since=2020, until=2020),
            Holiday("Early May bank holiday", nth(5, MONDAY, 1), since=2021),
            Holiday("Spring bank holiday", last(5, MONDAY), since=1971, until=2021),
            Holiday("Spring bank holiday", fixed(6, 2), since=2022, until=2022),
            Holiday("Platinum Jubilee", fixed(6, 3), since=2022, until=2022),
            Holiday("State funeral of Queen Elizabeth II", fixed(9, 19), since=2022, until=2022),
            Holiday("Coronation of King Charles III", fixed(5, 8), since=2023, until=2023),
            Holiday("Spring bank holiday", last(5, MONDAY), since=2023),
            Holiday("Christmas Day", _british_christmas),
            Holiday("Boxing Day", _british_boxing_day),
            Holiday("2 January (Scotland)", _or_monday(1, 2), disputed=True),
            Holiday("Saint Patrick's Day (Northern Ireland)", _or_monday(3, 17), disputed=True),
            Holiday("Easter Monday (not Scotland)", after_easter(1), disputed=True),
            Holiday("Battle of the Boyne (Northern Ireland)", _or_monday(7, 12), disputed=True),
            Holiday("Summer bank holiday (Scotland)", nth(8, MONDAY, 1), disputed=True),
            Holiday("Summer bank holiday (not Scotland)", last(8, MONDAY), disputed=True),
            Holiday("Saint Andrew's Day (Scotland)", _or_monday(11, 30), disputed=True),
        ),
    ),
    "US": Calendar(
        "5 U.S.C. § 6103(a) and (b).",
        (
            Holiday("New Year's Day", _observed(1, 1)),
            Holiday("Birthday of Martin Luther King, Jr.", nth(1, MONDAY, 3)),
            Holiday("Washington's Birthday", nth(2, MONDAY, 3)),
            Holiday("Memorial Day", last(5, MONDAY)),
            Holiday("Juneteenth", _observed(6, 19), since=2021),
            Holiday("Independence Day", _observed(7, 4)),
            Holiday("Labor Day", nth(9, MONDAY, 1)),
            Holiday("Columbus Day", nth(10, MONDAY, 2)),
            Holiday("Veterans Day", _observed(11, 11)),
            Holiday("Thanksgiving Day", nth(11, THURSDAY, 4)),
            Holiday("Christmas Day", _observed(12, 25)),
        ),
    ),
}

WEEKENDS_ALONE = Calendar("No list of our own yet: Saturdays and Sundays alone.", ())


def calendar_of(country: str) -> Calendar:
    return CALENDARS.get(country, WEEKENDS_ALONE)


@lru_cache(maxsize=256)
def _days_off(country: str, year: int, disputed: bool) -> frozenset[date]:
    return calendar_of(country).days(year, disputed=disputed)


def is_working_day(day: date, country: str, *, disputed_too: bool = False) -> bool:
    """Neither a weekend nor a holiday; with `disputed_too` not even a disputed one."""
    return day.weekday() < SATURDAY and day not in _days_off(country, day.year, disputed_too)


def rolled_forward(day: date, country: str) -> date:
    """The day itself or the next working day; a disputed holiday counts as a working day."""
    return next(each for each in _from(day, ONE_DAY) if is_working_day(each, country))


def pulled_back(day: date, country: str) -> date:
    """The day itself or the last working day before it, on which nobody at all has the day off."""
    return next(each for each in _from(day, -ONE_DAY) if is_working_day(each, country, disputed_too=True))


def working_days_after(day: date, count: int, country: str) -> date:
    """The last of so many working days, the first of which is after `day`; disputed holidays count as one."""
    following = (each for each in _from(day + ONE_DAY, ONE_DAY) if is_working_day(each, country))
    return next(each for number, each in enumerate(following, 1) if number == count)


def _from(day: date, step: timedelta) -> Iterator[date]:
    while True:
        yield day
        day += step
