"""What a table can come to while its places are still open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from configurators.formula import Failure
from configurators.formula.arithmetic import multiply
from configurators.formula.tables import Axis, Grid, Place, Tiers

#: More than a value between two cells can be off by being rounded twice, along one axis and then the other.
_ROUNDED = Decimal(1).scaleb(-18)


def grid_range(grid: Grid, places: Sequence[Any]) -> tuple[Decimal, Decimal] | None:
    """Of each place the range of a number, or the options that it can be.

    Between the cells a value is in proportion to them, so that it is lowest and highest at a cell or an end.
    """
    wanted = [list(_candidates(axis, place)) for axis, place in zip(grid.axes, places, strict=True)]
    found = [value for value in _cells(grid, wanted, []) if value is not None]
    if not found:
        return None
    between = [axis for axis in grid.axes if axis.match == "interpolated"]
    slack = _ROUNDED if len(grid.axes) > 1 and between else Decimal(0)
    return min(found) - slack, max(found) + slack


def _cells(grid: Grid, wanted: Sequence[Sequence[Place]], chosen: list[Place]) -> Iterator[Decimal | None]:
    if len(chosen) < len(wanted):
        for place in wanted[len(chosen)]:
            yield from _cells(grid, wanted, [*chosen, place])
        return
    try:
        yield grid.find(chosen)
    except Failure:
        yield None


def _candidates(axis: Axis, place: Any) -> Iterator[Place]:
    """Places enough to see each cell that the range touches."""
    if axis.match == "option":
        yield from (value for value in place if value in axis.options)
        return
    low, high = place
    yield low
    if low < high:
        yield from axis.numbers[bisect_right(axis.numbers, low) : bisect_left(axis.numbers, high)]
        yield high


def tier_range(tiers: Tiers, quantity: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal] | None:
    """At the ends, at the start of each tier between them, and just before it."""
    low, high = quantity
    found = list(_priced(tiers, [low, high]))
    if low <= 0 <= high:
        found.append(Decimal(0))
    for at, start in enumerate(tiers.starts):
        if low <= start <= high:
            found += _priced(tiers, [start])
            if at and low < start:
                found.append(_just_before(tiers, at))
    return (min(found), max(found)) if found else None


def _priced(tiers: Tiers, quantities: Sequence[Decimal]) -> Iterator[Decimal]:
    for quantity in quantities:
        try:
            yield tiers.find(quantity)
        except Failure:
            continue


def _just_before(tiers: Tiers, at: int) -> Decimal:
    """What the tier before would come to if it reached so far; graduated ones meet there."""
    if tiers.mode == "slab":
        return multiply(tiers.starts[at], tiers.amounts[at - 1])
    return tiers.amounts[at - 1] if tiers.mode == "block" else tiers.find(tiers.starts[at])
