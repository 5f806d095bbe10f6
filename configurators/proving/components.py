"""A configurator taken apart into groups of questions that have nothing to do with each other.

Two questions belong together where a condition, a rule or a price line reads both, or a percentage looks at
the lines of both. What is lowest or highest can then be looked for in each by itself, and added.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from configurators.compiled import Compiled
from configurators.formula import Tables, groups_in, read_tables
from configurators.parts import (
    LOOKS_BACK,
    Assertion,
    Combinations,
    Constraint,
    ExtraLine,
    Group,
    Price,
)
from configurators.proving.ranges import Numbers, Test, numbers_of, test_of

Json = dict[str, Any]

#: A percentage that takes away more than there is would turn the order of two sums around.
ALL = Decimal(-100)
#: Conditions of percentages over everything that are looked at case by case.
_CASES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Bounded:
    """A price, and what bounds it while answers are open; the latter only where it is a formula."""

    key: str
    price: Price
    formula: Numbers | None


@dataclass(frozen=True, slots=True, eq=False)
class BoundedLine:
    """One of the lines besides those of the questions."""

    line: ExtraLine
    condition: Test | None
    price: Bounded


@dataclass(slots=True, eq=False)
class Component:
    """`compiled` is the configurator with nothing in it but this part: the engine itself can price it."""

    keys: tuple[str, ...]
    compiled: Compiled
    shown: dict[str, Test] = field(default_factory=dict)
    #: Of a question that must be answered only where it holds.
    required_if: dict[str, Test] = field(default_factory=dict)
    available: dict[tuple[str, str], Test] = field(default_factory=dict)
    asserted: dict[str, Test] = field(default_factory=dict)
    #: By number that follows from others: its formula, what that reads, and the decimals it is rounded to.
    reckoned: dict[str, tuple[Numbers, frozenset[str], int]] = field(default_factory=dict)
    prices: dict[str, Bounded] = field(default_factory=dict)
    opening: list[BoundedLine] = field(default_factory=list)
    closing: list[BoundedLine] = field(default_factory=list)
    #: By the key of a percentage over everything: its condition, which decides one of the cases.
    cases: dict[str, BoundedLine] = field(default_factory=dict)
    #: By question or line: what its prices depend on; None where a percentage looks at other lines.
    reads: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    #: By question or line: itself.
    prices_of: dict[str, Group | BoundedLine] = field(default_factory=dict)
    #: By question: what adds something else once it is answered otherwise.
    added_by: dict[str, list[str]] = field(default_factory=dict)
    #: By question or line, and what those can be: what it adds at least and at most, and by which lines.
    sheets: dict[str, dict[Any, Any]] = field(default_factory=dict)

    @property
    def adds(self) -> list[str]:
        """The lines and questions that add something to the price."""
        return list(self.prices_of)

    @property
    def additive(self) -> bool:
        """Whether no line looks at another."""
        return not self.closing and None not in self.reads.values()

    @property
    def readings(self) -> Counter[str]:
        """In how many rules, conditions and prices each question has a say."""
        found = Counter(self.keys)
        for constraint in self.compiled.constraints:
            found.update(questions_of(constraint))
        for test in (*self.shown.values(), *self.required_if.values(), *self.available.values()):
            found.update(test.reads)
        for bounded in self.prices.values():
            found.update(bounded.price.reads)
        for line in (*self.opening, *self.closing, *self.cases.values()):
            found.update(line.line.reads)
        return found

    @property
    def groups(self) -> list[Group]:
        return [self.compiled.groups[key] for key in self.keys]

    @property
    def required(self) -> list[Group]:
        """What must be answered, always or under its condition."""
        return [group for group in self.groups if group.required or group.key in self.required_if]


@dataclass(frozen=True, slots=True)
class Divided:
    """The parts, and the percentages over the sum of all, in their order."""

    components: list[Component]
    tail: tuple[ExtraLine, ...]


def divide(compiled: Compiled, *, minimum_at_the_end: bool = True) -> Divided:
    """Without a minimum at the end where the sum before it may be nothing: that does not keep order."""
    return _Dividing(compiled, minimum_at_the_end).divided()


def questions_of(constraint: Constraint) -> frozenset[str]:
    """The questions that a rule is about."""
    if isinstance(constraint, Assertion):
        return constraint.reads
    if isinstance(constraint, Combinations):
        return frozenset(constraint.groups)
    return frozenset({constraint.condition.group, constraint.consequence.group})


class _Dividing:
    def __init__(self, compiled: Compiled, minimum_at_the_end: bool) -> None:
        self.compiled = compiled
        document: Json = compiled.to_json()
        self.tables: Tables = read_tables(document.get("tables", {}))
        self.items: dict[str, Json] = {
            group["key"]: group for step in document["steps"] for group in step["groups"]
        }
        self.lines: dict[str, Json] = {line["key"]: line for line in document["lines"]}
        self.keys = tuple(key for key, group in compiled.groups.items() if group.computable)
        self.rules: dict[str, Json] = {rule["key"]: rule for rule in document["constraints"]}
        self.tail = _tail(compiled.closing_lines, minimum_at_the_end)
        self.together = _Together(self.keys)
        #: By price line: the questions that it depends on.
        self.scopes: dict[str, frozenset[str]] = {}

    def divided(self) -> Divided:
        self._tie()
        found = [self._component(keys) for keys in self.together.classes()]
        return Divided(found, self.tail)

    # What belongs together

    def _tie(self) -> None:
        for key, item in self.items.items():
            own = {key} & set(self.keys)
            self.together.tie(own | groups_in(item["visible_if"]) | groups_in(item.get("formula")))
            if own and self._is_sometimes_required(item):
                self.together.tie(own | groups_in(item["required_if"]))
            for option in item.get("options", ()):
                self.together.tie(own | groups_in(option["available_if"]))
        for constraint in self.compiled.constraints:
            self.together.tie(questions_of(constraint))
        for line in self.compiled.opening_lines:
            self._scope(line.key, line.price, line.reads)
        for group in self.compiled.priced_groups:
            for key, price in _prices_of(group):
                self._scope(key, price, price.reads | {group.key})
        for line in self.compiled.closing_lines:
            if line in self.tail:
                self.together.tie(line.reads)
            else:
                self._scope(line.key, line.price, line.reads)

    @staticmethod
    def _is_sometimes_required(item: Json) -> bool:
        return bool(item.get("required_if")) and not item["required"]

    def _scope(self, key: str, price: Price, reads: frozenset[str]) -> None:
        scope = set(reads)
        if price.kind in LOOKS_BACK:
            looked_at = self.scopes if price.of is None else [of for of in price.of if of in self.scopes]
            scope = scope.union(*(self.scopes[of] for of in looked_at))
        self.scopes[key] = frozenset(scope or self.keys[:1])
        self.together.tie(self.scopes[key])

    # The parts

    def _component(self, keys: tuple[str, ...]) -> Component:
        compiled, mine = self.compiled, self._is_of(keys)
        part = copy.copy(compiled)
        part.absent = {key: compiled.absent[key] for key in keys}
        part.conditional = tuple(
            group
            for group in compiled.conditional
            if mine({group.key} & set(self.keys) or self._read_by(group))
        )
        part.priced_groups = tuple(group for group in compiled.priced_groups if group.key in keys)
        part.guarded_groups = tuple(group for group in compiled.guarded_groups if group.key in keys)
        part.sometimes_required = tuple(group for group in compiled.sometimes_required if group.key in keys)
        part.constraints = tuple(one for one in compiled.constraints if mine(questions_of(one)))
        part.opening_lines = tuple(line for line in compiled.opening_lines if mine(self.scopes[line.key]))
        closing = [line for line in compiled.closing_lines if line not in self.tail]
        part.closing_lines = tuple(line for line in closing if mine(self.scopes[line.key]))
        found = Component(keys, part)
        for group in part.conditional:
            item = self.items[group.key]
            if item["visible_if"]:
                found.shown[group.key] = test_of(item["visible_if"], self.tables)
            if formula := item.get("formula"):
                reckoned = numbers_of(formula, self.tables)
                found.reckoned[group.key] = (reckoned, groups_in(formula), item["decimals"])
        for key in keys:
            if self._is_sometimes_required(self.items[key]):
                found.required_if[key] = test_of(self.items[key]["required_if"], self.tables)
        for rule in part.constraints:
            if isinstance(rule, Assertion):
                found.asserted[rule.key] = test_of(self.rules[rule.key]["that"], self.tables)
        self._bound(found)
        cases = [line for line in self.tail if line.condition is not None and mine(line.reads)]
        found.cases = {line.key: self._line(line) for line in cases}
        return found

    def _bound(self, found: Component) -> None:
        part = found.compiled
        for group in part.guarded_groups:
            for option in self.items[group.key]["options"]:
                if option["available_if"]:
                    guard = test_of(option["available_if"], self.tables)
                    found.available[group.key, option["key"]] = guard
        for group in part.priced_groups:
            item = self.items[group.key]
            stored: dict[str, Any] = {group.key: item.get("price")}
            stored |= {f"{group.key}.{each['key']}": each["price"] for each in item.get("options", ())}
            for key, price in _prices_of(group):
                found.prices[key] = self._price(key, price, stored[key])
            plain = all(price.kind not in LOOKS_BACK for _, price in _prices_of(group))
            found.reads[group.key] = tuple(sorted(group.reads)) if plain else None
            found.prices_of[group.key] = group
        found.opening = [self._line(line) for line in part.opening_lines]
        for bounded in found.opening:
            found.reads[bounded.line.key] = tuple(sorted(bounded.line.reads))
            found.prices_of[bounded.line.key] = bounded
        found.added_by = {
            key: [name for name, reads in found.reads.items() if reads and key in reads] for key in found.keys
        }
        found.closing = [self._line(line) for line in part.closing_lines]

    def _line(self, line: ExtraLine) -> BoundedLine:
        stored = self.lines[line.key]
        condition = test_of(stored["if"], self.tables) if stored["if"] else None
        return BoundedLine(line, condition, self._price(line.key, line.price, stored["price"]))

    def _price(self, key: str, price: Price, stored: Json) -> Bounded:
        formula = numbers_of(stored["formula"], self.tables) if price.kind == "formula" else None
        return Bounded(key, price, formula)

    def _is_of(self, keys: tuple[str, ...]) -> Any:
        """What reads nothing at all belongs to the first part."""
        first = not self.keys or self.keys[0] in keys

        def mine(scope: Iterable[str]) -> bool:
            return any(key in keys for key in scope) if scope else first

        return mine

    def _read_by(self, group: Group) -> frozenset[str]:
        return groups_in(self.items[group.key]["visible_if"])


def _prices_of(group: Group) -> Iterator[tuple[str, Price]]:
    if group.price is not None:
        yield group.key, group.price
    for option in group.options:
        if option.price is not None:
            yield option.line_key, option.price


def _tail(closing: tuple[ExtraLine, ...], minimum: bool) -> tuple[ExtraLine, ...]:
    """What at the end looks at everything before it, and keeps the order of two sums."""
    found: list[ExtraLine] = []
    for line in reversed(closing):
        conditions = sum(1 for each in (*found, line) if each.condition is not None)
        keeps_order = line.price.amount >= ALL if line.price.kind == "percentage" else True
        keeps_order = keeps_order and (minimum or line.price.kind != "minimum")
        if line.price.of is not None or not keeps_order or conditions > _CASES:
            break
        found.insert(0, line)
    return tuple(found)


class _Together:
    """Keys that were tied to each other, however indirectly."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.leader: dict[str, str] = {key: key for key in keys}

    def tie(self, keys: Iterable[str]) -> None:
        leaders = [self._leader(key) for key in keys]
        for other in leaders[1:]:
            self.leader[self._leader(other)] = self._leader(leaders[0])

    def classes(self) -> list[tuple[str, ...]]:
        """In the order of the form; one without any key where there is nothing to answer."""
        found: dict[str, list[str]] = {}
        for key in self.leader:
            found.setdefault(self._leader(key), []).append(key)
        return [tuple(keys) for keys in found.values()] or [()]

    def _leader(self, key: str) -> str:
        while self.leader[key] != key:
            key = self.leader[key]
        return key
