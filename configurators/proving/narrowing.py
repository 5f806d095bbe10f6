"""What the rules leave of the answers that are still open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import cast

from configurators.constraints import YES
from configurators.formula import Answer, Failure
from configurators.formula.arithmetic import rounded
from configurators.parts import Assertion, Combinations, Condition, Group, Implication, Reference
from configurators.proving.components import Component, questions_of
from configurators.proving.domains import (
    Domain,
    Number,
    Picks,
    Reckoned,
    Steps,
    Values,
    absent,
    can_be_absent,
    present,
    truthiness,
)
from configurators.proving.ranges import Test, Truth

#: What a search leaves aside: that a question must be answered, an option's own condition, or a rule.
Rule = tuple[str, str]
Domains = dict[str, Domain]


@dataclass(frozen=True, slots=True)
class Must:
    """A condition and what it must come to, and the same over answers that are still open."""

    condition: Condition
    test: Test
    wanted: bool


Forced = tuple[Must, ...]


class Conflict(Exception):
    """Nothing is left; `keys` are the questions at which that showed."""

    def __init__(self, *keys: str) -> None:
        super().__init__(*keys)
        self.keys = keys


class Narrowing:
    def __init__(self, part: Component, relaxed: frozenset[Rule], forced: Forced) -> None:
        self.part = part
        self.forced = forced
        self.required = {group.key for group in part.required} - _of("required", relaxed)
        self.always = self.required - part.required_if.keys()
        self.constraints = [one for one in part.compiled.constraints if one.key not in _of("rule", relaxed)]
        ours = _of("available", relaxed)
        self.guards = [(*place, guard) for place, guard in part.available.items() if place[0] not in ours]
        self.groups = part.compiled.groups
        rules = list(self._rules())
        self.rules = [rule for _, rule in rules]
        self.read_by: dict[str, list[int]] = {}
        for number, (keys, _) in enumerate(rules):
            for key in keys:
                self.read_by.setdefault(key, []).append(number)
        self.waiting: list[int] = []
        self.queued: set[int] = set()

    def narrowed(self, domains: Mapping[str, Domain], changed: Iterable[str] | None = None) -> Domains:
        """Until nothing follows any more. Raises Conflict.

        With `changed`, only what follows from these: from the others everything has followed before.
        """
        found = dict(domains)
        self.waiting = list(range(len(self.rules))) if changed is None else []
        self.queued = set(self.waiting)
        for key in changed or ():
            self._wake(key)
        while self.waiting:
            number = self.waiting.pop(0)
            self.queued.discard(number)
            self.rules[number](found)
        return found

    def _wake(self, key: str) -> None:
        for number in self.read_by.get(key, ()):
            if number not in self.queued:
                self.queued.add(number)
                self.waiting.append(number)

    def _rules(self) -> Iterator[tuple[set[str], Callable[[Domains], None]]]:
        """Each with the questions that it looks at."""
        for key, test in self.part.shown.items():
            yield {key, *test.reads}, partial(self._visibility, self.groups[key], test)
        for key, test in self.part.required_if.items():
            if key in self.required:
                shown = self.part.shown.get(key)
                reads = {key, *test.reads, *(shown.reads if shown else ())}
                yield reads, partial(self._requirement, self.groups[key], test)
        for key, (_, read, _) in self.part.reckoned.items():
            shown = self.part.shown.get(key)
            yield {key, *read, *(shown.reads if shown else ())}, partial(self._reckon, key)
        for each in self.forced:
            yield set(each.test.reads), partial(self._force, each)
        for key, option, guard in self.guards:
            shown = self.part.shown.get(key)
            reads = {key, *guard.reads, *(shown.reads if shown else ())}
            yield reads, partial(self._guard, key, option, guard)
        for constraint in self.constraints:
            reads = set(questions_of(constraint))
            if isinstance(constraint, Assertion):
                tests = [self.part.shown[key] for key in reads if key in self.part.shown]
                reads = reads.union(*(test.reads for test in tests))
                yield reads, partial(self._assertion, constraint)
            elif isinstance(constraint, Combinations):
                yield reads, partial(self._combinations, constraint)
            else:
                yield reads, partial(self._implication, constraint)

    def _force(self, each: Must, found: Domains) -> None:
        if not each.test(found)[0 if each.wanted else 1]:
            raise Conflict
        self._meet(found, each.test, each.wanted)

    def _meet(self, found: Domains, test: Test, wanted: bool) -> None:
        """Take away answers with which a condition that must be met never is."""
        for key in test.reads:
            if not found[key].single:
                self._set(found, key, _meeting(found, key, test, wanted))

    def _visibility(self, group: Group, test: Test, found: Domains) -> None:
        shown, hidden = self._truth(found, test, group.key)
        if group.key not in found:
            return
        if not shown:
            self._set(found, group.key, absent(found[group.key]))
        elif not hidden and group.key in self.always:
            self._set(found, group.key, present(found[group.key]))
        elif hidden and not can_be_absent(found[group.key]):
            self._meet(found, test, True)
        elif hidden and group.key in self.always and present(found[group.key]).empty:
            self._meet(found, test, False)

    def _requirement(self, group: Group, test: Test, found: Domains) -> None:
        """Of a question that is sure to be asked: answered where the condition must hold, or is an error."""
        if not self.is_shown(found, group):
            return
        if not test(found)[1]:
            self._set(found, group.key, present(found[group.key]))
        elif present(found[group.key]).empty:
            self._meet(found, test, False)

    def _reckon(self, key: str, found: Domains) -> None:
        """Where a number must lie that follows from others; an error of its formula leaves no price."""
        if self.is_hidden(found, self.groups[key]):
            return
        numbers, _, decimals = self.part.reckoned[key]
        range_, domain = numbers(found), cast(Reckoned, found[key])
        if range_ is not None:
            low, high = (_rounded(end, decimals) for end in range_)
            domain = domain.within(low, high)
        elif self.is_shown(found, self.groups[key]):
            raise Conflict(key)
        if self.is_shown(found, self.groups[key]):
            domain = replace(domain, none=False)
        self._set(found, key, domain)

    def _guard(self, group: str, option: str, guard: Test, found: Domains) -> None:
        """An option whose condition is false cannot be chosen; of a hidden question no option is."""
        if self.is_hidden(found, self.groups[group]):
            return
        available, _ = self._truth(found, guard, group, only_if=self.is_shown(found, self.groups[group]))
        if not available:
            self._refuse(found, Reference(group, option))
        elif not holds(Reference(group, option), found)[1]:
            self._meet(found, guard, True)

    def _assertion(self, constraint: Assertion, found: Domains) -> None:
        """It is looked at where any question that it reads is asked; one that only warns can be an error."""
        test = self.part.asserted[constraint.key]
        if not any(self.is_shown(found, self.groups[key]) for key in constraint.reads):
            return
        can, _ = self._truth(found, test, next(iter(constraint.reads)))
        if constraint.blocks:
            if not can:
                raise Conflict(*constraint.reads)
            self._meet(found, test, True)

    def _combinations(self, constraint: Combinations, found: Domains) -> None:
        first, second = constraint.groups
        ours, theirs = (cast(Values, found[key]).values for key in constraint.groups)
        fits = {None, *(one for one, other in constraint.pairs if other in theirs)}
        if None not in theirs:
            self._set(found, first, cast(Values, found[first]).only(*fits))
        fits = {None, *(other for one, other in constraint.pairs if one in ours)}
        if None not in ours:
            self._set(found, second, cast(Values, found[second]).only(*fits))

    def _implication(self, constraint: Implication, found: Domains) -> None:
        first, second = constraint.condition, constraint.consequence
        (_, first_not), (second_can, second_not) = holds(first, found), holds(second, found)
        if constraint.kind == "excludes":
            if not first_not:
                self._refuse(found, second)
            elif not second_not:
                self._refuse(found, first)
        elif not second_can:
            self._refuse(found, first)
        elif not first_not:
            self._demand(found, second)

    def _truth(self, found: Domains, condition: Test, key: str, *, only_if: bool = True) -> Truth:
        """A condition that is always an error leaves no price."""
        truth = condition(found)
        if only_if and not any(truth):
            raise Conflict(key)
        return truth if any(truth) else (True, True)

    def is_shown(self, found: Domains, group: Group) -> bool:
        """Whether it is sure to be."""
        condition = self.part.shown.get(group.key)
        return condition is None or not condition(found)[1]

    def is_hidden(self, found: Domains, group: Group) -> bool:
        condition = self.part.shown.get(group.key)
        return condition is not None and not condition(found)[0]

    def _refuse(self, found: Domains, place: Reference) -> None:
        """It must not hold."""
        domain = found[place.group]
        if place.option is None:
            left = _nothing(domain)
        elif isinstance(domain, Picks):
            left = domain.lacking(place.option)
        else:
            left = cast(Values, domain).without(place.option)
        self._set(found, place.group, left)

    def _demand(self, found: Domains, place: Reference) -> None:
        """It must hold."""
        domain = found[place.group]
        if place.option is None:
            left = domain.more() if isinstance(domain, Number) else present(domain)
        elif isinstance(domain, Picks):
            left = domain.having(place.option)
        else:
            left = cast(Values, domain).only(place.option)
        self._set(found, place.group, left)

    def _set(self, found: Domains, key: str, domain: Domain) -> None:
        if domain.empty:
            raise Conflict(key)
        if found[key] != domain:
            found[key] = domain
            self._wake(key)


def holds(place: Reference, domains: Mapping[str, Domain]) -> Truth:
    """Whether a side of a rule can be so, and whether it can be otherwise."""
    domain = domains[place.group]
    if place.option is None:
        return truthiness(domain)
    if isinstance(domain, Picks):
        return domain.some and place.option in domain.may, place.option not in domain.must
    values = cast(Values, domain).values
    return place.option in values, any(value != place.option for value in values)


def _rounded(number: Decimal, places: int) -> Decimal:
    try:
        return rounded(number, places)
    except Failure:
        return number


def _meeting(found: Domains, key: str, test: Test, wanted: bool) -> Domain:
    """What is left of a domain once each answer is gone with which the test cannot come to what is wanted."""
    place = 0 if wanted else 1

    def can(domain: Domain) -> bool:
        return not domain.empty and test({**found, key: domain})[place]

    domain = found[key]
    if isinstance(domain, Values):
        return Values(tuple([value for value in domain.values if can(Values((value,)))]))
    if isinstance(domain, Steps):
        return domain if domain.none else _cut(domain, can)
    if isinstance(domain, Reckoned):
        return domain
    for option in domain.may:
        if option not in domain.must and not can(domain.having(option)):
            domain = domain.lacking(option)
        elif option not in domain.must and not can(domain.lacking(option)):
            domain = domain.having(option)
    return domain


def _cut(domain: Steps, can: Callable[[Steps], bool]) -> Steps:
    """By halves: as long as the outer part of the steps is of no use it goes."""
    low, high = domain.low, domain.high
    size = (high - low + 1) // 2
    while size:
        if can(replace(domain, low=high - size + 1, high=high)):
            size //= 2
        else:
            high -= size
            size = min(size, high - low)
    size = (high - low + 1) // 2
    while size:
        if can(replace(domain, low=low, high=low + size - 1)):
            size //= 2
        else:
            low += size
            size = min(size, high - low)
    return replace(domain, low=low, high=high)


def chosen(domain: Domain, option: str) -> Domain:
    """With this choice made; `YES` of a yes-or-no."""
    if isinstance(domain, Picks):
        return domain.having(option)
    wanted: Answer = True if option == YES else option
    return cast(Values, domain).only(wanted)


def _nothing(domain: Domain) -> Domain:
    return domain.zero() if isinstance(domain, Number) else absent(domain)


def _of(kind: str, rules: frozenset[Rule]) -> set[str]:
    return {name for each, name in rules if each == kind}
