"""Tables that formulas look up: a price list by one or two answers, and tiers of a quantity.

A grid has one or two axes. An axis lists options of a choice, or numbers that rise, and says how a number
finds its place: `exact` at itself, `ceiling` at the next above it (sizes that are made a little larger),
`floor` at the last below it, `interpolated` between two of them in proportion. What has no place, or a
place that is left empty, is `#N/A`: not for sale rather than a guess.

Tiers say what a quantity costs. `slab`: all of it at the price of its tier; `graduated`: each part of it at
the price of the tier it lies in; `block`: one amount for the whole tier. Nothing costs nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from configurators.formula.arithmetic import ZERO, add, divide, multiply, subtract
from configurators.formula.values import NOT_AVAILABLE, Failure

Place = Decimal | str | None
Cells = Sequence[Any]

MATCHES = ("option", "exact", "ceiling", "floor", "interpolated")
MODES = ("slab", "graduated", "block")


@dataclass(frozen=True, slots=True)
class TableType:
    """What a formula must give to look something up: by axis the options, or None for a number.

    A grid of one axis is read by LOOKUP, one of two by LOOKUP2, tiers (no axes) by TIER.
    """

    axes: tuple[tuple[str, ...] | None, ...] = ()


def table_type(axes: Iterable[tuple[object, Sequence[object]]]) -> TableType:
    """Of what each axis matches, and its values."""
    return TableType(tuple(tuple(map(str, values)) if match == "option" else None for match, values in axes))


@dataclass(frozen=True, slots=True)
class Axis:
    match: str
    numbers: tuple[Decimal, ...]
    options: Mapping[str, int]

    def around(self, place: Place) -> tuple[int, int]:
        """Where a value lies: twice the same index, or between two."""
        if self.match == "option":
            return self._sure(self.options.get(place, -1) if isinstance(place, str) else -1)
        assert isinstance(place, Decimal)
        above = bisect_left(self.numbers, place)
        is_there = above < len(self.numbers) and self.numbers[above] == place
        if is_there or self.match == "ceiling":
            return self._sure(above)
        if self.match == "floor":
            return self._sure(above - 1)
        if self.match == "interpolated" and 0 < above < len(self.numbers):
            return above - 1, above
        raise Failure(NOT_AVAILABLE)

    def _sure(self, index: int) -> tuple[int, int]:
        if not 0 <= index < max(len(self.numbers), len(self.options)):
            raise Failure(NOT_AVAILABLE)
        return index, index


@dataclass(frozen=True, slots=True)
class Grid:
    """`cells` is a list by the first axis, of lists by the second if there is one; None for an empty one."""

    axes: tuple[Axis, ...]
    cells: Cells

    def find(self, places: Sequence[Place]) -> Decimal:
        return _find(self.axes, self.cells, places)


def _find(axes: Sequence[Axis], cells: Cells, places: Sequence[Place]) -> Decimal:
    low, high = axes[0].around(places[0])
    first = _within(axes, cells[low], places)
    if low == high:
        return first
    numbers, place = axes[0].numbers, places[0]
    assert isinstance(place, Decimal)
    rise = subtract(_within(axes, cells[high], places), first)
    way = multiply(rise, subtract(place, numbers[low]))
    return add(first, divide(way, subtract(numbers[high], numbers[low])))


def _within(axes: Sequence[Axis], cell: Any, places: Sequence[Place]) -> Decimal:
    if len(axes) > 1:
        return _find(axes[1:], cell, places[1:])
    if cell is None:
        raise Failure(NOT_AVAILABLE)
    assert isinstance(cell, Decimal)
    return cell


@dataclass(frozen=True, slots=True)
class Tiers:
    mode: str
    starts: tuple[Decimal, ...]
    amounts: tuple[Decimal, ...]

    def find(self, quantity: Decimal) -> Decimal:
        if not quantity:
            return ZERO
        at = bisect_right(self.starts, quantity) - 1
        if at < 0:
            raise Failure(NOT_AVAILABLE)
        if self.mode == "block":
            return self.amounts[at]
        if self.mode == "slab":
            return multiply(quantity, self.amounts[at])
        total = multiply(subtract(quantity, self.starts[at]), self.amounts[at])
        for tier in range(at):
            part = subtract(self.starts[tier + 1], self.starts[tier])
            total = add(total, multiply(part, self.amounts[tier]))
        return total


Table = Grid | Tiers
Tables = Mapping[str, Table]


def read_tables(stored: Mapping[str, Any]) -> dict[str, Table]:
    """From what a compiled version keeps."""
    return {key: _read(table) for key, table in stored.items()}


def _read(table: Mapping[str, Any]) -> Table:
    if "mode" in table:
        return Tiers(table["mode"], _numbers(table["starts"]), _numbers(table["amounts"]))
    return Grid(tuple(map(_axis, table["axes"])), _cells(table["cells"]))


def _axis(axis: Mapping[str, Any]) -> Axis:
    if axis["match"] == "option":
        return Axis("option", (), {option: index for index, option in enumerate(axis["values"])})
    return Axis(axis["match"], _numbers(axis["values"]), {})


def _cells(cells: Any) -> Any:
    if isinstance(cells, list):
        return tuple(map(_cells, cells))
    return None if cells is None else Decimal(cells)


def _numbers(texts: Sequence[str]) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))
