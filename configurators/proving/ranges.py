"""What a formula can come to while its answers are still open: never less than it truly can, seldom more.

Each operation gives the lowest and highest value that it can have, computed with the very arithmetic of the
formula at the corners where it must lie, and outside of them where a corner is an error. An error makes a
configuration invalid, so errors are left out of a range; where nothing else is left, the range is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import partial
from math import ceil, floor
from typing import Any, cast

from configurators.formula import Failure, Tables, arithmetic, groups_in
from configurators.formula.limits import MAGNITUDE_DIGITS, MAX_EXPONENT, QUOTIENT_PLACES
from configurators.formula.tables import Tiers
from configurators.proving.domains import Domain, Number, Picks, Values, truthiness
from configurators.proving.looking_up import grid_range, tier_range

Range = tuple[Decimal, Decimal] | None
#: Whether a condition can be true, and whether it can be false; neither where it is always an error.
Truth = tuple[bool, bool]
Domains = Mapping[str, Domain]
Numbers = Callable[[Domains], Range]
Truths = Callable[[Domains], Truth]

ZERO = Decimal(0)
#: No number of a formula gets as large as this.
LIMIT = Decimal(1).scaleb(MAGNITUDE_DIGITS)
EVERYTHING = (-LIMIT, LIMIT)
#: Of one table: a search asks for the same part of it again and again.
_KEPT = 4096
_ALWAYS_AN_ERROR: Truth = (False, False)
_DOWN = Context(prec=60, rounding=ROUND_FLOOR, Emin=-999, Emax=999, traps=[])
_UP = Context(prec=60, rounding=ROUND_CEILING, Emin=-999, Emax=999, traps=[])


def hull(ranges: Iterable[Range]) -> Range:
    """The lowest and highest of all."""
    found = [each for each in ranges if each is not None]
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """A condition over open answers, and the questions that it reads."""

    truths: Truths
    reads: frozenset[str]

    def __call__(self, domains: Domains) -> Truth:
        return self.truths(domains)


def numbers_of(tree: Any, tables: Tables) -> Numbers:
    """A function of the domains that gives the range of a formula for a number."""
    return cast(Numbers, _built(tree, tables))


def test_of(tree: Any, tables: Tables) -> Test:
    """The same for a condition."""
    inner = _built(tree, tables)
    return Test(lambda domains: _truth(inner, domains), groups_in(tree))


def _truth(inner: Callable[[Domains], Any], domains: Domains) -> Truth:
    return inner(domains) or _ALWAYS_AN_ERROR


def _built(tree: Any, tables: Tables) -> Callable[[Domains], Any]:
    name, *operands = tree
    if name in _READING:
        return partial(_READING[name], *operands)
    if name in _LOOKING:
        return _LOOKING[name](operands, tables)
    if name == "pick":
        return _pick(operands, tables)
    if name == "num":
        number = Decimal(operands[0])
        return lambda domains: (number, number)
    inner = [_built(operand, tables) for operand in operands]
    if name in _LAZY:
        return partial(_LAZY[name], inner)
    return _eager(_EAGER[name], inner)


def _eager(
    compute: Callable[..., Any], inner: Sequence[Callable[[Domains], Any]]
) -> Callable[[Domains], Any]:
    """Needs all of its operands: one that is always an error makes it one too."""
    truth = compute in _GIVING_TRUTH

    def run(domains: Domains) -> Any:
        ranges = [each(domains) for each in inner]
        if any(each is None for each in ranges):
            return _ALWAYS_AN_ERROR if truth else None
        return compute(*ranges)

    return run


# Answers


def _number(group: str, domains: Domains) -> Range:
    domain = domains[group]
    assert isinstance(domain, Number)
    given = (domain.least, domain.most) if domain.some else None
    return hull([given, (ZERO, ZERO) if domain.none else None])


def _yes(group: str, domains: Domains) -> Truth:
    return truthiness(domains[group])


def _is(group: str, option: str, domains: Domains) -> Truth:
    values = cast(Values, domains[group]).values
    return option in values, any(value != option for value in values)


def _alike(group: str, other: str, domains: Domains) -> Truth:
    ours, theirs = cast(Values, domains[group]).values, cast(Values, domains[other]).values
    shared = {value for value in ours if value is not None and value in theirs}
    same = len(ours) == len(theirs) == len(shared) == 1
    return bool(shared), not same


def _has(group: str, option: str, domains: Domains) -> Truth:
    domain = domains[group]
    if isinstance(domain, Picks):
        return domain.some and option in domain.may, option not in domain.must
    return _is(group, option, domains)


def _answered(group: str, domains: Domains) -> Truth:
    domain = domains[group]
    if isinstance(domain, Number):
        return domain.some, domain.none
    if isinstance(domain, Picks):
        return domain.some, domain.can_be_none
    return any(value is not None for value in domain.values), None in domain.values


def _count(*operands: Any) -> Range:
    *groups, domains = operands
    low = high = 0
    for group in groups:
        domain = domains[group]
        if isinstance(domain, Picks):
            low += domain.fewest
            high += min(domain.most, len(domain.may)) if domain.some else 0
        else:
            chosen = [isinstance(value, str) for value in cast(Values, domain).values]
            low, high = low + min(chosen, default=0), high + max(chosen, default=0)
    return Decimal(low), Decimal(high)


# Arithmetic: monotone in each operand, so the extremes lie at the corners


def _cornered(operation: str) -> Callable[..., Range]:
    exact: Callable[[Decimal, Decimal], Decimal] = getattr(arithmetic, operation)
    outside = [getattr(context, operation) for context in (_DOWN, _UP)] if hasattr(_DOWN, operation) else None

    def corner(left: Decimal, right: Decimal) -> tuple[Decimal, Decimal]:
        try:
            value = exact(left, right)
        except Failure:
            return _within((outside[0](left, right), outside[1](left, right))) if outside else EVERYTHING
        return value, value

    def run(left: tuple[Decimal, Decimal], right: tuple[Decimal, Decimal]) -> Range:
        return hull([corner(one, other) for one in set(left) for other in set(right)])

    return run


def _within(range_: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    low, high = range_
    return min(max(low, -LIMIT), LIMIT), max(min(high, LIMIT), -LIMIT)


_add, _subtract, _multiply = _cornered("add"), _cornered("subtract"), _cornered("multiply")
_quotient = _cornered("divide")


def _divide(left: tuple[Decimal, Decimal], right: tuple[Decimal, Decimal]) -> Range:
    low, high = right
    if low == high == 0:
        return None
    if low <= 0 <= high:
        return (ZERO, ZERO) if left == (0, 0) else EVERYTHING
    return _quotient(left, right)


def _power(base: tuple[Decimal, Decimal], exponent: tuple[Decimal, Decimal]) -> Range:
    low, high = max(exponent[0], Decimal(-MAX_EXPONENT)), min(exponent[1], Decimal(MAX_EXPONENT))
    return hull([_raised(base, times) for times in range(ceil(low), floor(high) + 1)])


def _raised(base: tuple[Decimal, Decimal], times: int) -> Range:
    if times < 0 and base[0] <= 0 <= base[1]:
        return None if base == (0, 0) else EVERYTHING
    corners = [*base, ZERO] if base[0] < 0 < base[1] else list(base)
    found = []
    for corner in corners:
        try:
            value = arithmetic.power(corner, Decimal(times))
        except Failure:
            if corner == 0 == times:
                found.append((Decimal(1), Decimal(1)))  # of anything else than 0; an error of 0 itself
                continue
            return EVERYTHING
        found.append((value, value))
    return None if base == (0, 0) and times == 0 else hull(found)


def _negate(range_: tuple[Decimal, Decimal]) -> Range:
    return range_[1].copy_negate(), range_[0].copy_negate()


def _absolute(range_: tuple[Decimal, Decimal]) -> Range:
    low, high = sorted(bound.copy_abs() for bound in range_)
    return (ZERO, high) if range_[0] <= 0 <= range_[1] else (low, high)


def _rounding(operation: Callable[[Decimal, Decimal], Decimal]) -> Callable[..., Range]:
    def run(number: tuple[Decimal, Decimal], places: tuple[Decimal, Decimal]) -> Range:
        low, high = max(places[0], Decimal(-QUOTIENT_PLACES)), min(places[1], Decimal(QUOTIENT_PLACES))
        wholes = [Decimal(each) for each in range(ceil(low), floor(high) + 1)]
        return hull([_at_both(operation, number, each) for each in wholes])

    return run


def _stepping(operation: Callable[[Decimal, Decimal], Decimal]) -> Callable[..., Range]:
    def run(number: tuple[Decimal, Decimal], step: tuple[Decimal, Decimal]) -> Range:
        if step[1] <= 0:
            return None
        if step[0] == step[1]:
            return _at_both(operation, number, step[0])
        return _within((_DOWN.subtract(number[0], step[1]), _UP.add(number[1], step[1])))

    return run


def _at_both(
    operation: Callable[[Decimal, Decimal], Decimal], number: tuple[Decimal, Decimal], other: Decimal
) -> Range:
    found = []
    for bound in number:
        try:
            found.append(operation(bound, other))
        except Failure:
            return EVERYTHING
    return found[0], found[1]


def _least(*ranges: tuple[Decimal, Decimal]) -> Range:
    return min(low for low, _ in ranges), min(high for _, high in ranges)


def _most(*ranges: tuple[Decimal, Decimal]) -> Range:
    return max(low for low, _ in ranges), max(high for _, high in ranges)


def _sum(*ranges: tuple[Decimal, Decimal]) -> Range:
    total: Range = (ZERO, ZERO)
    for each in ranges:
        assert total is not None
        total = _add(total, each)
    return total


# Comparisons and logic


def _equal(left: tuple[Decimal, Decimal], right: tuple[Decimal, Decimal]) -> Truth:
    meet = left[0] <= right[1] and right[0] <= left[1]
    return meet, not (left[0] == left[1] == right[0] == right[1])


def _less(left: tuple[Decimal, Decimal], right: tuple[Decimal, Decimal]) -> Truth:
    return left[0] < right[1], left[1] >= right[0]


def _less_or_equal(left: tuple[Decimal, Decimal], right: tuple[Decimal, Decimal]) -> Truth:
    return left[0] <= right[1], left[1] > right[0]


def _greater(left: tuple[Decimal, Decimal], right: tuple[Decimal, Decimal]) -> Truth:
    return _less(right, left)


def _greater_or_equal(left: tuple[Decimal, Decimal], right: tuple[Decimal, Decimal]) -> Truth:
    return _less_or_equal(right, left)


def _same(left: Truth, right: Truth) -> Truth:
    return (
        (left[0] and right[0]) or (left[1] and right[1]),
        (left[0] and right[1]) or (left[1] and right[0]),
    )


def _not(inner: Sequence[Truths], domains: Domains) -> Truth:
    yes, no = _truth(inner[0], domains)
    return no, yes


def _and(inner: Sequence[Truths], domains: Domains) -> Truth:
    """Stops at the first that is false: what comes after is only looked at where it need not be."""
    no = False
    for each in inner:
        can, cannot = _truth(each, domains)
        no = no or cannot
        if not can:
            return False, no
    return True, no


def _or(inner: Sequence[Truths], domains: Domains) -> Truth:
    yes = False
    for each in inner:
        can, cannot = _truth(each, domains)
        yes = yes or can
        if not cannot:
            return yes, False
    return yes, True


def _if(inner: Sequence[Callable[[Domains], Any]], domains: Domains) -> Any:
    yes, no = _truth(inner[0], domains)
    return _either([inner[place](domains) for place, can in ((1, yes), (2, no)) if can])


def _either(outcomes: Sequence[Any]) -> Any:
    """Of numbers the hull, of conditions whatever any can be."""
    given = [each for each in outcomes if each is not None]
    if not given:
        return None
    if isinstance(given[0][0], bool):
        return any(yes for yes, _ in given), any(no for _, no in given)
    return hull(given)


def _is_error(outcome: Any) -> bool:
    """A condition that can be neither; of numbers two zeros are a range like any other."""
    return outcome is None or (isinstance(outcome[0], bool) and not any(outcome))


def _switch(inner: Sequence[Callable[[Domains], Any]], domains: Domains) -> Any:
    """Of a number or of a condition; a key that is always an error ends it."""
    subject, *rest = inner
    wanted = subject(domains)
    found: list[Any] = []
    if _is_error(wanted):
        return None
    meets = _same if isinstance(wanted[0], bool) else _equal
    for key, value in zip(rest[:-1:2], rest[1::2], strict=True):
        range_ = key(domains)
        if _is_error(range_):
            return _either(found)
        can, cannot = meets(wanted, range_)
        if can:
            found.append(value(domains))
        if not cannot:
            return _either(found)
    return _either([*found, rest[-1](domains)])


def _pick(operands: Sequence[Any], tables: Tables) -> Callable[[Domains], Any]:
    group, otherwise = operands[0], _built(operands[-1], tables)
    cases: dict[Any, Callable[[Domains], Any]] = {}
    for key, value in zip(operands[1:-1:2], operands[2:-1:2], strict=True):
        cases.setdefault(key, _built(value, tables))

    def run(domains: Domains) -> Any:
        chosen = {cases.get(value, otherwise) for value in cast(Values, domains[group]).values}
        return _either([each(domains) for each in chosen])

    return run


# Tables


def _look_up(operands: Sequence[Any], tables: Tables) -> Numbers:
    key, *places = operands
    found = [_place(place, tables) for place in places]
    seen: dict[tuple[Any, ...], Range] = {}

    def run(domains: Domains) -> Range:
        wanted = tuple([each(domains) for each in found])
        if any(each is None for each in wanted):
            return None
        if wanted not in seen:
            if len(seen) >= _KEPT:
                seen.clear()
            seen[wanted] = grid_range(cast(Any, tables[key]), wanted)
        return seen[wanted]

    return run


def _place(tree: Any, tables: Tables) -> Callable[[Domains], Any]:
    if tree[0] == "choice":
        return lambda domains: cast(Values, domains[tree[1]]).values
    return _built(tree, tables)


def _tier(operands: Sequence[Any], tables: Tables) -> Numbers:
    tiers, quantity = cast(Tiers, tables[operands[0]]), numbers_of(operands[1], tables)

    def run(domains: Domains) -> Range:
        range_ = quantity(domains)
        return None if range_ is None else tier_range(tiers, range_)

    return run


_READING: dict[str, Callable[..., Any]] = {
    "number": _number, "yes": _yes, "is": _is, "alike": _alike, "has": _has, "answered": _answered,
    "count": _count, "true": lambda domains: (True, False), "false": lambda domains: (False, True),
}  # fmt: skip
_LOOKING = {"lookup": _look_up, "lookup2": _look_up, "tier": _tier}
_LAZY: dict[str, Callable[..., Any]] = {"not": _not, "and": _and, "or": _or, "if": _if, "switch": _switch}
_EAGER: dict[str, Callable[..., Any]] = {
    "add": _add, "sub": _subtract, "mul": _multiply, "div": _divide, "pow": _power,
    "neg": _negate, "abs": _absolute,
    "round": _rounding(arithmetic.round_half), "roundup": _rounding(arithmetic.round_up),
    "rounddown": _rounding(arithmetic.round_down),
    "mround": _stepping(arithmetic.multiple_nearest), "ceil": _stepping(arithmetic.multiple_above),
    "floor": _stepping(arithmetic.multiple_below),
    "min": _least, "max": _most, "sum": _sum,
    "eq": _equal, "same": _same, "lt": _less, "le": _less_or_equal, "gt": _greater, "ge": _greater_or_equal,
}  # fmt: skip
_GIVING_TRUTH = frozenset({_equal, _same, _less, _less_or_equal, _greater, _greater_or_equal})
