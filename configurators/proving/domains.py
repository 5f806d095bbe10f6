"""How each question may still be answered, while a search narrows it down.

A domain holds what a question can come to: also that it is absent, where it may be hidden or left open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from configurators.compiled import absent_answer
from configurators.decimals import MAX_DECIMALS, MAX_WHOLE_DIGITS
from configurators.formula import Answer
from configurators.parts import Group

_FINEST = Decimal(1).scaleb(-MAX_DECIMALS)
#: The largest number that can be typed; where a question has no limit of its own.
LARGEST = Decimal(10) ** MAX_WHOLE_DIGITS - _FINEST


@dataclass(frozen=True, slots=True)
class Values:
    """Of a single choice or a yes-or-no: these, None or False being absence."""

    values: tuple[Answer, ...]

    @property
    def empty(self) -> bool:
        return not self.values

    @property
    def single(self) -> bool:
        return len(self.values) == 1

    @property
    def answer(self) -> Answer:
        return self.values[0]

    def parts(self) -> Iterator[Domain]:
        return (Values((value,)) for value in self.values)

    def only(self, *wanted: Answer) -> Values:
        return Values(tuple([value for value in self.values if value in wanted]))

    def without(self, *unwanted: Answer) -> Values:
        return Values(tuple([value for value in self.values if value not in unwanted]))


@dataclass(frozen=True, slots=True)
class Picks:
    """Of a multiple choice: sets between `must` and `may`, so many; and none at all where `none`."""

    must: frozenset[str]
    may: tuple[str, ...]
    least: int
    most: int
    none: bool

    @property
    def some(self) -> bool:
        """Whether any set that is not empty is left."""
        low, high = max(self.least, 1, len(self.must)), min(self.most, len(self.may))
        return low <= high

    @property
    def empty(self) -> bool:
        return not self.some and not self.can_be_none

    @property
    def can_be_none(self) -> bool:
        return self.none and not self.must

    @property
    def single(self) -> bool:
        if not self.some:
            return self.can_be_none
        return not self.can_be_none and (len(self.may) == len(self.must) or self.most == len(self.must))

    @property
    def answer(self) -> Answer:
        return self.must if self.some else frozenset()

    @property
    def fewest(self) -> int:
        return 0 if self.can_be_none else max(self.least, 1, len(self.must))

    def parts(self) -> Iterator[Domain]:
        """With and without the first that is open; or none at all."""
        if self.can_be_none and self.some:
            yield replace(self, may=(), most=0)
            yield replace(self, none=False)
            return
        open_one = next(option for option in self.may if option not in self.must)
        yield self.having(open_one)
        yield self.lacking(open_one)

    def having(self, option: str) -> Picks:
        if option not in self.may:
            return replace(self, may=(), must=frozenset(), most=0, none=False)
        return replace(self, must=self.must | {option}, none=False)

    def lacking(self, option: str) -> Picks:
        if option in self.must:
            return replace(self, may=(), must=frozenset(), most=0, none=False)
        return replace(self, may=tuple([one for one in self.may if one != option]))


@dataclass(frozen=True, slots=True)
class Steps:
    """Of a number: `base` and so many times `unit`, from `low` to `high`; and absence where `none`."""

    base: Decimal
    unit: Decimal
    low: int
    high: int
    none: bool

    @property
    def some(self) -> bool:
        return self.low <= self.high

    @property
    def empty(self) -> bool:
        return not self.some and not self.none

    @property
    def single(self) -> bool:
        return (self.low == self.high and not self.none) or (not self.some and self.none)

    @property
    def answer(self) -> Answer:
        return self.at(self.low) if self.some else None

    @property
    def least(self) -> Decimal:
        return self.at(self.low)

    @property
    def most(self) -> Decimal:
        return self.at(self.high)

    @property
    def has_zero(self) -> bool:
        """May the answer count as nothing? Absence does, and a zero."""
        return self.none or (self.some and self._zero is not None)

    @property
    def has_more(self) -> bool:
        """May it count as something?"""
        return self.some and not (self.low == self.high == self._zero)

    @property
    def _zero(self) -> int | None:
        if self.base % self.unit:
            return None
        times = -int(self.base // self.unit)
        return times if self.low <= times <= self.high else None

    def at(self, times: int) -> Decimal:
        return self.base + self.unit * times

    def parts(self) -> Iterator[Domain]:
        """Both ends, where most prices are lowest or highest, and the two halves between them."""
        if self.none:
            yield replace(self, low=0, high=-1)
            yield replace(self, none=False)
            return
        middle = (self.low + self.high) // 2
        bounds = (
            (self.high, self.high),
            (self.low, self.low),
            (self.low + 1, middle),
            (middle + 1, self.high - 1),
        )
        for low, high in bounds:
            if low <= high:
                yield replace(self, low=low, high=high)

    def zero(self) -> Steps:
        """Only what counts as nothing."""
        times = self._zero
        low, high = (0, -1) if times is None else (times, times)
        return replace(self, low=low, high=high)

    def more(self) -> Steps:
        """Only what counts as something, where that can be told of the ends."""
        times, low, high = self._zero, self.low, self.high
        if times is not None:
            low, high = (low + 1, high) if times == low else (low, high - 1) if times == high else (low, high)
        return replace(self, low=low, high=high, none=False)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Of a number that follows from others: where it must lie while those are open. Nobody chooses it."""

    least: Decimal
    most: Decimal
    some: bool
    none: bool

    @property
    def empty(self) -> bool:
        return not self.some and not self.none

    @property
    def single(self) -> bool:
        return True

    @property
    def answer(self) -> Answer:
        return None

    @property
    def has_zero(self) -> bool:
        return self.none or (self.some and self.least <= 0 <= self.most)

    @property
    def has_more(self) -> bool:
        return self.some and not (self.least == self.most == 0)

    def parts(self) -> Iterator[Domain]:
        return iter((self,))

    def within(self, least: Decimal, most: Decimal) -> Reckoned:
        """No further than these."""
        least, most = max(least, self.least), min(most, self.most)
        return replace(self, least=least, most=most, some=self.some and least <= most)

    def zero(self) -> Reckoned:
        return self.within(Decimal(0), Decimal(0))

    def more(self) -> Reckoned:
        return replace(self, none=False)


Number = Steps | Reckoned
Domain = Values | Picks | Number


def domain_of(group: Group, *, required: bool) -> Domain:
    """Everything that a visitor may answer; absence too where the question may be left open or hidden."""
    open_ = not required or group.visible_if is not None
    if group.kind == "multi":
        most = group.max_choices or len(group.options)
        keys = tuple([option.key for option in group.options])
        return Picks(frozenset(), keys, max(group.min_choices or 0, 1), min(most, len(keys)), open_)
    if group.numeric:
        return _steps(group, open_)
    values: list[Answer] = [True] if group.kind == "boolean" else [option.key for option in group.options]
    return Values(tuple([*values, absent_answer(group)] if open_ else values))


def _steps(group: Group, open_: bool) -> Steps:
    unit = group.interval or (Decimal(1) if group.kind == "quantity" else _FINEST)
    base = group.least if group.interval and group.least is not None else Decimal(0)
    least = -LARGEST if group.least is None else group.least
    most = LARGEST if group.most is None else group.most
    return Steps(base, unit, -_times(base - least, unit), _times(most - base, unit), open_)


def _times(number: Decimal, unit: Decimal) -> int:
    """How often the unit goes into it, rounded down. Exact: neither has more than 18 digits."""
    times = int(number // unit)
    return times - 1 if unit * times > number else times


def present(domain: Domain) -> Domain:
    """Without absence."""
    if isinstance(domain, Values):
        return domain.without(None, False)
    return replace(domain, none=False)


def absent(domain: Domain) -> Domain:
    """Nothing but absence; empty where the question must be answered."""
    if isinstance(domain, Values):
        return domain.only(None, False)
    if isinstance(domain, Picks):
        return replace(domain, may=(), most=0, none=domain.none and not domain.must)
    if isinstance(domain, Reckoned):
        return replace(domain, some=False)
    return replace(domain, low=0, high=-1)


def can_be_absent(domain: Domain) -> bool:
    if isinstance(domain, Values):
        return None in domain.values or False in domain.values
    return domain.can_be_none if isinstance(domain, Picks) else domain.none


def truthiness(domain: Domain) -> tuple[bool, bool]:
    """Whether the answer can be something, and whether it can be nothing."""
    if isinstance(domain, Number):
        return domain.has_more, domain.has_zero
    if isinstance(domain, Picks):
        return domain.some, domain.can_be_none
    return any(domain.values), not all(domain.values)
