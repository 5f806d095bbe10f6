"""Checks the look-up tables: axes that rise, as many cells as they have places, and tiers in order."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from configurators.decimals import decimal_in_definition
from configurators.definition.limits import MAX_CELLS, MAX_PLACES, MAX_TABLES, MAX_TEXT
from configurators.definition.problems import Path
from configurators.definition.reading import Part
from configurators.formula import Scope, TableType
from configurators.formula.checker import READ_BY
from configurators.formula.tables import MATCHES, MODES, table_type

_PROPERTIES = {
    "grid": ("key", "kind", "label", "axes", "cells"),
    "tiers": ("key", "kind", "label", "mode", "tiers"),
}


def check_tables(root: Part) -> dict[str, TableType]:
    """What formulas may look up, by key; a table with a mistake counts too, so that it is told of once."""
    found: dict[str, TableType] = {}
    for part in root.parts("tables", MAX_TABLES):
        key = part.key()
        if key is not None and key in found:
            part.report.error(part.at("key"), "duplicate_key", _("The key “%(key)s” is used twice."), key=key)
        _check_name(part)
        kind = part.one_of("kind", _PROPERTIES)
        if kind is None:
            continue
        part.only(_PROPERTIES[kind])
        table = _check_grid(part) if kind == "grid" else _check_tiers(part)
        if key is not None:
            found.setdefault(key, table)
    return found


def _check_name(part: Part) -> None:
    """Visitors never see it, so that it needs no translation."""
    name = part.value.get("label")
    if name is not None and not isinstance(name, str):
        part.wrong_type("label")
    elif name is not None and len(name) > MAX_TEXT:
        text = _("A text has at most %(limit)s characters.")
        part.report.error(part.at("label"), "too_long", text, limit=MAX_TEXT)


def lookup_source(part: Part, scope: Scope) -> str | None:
    """The formula that a price by a table stands for, without its `times`; None where it was refused."""
    key, of = part.value.get("table"), part.value.get("of")
    table = scope.tables.get(key) if isinstance(key, str) else None
    if key is None or key == "":
        part.missing("table")
    elif table is None:
        part.report.error(part.at("table"), "unknown_table", _("There is no such table."))
    elif not isinstance(of, list):
        part.missing("of")
    elif len(of) != (len(table.axes) or 1):
        text = _("This table is looked up by %(count)s answers.")
        part.report.error(part.at("of"), "wrong_size", text, count=len(table.axes) or 1)
    elif _are_groups(part, of, scope):
        return look_up(str(key), table, of)
    return None


def _are_groups(part: Part, of: list[object], scope: Scope) -> bool:
    strange = [
        index for index, group in enumerate(of) if not isinstance(group, str) or group not in scope.groups
    ]
    for index in strange:
        part.report.error(part.at("of", index), "unknown_group", _("There is no such group."))
    return not strange


def look_up(key: str, table: TableType, groups: Sequence[object]) -> str:
    """As a formula has it: ``LOOKUP2("glass"; width; height)``."""
    return f'{READ_BY[len(table.axes)]}("{key}"; {"; ".join(map(str, groups))})'


# --- Grids ------------------------------------------------------------------------------------------


def _check_grid(part: Part) -> TableType:
    axes = part.parts("axes", 2)
    if not axes:
        part.missing("axes")
    values = [_check_axis(axis) for axis in axes]
    sizes = [len(each) for each in values]
    if sizes and all(sizes):
        _check_cells(part, part.value.get("cells"), sizes, part.at("cells"))
    return table_type((axis.value.get("match"), each) for axis, each in zip(axes, values, strict=True))


def _check_axis(axis: Part) -> Sequence[object]:
    axis.only(("match", "values"))
    match = axis.one_of("match", MATCHES)
    values = axis.value.get("values")
    if not isinstance(values, list) or not values:
        axis.missing("values")
        return ()
    if len(values) > MAX_PLACES:
        text = _("There may be at most %(most)s here.")
        axis.report.error(axis.at("values"), "too_many", text, most=MAX_PLACES)
        return ()
    if match == "option":
        _check_options(axis, values)
    elif match is not None:
        _check_rising(axis, [(axis.at("values", index), value) for index, value in enumerate(values)])
    return values


def _check_options(axis: Part, values: list[object]) -> None:
    for index, value in enumerate(values):
        if not isinstance(value, str) or not value:
            axis.missing("values", index)
        elif value in values[:index]:
            text = _("The option “%(option)s” stands here twice.")
            axis.report.error(axis.at("values", index), "duplicate", text, option=value[:60])


def _check_rising(part: Part, values: list[tuple[Path, object]]) -> None:
    before: Decimal | None = None
    for path, value in values:
        number = _number(part, path, value)
        if number is not None and before is not None and number <= before:
            part.report.error(path, "not_rising", _("This number is not above the one before it."))
        before = number if number is not None else before


def _check_cells(part: Part, cells: object, sizes: list[int], path: Path) -> None:
    if not isinstance(cells, list):
        part.report.error(path, "wrong_type", _("Here stands a list of cells."))
        return
    if len(cells) != sizes[0]:
        part.report.error(
            path,
            "wrong_size",
            _("There are %(count)s cells here, and %(wanted)s places on the axis."),
            count=len(cells),
            wanted=sizes[0],
        )
        return
    if len(path) == 3 and _product(sizes) > MAX_CELLS:
        text = _("A table has at most %(most)s cells.")
        part.report.error(path, "too_many", text, most=MAX_CELLS)
        return
    for index, cell in enumerate(cells):
        if len(sizes) > 1:
            _check_cells(part, cell, sizes[1:], (*path, index))
        elif cell is not None:
            _number(part, (*path, index), cell)


def _product(sizes: list[int]) -> int:
    return sizes[0] * (sizes[1] if len(sizes) > 1 else 1)


def _number(part: Part, path: Path, value: object) -> Decimal | None:
    number = decimal_in_definition(value)
    if number is None:
        part.report.error(path, "not_a_number", _('Write a number as text with a point, like "12.50".'))
    return number


# --- Tiers ------------------------------------------------------------------------------------------


def _check_tiers(part: Part) -> TableType:
    mode = part.one_of("mode", MODES)
    tiers = part.parts("tiers", MAX_PLACES)
    if not tiers:
        part.missing("tiers")
    for tier in tiers:
        tier.only(("from", "amount"))
        tier.decimal("amount", required=True)
    starts = [(tier.at("from"), tier.value.get("from")) for tier in tiers]
    _check_rising(part, starts)
    first = decimal_in_definition(starts[0][1]) if starts else None
    if first is not None and (first < 0 or (mode == "graduated" and first != 0)):
        text = _("The first tier begins at 0.") if first > 0 else _("A tier does not begin below 0.")
        part.report.error(starts[0][0], "first_tier", text)
    return TableType()
