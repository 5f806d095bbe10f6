"""Looking for the lowest, the highest, or any configuration of a part: sure, or as far as the time went.

Answers are narrowed down one by one. A branch is left when the rules leave nothing of it, or when not even
its most favourable end is better than what was found. What is found was priced by the engine itself.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import log2

from configurators.compiled import absent_answer
from configurators.constraints import choices_now
from configurators.formula import Answer, Failure
from configurators.pricing import price_lines, total_of
from configurators.proving.bounds import Worked, bounds_of, promised_by
from configurators.proving.components import Component
from configurators.proving.domains import Domain, Reckoned, Steps, Values, domain_of
from configurators.proving.findings import Choice
from configurators.proving.narrowing import Conflict, Domains, Forced, Narrowing, Rule
from configurators.proving.ranges import LIMIT
from configurators.visibility import Situation, required_now, situation

#: Branches after which a search begins anew, with twice as many.
_PATIENCE = 100
#: Halvings of a number after which it weighs less than a choice that as much hangs on.
_WIDE = 6


@dataclass(frozen=True, slots=True)
class Leaf:
    """One configuration of a part: what is answered, what is shown, and what its lines come to."""

    values: Mapping[str, Answer]
    visible: frozenset[str]
    total: Decimal


@dataclass(slots=True)
class Found:
    """`sure`: nothing was left unlooked at. Without a leaf and sure, there is none."""

    leaf: Leaf | None = None
    sure: bool = True
    looked: int = 0


@dataclass(slots=True)
class Clock:
    """Until when to look, and how many configurations were looked at in all."""

    until: float
    looked: int = 0

    @classmethod
    def of(cls, seconds: float) -> Clock:
        return cls(time.monotonic() + seconds)

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.until

    def share(self, part: float) -> Clock:
        """A part of the time that is left."""
        now = time.monotonic()
        return Clock(now + max(self.until - now, 0) * part)


@dataclass(frozen=True, slots=True)
class _Node:
    domains: Domains
    worked: Worked
    bound: Decimal


class Search:
    def __init__(self, part: Component, *, relaxed: Iterable[Rule] = (), forced: Forced = ()) -> None:
        self.part = part
        self.relaxed = frozenset(relaxed)
        self.narrowing = Narrowing(part, self.relaxed, forced)
        self.forced = forced
        #: How much hangs on each question, and how often nothing was left because of it.
        self.weights = Counter(part.readings)

    def any(
        self,
        clock: Clock,
        *,
        start: Mapping[str, Domain] | None = None,
        wanted: frozenset[Choice] = frozenset(),
    ) -> Found:
        """Any configuration at all, rather one with choices that are `wanted`."""
        found = Found()
        waiting: list[tuple[Domains, tuple[str, ...] | None]] = [(dict(start or self.everything()), None)]
        while waiting:
            if clock.over:
                found.sure = False
                return found
            domains = self._narrowed(*waiting.pop())
            if domains is None:
                continue
            if leaf := self._leaf(domains, found, clock):
                found.leaf = leaf
                return found
            waiting += reversed(self._children(domains, wanted))
        return found

    def best(self, clock: Clock, *, highest: bool, known: Leaf | None = None) -> Found:
        """The configuration with the highest sum of lines, or with the lowest; one may be known already."""
        found, sign, patience = Found(known), Decimal(1 if highest else -1), _PATIENCE
        while not self._looked_through(found, sign, patience, clock):
            if clock.over:
                found.sure = False
                return found
            patience *= 2
        return found

    def _looked_through(self, found: Found, sign: Decimal, patience: int, clock: Clock) -> bool:
        """Everything, unless patience runs out: then to begin anew is better, knowing what conflicts."""
        first = self._node(self.everything(), sign)
        waiting = [first] if first else []
        while waiting and patience and not clock.over:
            patience -= 1
            node = waiting.pop()
            if found.leaf is not None and node.bound <= found.leaf.total * sign:
                continue
            if leaf := self._leaf(node.domains, found, clock):
                if found.leaf is None or leaf.total * sign > found.leaf.total * sign:
                    found.leaf = leaf
                continue
            worst = None if found.leaf is None else found.leaf.total * sign
            nodes = self._branches(node, sign, worst)
            # The most promising is looked at first, and of equals the one that comes first.
            waiting += sorted((each for each in reversed(nodes) if each), key=lambda each: each.bound)
        return not waiting

    def _branches(self, node: _Node, sign: Decimal, worst: Decimal | None) -> list[_Node | None]:
        if not self._open(node.domains):
            return []
        additive = self.part.additive
        key = self._telling(node, sign, worst) if additive else self._most_urgent(node.domains)
        return [self._node(node.domains | {key: part}, sign, node, key) for part in node.domains[key].parts()]

    def _telling(self, node: _Node, sign: Decimal, worst: Decimal | None) -> str:
        """The question whose most promising answer promises least once the rules have had their say.

        So the promise that two answers cannot keep together is broken first, and not once for every
        combination of all the others. Where a percentage looks at other lines a promise says little.
        """
        chosen, promise = "", node.bound
        for key in sorted(self._open(node.domains), key=lambda each: self._urgency(each, node.domains[each])):
            part = self._promising(key, node, sign)
            child = self._node(node.domains | {key: part}, sign, node, key)
            if child is None or (worst is not None and child.bound <= worst):
                return key
            if not chosen or child.bound < promise:
                chosen, promise = key, child.bound
        return chosen

    def _promising(self, key: str, node: _Node, sign: Decimal) -> Domain:
        def promise(part: Domain) -> Decimal:
            domains = node.domains | {key: part}
            if isinstance(part, Steps):
                worked = bounds_of(self.part, domains, before=node.worked, changed=(key,))
                range_ = worked.sum if worked else None
            else:
                range_ = promised_by(self.part, domains, key)
            if range_ is None:
                return -LIMIT
            return range_[1] if sign > 0 else range_[0].copy_negate()

        return max(node.domains[key].parts(), key=promise)

    def _open(self, domains: Domains) -> list[str]:
        return [key for key, domain in domains.items() if not domain.single]

    def everything(self) -> Domains:
        found: Domains = {
            key: Reckoned(-LIMIT, LIMIT, True, key in self.part.shown) for key in self.part.reckoned
        }
        for group in self.part.groups:
            if group.is_asked:
                found[group.key] = domain_of(group, required=group.key in self.narrowing.always)
        return found

    def _node(
        self, domains: Domains, sign: Decimal, parent: _Node | None = None, key: str = ""
    ) -> _Node | None:
        """Of a branch in which one question was narrowed down; None where nothing is left of it."""
        narrowed = self._narrowed(domains, None if parent is None else (key,))
        if narrowed is None:
            return None
        if parent is None:
            worked = bounds_of(self.part, narrowed)
        else:
            changed = [each for each, domain in narrowed.items() if domain is not parent.domains[each]]
            worked = bounds_of(self.part, narrowed, before=parent.worked, changed=changed)
        if worked is None:
            return None
        return _Node(narrowed, worked, worked.sum[1] if sign > 0 else worked.sum[0].copy_negate())

    def _narrowed(self, domains: Domains, changed: tuple[str, ...] | None = None) -> Domains | None:
        try:
            if any(domains[key].empty for key in changed or domains):
                return None
            return self.narrowing.narrowed(domains, changed)
        except Conflict as conflict:
            self.weights.update(conflict.keys)
            return None

    def _children(
        self, domains: Domains, wanted: frozenset[Choice]
    ) -> list[tuple[Domains, tuple[str, ...] | None]]:
        if not self._open(domains):
            return []
        key = self._most_urgent(domains)
        parts = list(domains[key].parts())
        if wanted:
            parts.sort(key=lambda part: (key, str(part.answer)) not in wanted)
        return [(domains | {key: part}, (key,)) for part in parts]

    def _most_urgent(self, domains: Domains) -> str:
        """Choices before numbers: they settle which lines there are for others to look back on."""
        return min(
            self._open(domains),
            key=lambda each: (isinstance(domains[each], Steps), *self._urgency(each, domains[each])),
        )

    def _urgency(self, key: str, domain: Domain) -> tuple[float, int]:
        """What most hangs on, or nothing was left because of. A number loses weight as it narrows."""
        weight: float = -self.weights[key]
        if isinstance(domain, Steps):
            return weight * min(1.0, log2(domain.high - domain.low + 2) / _WIDE), 0
        return weight, len(domain.values) if isinstance(domain, Values) else 2

    def _leaf(self, domains: Domains, found: Found, clock: Clock) -> Leaf | None:
        """Of answers that are all settled: None where the engine does not take them."""
        if not all(domain.single for domain in domains.values()):
            return None
        found.looked += 1
        clock.looked += 1
        values = {key: domains[key].answer for key in self.part.keys if key not in self.part.reckoned}
        now = situation(self.part.compiled, values)
        differ = any(now.answers[key] != answer for key, answer in values.items())
        if now.failure is not None or differ or not self._stands(now):
            return None
        total = self._total(now)
        if total is None:
            return None
        ours = {*self.part.keys, *self.part.shown}
        visible = frozenset(key for key, shown in now.visible.items() if shown and key in ours)
        return Leaf({key: answer for key, answer in values.items() if now.visible[key]}, visible, total)

    def _stands(self, now: Situation) -> bool:
        required = required_now(self.part.compiled, now.answers) & self.narrowing.required
        for group in self.part.required:
            missing = now.answers[group.key] == absent_answer(group)
            if missing and group.key in required and now.visible[group.key]:
                return False
        choices = choices_now(self.part.compiled, now)
        for violation in choices.violations:
            rule = ("rule", violation.constraint) if violation.constraint else ("available", violation.group)
            if rule not in self.relaxed:
                return False
        return choices.failure is None and self._meets(now)

    def _meets(self, now: Situation) -> bool:
        try:
            return all(each.condition(now.answers) == each.wanted for each in self.forced)
        except Failure:
            return False

    def _total(self, now: Situation) -> Decimal | None:
        """None where a formula has an error for its value, also one that decides a percentage at the end."""
        try:
            for case in self.part.cases.values():
                assert case.line.condition is not None
                case.line.condition(now.answers)
            return total_of(price_lines(self.part.compiled, now.answers))
        except Failure:
            return None
