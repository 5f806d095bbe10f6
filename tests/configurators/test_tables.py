"""Look-up tables in a definition: what is refused, and that formulas use them on the page."""

from decimal import Decimal
from typing import Any

import pytest

from configurators.answers import Answers
from configurators.compiling import Compiled, compile_definition
from configurators.definition import check
from configurators.evaluation import evaluate
from tests.configurators.definitions import definition, group, texts

Json = dict[str, Any]


def grid(**changes: Any) -> Json:
    """Glass by width and height; the largest of both is not made."""
    axes = [axis("ceiling", "1000", "2000"), axis("ceiling", "500", "800.5")]
    return {"key": "glass", "kind": "grid", "axes": axes, "cells": [["10", "20.50"], ["30", None]]} | changes


def axis(match: str, *values: str) -> Json:
    return {"match": match, "values": list(values)}


def tiers(*pairs: tuple[str, str], mode: str = "slab") -> Json:
    steps = [{"from": start, "amount": amount} for start, amount in pairs]
    return {"key": "glass", "kind": "tiers", "mode": mode, "tiers": steps}


def with_tables(*tables: Json, formula: str = "0") -> Json:
    width, height = group("width", "number"), group("height", "number")
    line = {"key": "pane", "label": texts("Ruit", "Pane"), "price": {"kind": "formula", "formula": formula}}
    return definition(width, height, lines=[line], tables=list(tables))


def problems(*tables: Any, formula: str = "0") -> list[tuple[str, str]]:
    found = check(with_tables(*tables, formula=formula))
    return [(".".join(map(str, one.path)), one.code) for one in found if one.severity == "error"]


def test_a_table_prices_what_is_chosen() -> None:
    compiled = compile_definition(with_tables(grid(), formula='2 * LOOKUP2("glass"; width; height)'))

    found = evaluate(compiled, Answers.from_json(compiled, {"width": "900", "height": "600"}))

    assert [(line.key, line.amount) for line in found.lines] == [("pane", Decimal("41.00"))]


def test_what_is_not_in_the_table_has_no_price() -> None:
    compiled = compile_definition(with_tables(grid(), formula='LOOKUP2("glass"; width; height)'))

    found = evaluate(compiled, Answers.from_json(compiled, {"width": "1001", "height": "600"}))

    assert (found.blocked, found.gross, found.acceptable) == ("#N/A", None, False)


def test_tiers_price_a_quantity() -> None:
    table = tiers(("0", "0.50"), ("100", "0.40"), mode="graduated")
    compiled = compile_definition(with_tables(table, formula='TIER("glass"; width)'))

    found = evaluate(compiled, Answers.from_json(compiled, {"width": "150"}))

    assert found.lines[0].amount == Decimal("70.00")


def test_a_stored_version_keeps_its_tables() -> None:
    compiled = compile_definition(with_tables(grid(), formula='LOOKUP2("glass"; width; height)'))

    again = Compiled.from_json(compiled.to_json())

    answers = Answers.from_json(again, {"width": "2000", "height": "1"})
    assert (again.sha256, evaluate(again, answers).lines[0].amount) == (compiled.sha256, Decimal("30.00"))


def test_a_version_from_before_there_were_tables_is_read() -> None:
    document = compile_definition(with_tables()).to_json()
    del document["tables"]

    again = Compiled.from_json(document)

    assert evaluate(again, Answers.from_json(again, {"width": "1"})).blocked is None


def test_a_sound_table_has_no_problem() -> None:
    assert problems(grid(), tiers(("0", "1"), ("10", "0.9")) | {"key": "prints"}) == []


@pytest.mark.parametrize(
    ("table", "place", "code"),
    [
        (grid(key="Glass"), "tables.0.key", "bad_key"),
        (grid(kind="cube"), "tables.0.kind", "not_allowed"),
        (grid(mode="slab"), "tables.0.mode", "unknown"),
        (grid(axes=[]), "tables.0.axes", "missing"),
        (grid(axes=[axis("ceiling", "1")] * 3, cells=[["1"]]), "tables.0.axes", "too_many"),
        (grid(axes=[axis("nearest", "1")], cells=["1"]), "tables.0.axes.0.match", "not_allowed"),
        (grid(axes=[axis("exact")], cells=[]), "tables.0.axes.0.values", "missing"),
        (
            grid(axes=[axis("exact", "1", "1,5")], cells=["1", "2"]),
            "tables.0.axes.0.values.1",
            "not_a_number",
        ),
        (grid(axes=[axis("exact", "2", "2")], cells=["1", "2"]), "tables.0.axes.0.values.1", "not_rising"),
        (grid(axes=[axis("floor", "2", "1")], cells=["1", "2"]), "tables.0.axes.0.values.1", "not_rising"),
        (grid(axes=[axis("option", "a", "a")], cells=["1", "2"]), "tables.0.axes.0.values.1", "duplicate"),
        (grid(axes=[axis("option", "")], cells=["1"]), "tables.0.axes.0.values.0", "missing"),
        (grid(axes=[axis("exact", *map(str, range(201)))]), "tables.0.axes.0.values", "too_many"),
        (grid(cells=None), "tables.0.cells", "wrong_type"),
        (grid(cells=[["1", "2"]]), "tables.0.cells", "wrong_size"),
        (grid(cells=[["1", "2"], ["3"]]), "tables.0.cells.1", "wrong_size"),
        (grid(cells=[["1", "2"], "3"]), "tables.0.cells.1", "wrong_type"),
        (grid(cells=[["1", "2"], ["3", "four"]]), "tables.0.cells.1.1", "not_a_number"),
        (grid(cells=[["1", "2"], ["3", ["4"]]]), "tables.0.cells.1.1", "not_a_number"),
        (tiers(), "tables.0.tiers", "missing"),
        (tiers(("0", "1"), mode="stairs"), "tables.0.mode", "not_allowed"),
        (tiers(("0", "")), "tables.0.tiers.0.amount", "not_a_number"),
        (tiers(("10", "1"), ("5", "1")), "tables.0.tiers.1.from", "not_rising"),
        (tiers(("-1", "1")), "tables.0.tiers.0.from", "first_tier"),
        (tiers(("1", "1"), mode="graduated"), "tables.0.tiers.0.from", "first_tier"),
        ("glass", "tables.0", "wrong_type"),
    ],
)
def test_a_table_with_a_mistake_is_refused_at_its_place(table: Any, place: str, code: str) -> None:
    assert problems(table) == [(place, code)]


def test_two_tables_do_not_have_one_key() -> None:
    assert problems(grid(), grid()) == [("tables.1.key", "duplicate_key")]


def test_a_formula_over_a_table_that_is_not_there_is_refused_at_the_formula() -> None:
    assert problems(formula='LOOKUP("glass"; width)') == [("lines.0.price.formula", "unknown_table")]
