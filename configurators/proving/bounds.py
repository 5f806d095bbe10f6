"""The lowest and highest that the price lines of a part can come to, while its answers are still open.

The lines are gone through in the order in which they are computed. A percentage over everything before keeps
the order of two sums, so that it is applied to both ends as it would be to a sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from configurators.formula import Failure
from configurators.formula.arithmetic import add, multiply, rounded
from configurators.parts import LOOKS_BACK, Group
from configurators.pricing import exceeding, lacking
from configurators.proving.components import ALL, Bounded, BoundedLine, Component
from configurators.proving.domains import Domain, Number, Picks, Values, truthiness
from configurators.proving.ranges import EVERYTHING, ZERO, Domains, Range, hull

_PERCENT = Decimal("0.01")
#: Of one question or line.
_KEPT = 2_000
Sum = tuple[Decimal, Decimal]
#: What may be added, one after the other.
Way = tuple[Bounded, ...]


class _NoWay(Exception):
    """Each way to go on is an error."""


@dataclass(frozen=True, slots=True)
class Worked:
    """The bounds of all lines together, and what each line or question adds, where none looks at another."""

    sum: Sum
    added: dict[str, Sum]


def bounds_of(
    part: Component, domains: Domains, *, before: Worked | None = None, changed: Iterable[str] = ()
) -> Worked | None:
    """None where there is no price at all any more. Of what is `changed` since `before` only that is anew."""
    sheet = _Sheet(part, domains)
    try:
        if not part.additive:
            return Worked(sheet.whole(), {})
        names = part.adds if before is None else {name for key in changed for name in part.added_by[key]}
        added = dict(before.added) if before else {}
        for name in names:
            added[name] = sheet.alone(name)
    except _NoWay:
        return None
    low = high = ZERO
    for one, other in added.values():
        low, high = _plus(low, one), _plus(high, other)
    return Worked((low, high), added)


def promised_by(part: Component, domains: Domains, key: str) -> Range:
    """What a question itself adds, whatever the rules leave of the others."""
    if key not in part.prices_of or part.reads[key] is None:
        return ZERO, ZERO
    try:
        return _Sheet(part, domains).alone(key)
    except _NoWay:
        return None


class _Sheet:
    def __init__(self, part: Component, domains: Domains) -> None:
        self.part = part
        self.domains = domains
        self.places = part.compiled.minor_units
        self.sum: Sum = (ZERO, ZERO)
        self.amounts: dict[str, Sum] = {}

    def whole(self) -> Sum:
        """All lines in their order."""
        for line in self.part.opening:
            self._remembered(line.line.key)
        for group in self.part.compiled.priced_groups:
            if self.part.reads[group.key] is None:
                self.add_group(group)
            else:
                self._remembered(group.key)
        for line in self.part.closing:
            self.add_line(line)
        return self.sum

    def alone(self, name: str) -> Sum:
        """What a line or question adds."""
        added, _ = self._seen(name)
        if added is None:
            raise _NoWay
        return added

    def _remembered(self, name: str) -> None:
        added, amounts = self._seen(name)
        if added is None:
            raise _NoWay
        self.sum = _plus(self.sum[0], added[0]), _plus(self.sum[1], added[1])
        self.amounts.update(amounts)

    def _seen(self, name: str) -> tuple[Range, dict[str, Sum]]:
        """Most of a sheet is the same as on the sheet before this one."""
        seen, reads = self.part.sheets.setdefault(name, {}), self.part.reads[name]
        assert reads is not None
        key = tuple([self.domains[each] for each in reads])
        if key not in seen:
            if len(seen) >= _KEPT:
                seen.clear()
            seen[key] = self._apart(self.part.prices_of[name])
        found: tuple[Range, dict[str, Sum]] = seen[key]
        return found

    def _apart(self, what: Group | BoundedLine) -> tuple[Range, dict[str, Sum]]:
        before = self.sum, self.amounts
        self.sum, self.amounts = (ZERO, ZERO), {}
        try:
            if isinstance(what, Group):
                self.add_group(what)
            else:
                self.add_line(what)
            return self.sum, self.amounts
        except _NoWay:
            return None, {}
        finally:
            self.sum, self.amounts = before

    def add_line(self, line: BoundedLine) -> None:
        yes, no = (True, False) if line.condition is None else line.condition(self.domains)
        ways: list[Way] = [(line.price,)] if yes else []
        self._either([*ways, ()] if no else ways)

    def add_group(self, group: Group) -> None:
        domain = self.domains[group.key]
        if isinstance(domain, Picks):
            self._add_picks(group, domain)
        else:
            self._either(list(self._ways(group, domain)))

    def _ways(self, group: Group, domain: Domain) -> Iterator[Way]:
        prices = self.part.prices
        if group.price is not None:
            something, nothing = truthiness(domain)
            if something:
                yield (prices[group.key],)
            if nothing:
                yield ()
            return
        for value in cast(Values, domain).values:
            price = prices.get(f"{group.key}.{value}") if value is not None else None
            yield () if price is None else (price,)

    def _either(self, ways: list[Way]) -> None:
        """Any one of these."""
        before, found, amounts = self.sum, [], []
        for way in ways:
            outcome = self._applied(way, before)
            if outcome is not None:
                found.append(outcome[0])
                amounts.append(outcome[1])
        total = hull(found)
        if total is None:
            raise _NoWay
        self.sum = total
        for key in {key for each in amounts for key in each}:
            self.amounts[key] = cast(Sum, hull([each.get(key, (ZERO, ZERO)) for each in amounts]))

    def _applied(self, way: Way, before: Sum) -> tuple[Sum, dict[str, Sum]] | None:
        found: dict[str, Sum] = {}
        for bounded in way:
            amount = self._amount(bounded, before)
            if amount is None:
                return None
            found[bounded.key] = amount
            before = self._with(bounded, before, amount)
        return before, found

    def _with(self, bounded: Bounded, before: Sum, amount: Sum) -> Sum:
        price = bounded.price
        if price.kind == "percentage" and price.of is None and price.amount >= ALL:
            low, high = (_plus(end, self._share(end, price.amount)) for end in before)
            return low, high
        if price.kind == "maximum" and price.of is None:
            return min(before[0], price.amount), min(before[1], price.amount)
        if price.kind == "minimum" and price.of is None:
            return _filled_up(before, price.amount)
        return _plus(before[0], amount[0]), _plus(before[1], amount[1])

    def _amount(self, bounded: Bounded, before: Sum) -> Range:
        price = bounded.price
        if price.kind == "fixed":
            return price.amount, price.amount
        if price.kind == "per_unit":
            return self._ends(_quantity(self.domains[str(price.of)]), price.amount)
        if price.kind in LOOKS_BACK:
            return self._looking_back(bounded, before)
        assert bounded.formula is not None
        range_ = bounded.formula(self.domains)
        return None if range_ is None else self._ends(range_, Decimal(1))

    def _looking_back(self, bounded: Bounded, before: Sum) -> Range:
        base, of = before, bounded.price.of
        if of is not None:
            base = (ZERO, ZERO)
            for key in of:
                low, high = self.amounts.get(key, (ZERO, ZERO))
                base = _plus(base[0], low), _plus(base[1], high)
        limit = bounded.price.amount
        if bounded.price.kind == "maximum":
            return _surplus(base[1], limit), _surplus(base[0], limit)
        if bounded.price.kind == "minimum":
            return ZERO, max(ZERO, _wanting(base[0], limit), limit if base[0] <= 0 < base[1] else ZERO)
        return hull((share, share) for share in (self._share(end, limit) for end in base))

    def _share(self, base: Decimal, percent: Decimal) -> Decimal:
        return self._rounded(base, percent, _PERCENT)

    def _ends(self, range_: Sum, times: Decimal) -> Range:
        return hull((end, end) for end in (self._rounded(each, times, Decimal(1)) for each in range_))

    def _rounded(self, number: Decimal, times: Decimal, again: Decimal) -> Decimal:
        try:
            return rounded(multiply(multiply(number, times), again), self.places)
        except Failure:
            return EVERYTHING[1] if (number < 0) == (times < 0) else EVERYTHING[0]

    # Of a multiple choice

    def _add_picks(self, group: Group, domain: Picks) -> None:
        prices = {
            option.key: self.part.prices[option.line_key]
            for option in group.options
            if option.price is not None
        }
        if any(bounded.price.kind in LOOKS_BACK for bounded in prices.values()):
            self._one_by_one(prices, domain)
            return
        amounts: dict[str, Range] = {}
        for key in domain.may:
            amounts[key] = self._amount(prices[key], self.sum) if key in prices else (ZERO, ZERO)
        if any(amounts[key] is None for key in domain.must):
            raise _NoWay
        for key, amount in amounts.items():
            if amount is not None and key in prices:
                kept = amount if key in domain.must else cast(Sum, hull([amount, (ZERO, ZERO)]))
                self.amounts[prices[key].key] = kept
        known = {key: amount for key, amount in amounts.items() if amount is not None}
        low = _chosen([known[key][0] for key in domain.must], _open(known, domain, 0), domain, highest=False)
        high = _chosen([known[key][1] for key in domain.must], _open(known, domain, 1), domain, highest=True)
        if low is None or high is None:
            raise _NoWay
        self.sum = _plus(self.sum[0], low), _plus(self.sum[1], high)

    def _one_by_one(self, prices: dict[str, Bounded], domain: Picks) -> None:
        """A percentage looks at the options before it, so that how many are chosen is left aside."""
        for key, bounded in prices.items():
            if key in domain.must:
                self._either([(bounded,)])
            elif domain.some and key in domain.may:
                self._either([(bounded,), ()])


def _filled_up(before: Sum, least: Decimal) -> Sum:
    """What a minimum makes of a sum between two ends; of nothing it makes nothing."""
    low, high = before
    found = [ZERO] if low <= 0 <= high else []
    if low < least and not low == high == 0:
        found.append(least)
    if high >= least:
        found += [max(low, least), high]
    return min(found), max(found)


def _open(amounts: dict[str, Sum], domain: Picks, end: int) -> list[Decimal]:
    return [amount[end] for key, amount in amounts.items() if key not in domain.must]


def _chosen(must: list[Decimal], others: list[Decimal], domain: Picks, *, highest: bool) -> Decimal | None:
    """The sum of the best choice of so many."""
    found: list[Decimal] = [ZERO] if domain.can_be_none else []
    fewest, most = max(domain.least, 1) - len(must), min(domain.most - len(must), len(others))
    if domain.some and fewest <= most:
        total = ZERO
        for amount in must:
            total = _plus(total, amount)
        for taken, amount in enumerate(sorted(others, reverse=highest)[:most]):
            if taken >= fewest and (amount <= 0 if highest else amount >= 0):
                break
            total = _plus(total, amount)
        found.append(total)
    return (max(found) if highest else min(found)) if found else None


def _quantity(domain: Domain) -> Sum:
    number = cast(Number, domain)
    given: list[Range] = [(number.least, number.most)] if number.some else []
    return cast(Sum, hull([*given, (ZERO, ZERO)] if number.none else given))


def _wanting(base: Decimal, limit: Decimal) -> Decimal:
    try:
        return lacking(base, limit)
    except Failure:
        return EVERYTHING[1]


def _surplus(base: Decimal, limit: Decimal) -> Decimal:
    try:
        return exceeding(base, limit)
    except Failure:
        return EVERYTHING[0]


def _plus(one: Decimal, other: Decimal) -> Decimal:
    try:
        return add(one, other)
    except Failure:
        return EVERYTHING[1] if one > other.copy_negate() else EVERYTHING[0]
