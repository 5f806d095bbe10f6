"""The cases in tests/conformance, which every interpreter of the stored trees must pass."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from configurators.answers import Answers
from configurators.compiling import Compiled, compile_definition
from configurators.evaluation import evaluate as evaluate_configuration
from configurators.formula import FormulaInvalid, GroupType, Scope, compile_formula, evaluate, read_tables
from configurators.formula.tables import table_type
from tests.configurators import in_node

FOLDER = Path(__file__).parent.parent / "conformance"
FORMULAS = json.loads((FOLDER / "formulas.json").read_text(encoding="utf-8"))
WHOLE = [json.loads((FOLDER / name).read_text(encoding="utf-8")) for name in ("veranda.json", "windows.json")]


def by_name(document: dict[str, Any]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in document["cases"]]


def scope() -> Scope:
    kinds: dict[str, GroupType] = {}
    for key, kind in FORMULAS["groups"].items():
        if isinstance(kind, str):
            kinds[key] = GroupType(kind)  # type: ignore[arg-type]
        elif isinstance(kind, list):
            kinds[key] = GroupType("choice", tuple(kind))
        else:
            kinds[key] = GroupType("set", tuple(kind["options"]))
    tables = FORMULAS["tables"].items()
    types = {key: table_type(map(_axis, table.get("axes", ()))) for key, table in tables}
    return Scope(kinds, types)


def _axis(axis: dict[str, Any]) -> tuple[str, list[str]]:
    return axis["match"], axis["values"]


def environment() -> dict[str, Any]:
    answers = dict(FORMULAS["answers"])
    for key, answer in answers.items():
        if FORMULAS["groups"][key] == "number" and answer is not None:
            answers[key] = Decimal(answer)
        elif isinstance(answer, list):
            answers[key] = frozenset(answer)
    return answers


@pytest.mark.parametrize("case", by_name(FORMULAS))
def test_formula_compiles_to_the_stored_tree(case: dict[str, Any]) -> None:
    try:
        formula = compile_formula(case["source"], scope(), "number")
    except FormulaInvalid:
        formula = compile_formula(case["source"], scope(), "boolean")

    assert formula.tree == case["tree"]


@pytest.mark.parametrize("case", by_name(FORMULAS))
def test_tree_has_the_stored_value(case: dict[str, Any]) -> None:
    value = evaluate(case["tree"], environment(), read_tables(FORMULAS["tables"]))

    assert in_node.written(value) == case["result"]


def test_the_browser_has_the_stored_value_of_each_tree() -> None:
    cases = [(case["tree"], environment()) for case in FORMULAS["cases"]]

    found = in_node.outcomes(cases, FORMULAS["tables"])

    assert found == [case["result"] for case in FORMULAS["cases"]]


@pytest.mark.parametrize("document", WHOLE, ids=["veranda", "windows"])
def test_definition_compiles_to_the_stored_document(document: dict[str, Any]) -> None:
    assert compile_definition(document["definition"]).to_json() == document["compiled"]


def whole_cases() -> list[Any]:
    return [pytest.param(one, case, id=case["name"]) for one in WHOLE for case in one["cases"]]


@pytest.mark.parametrize(("document", "case"), whole_cases())
def test_configuration_comes_to_the_stored_price(document: dict[str, Any], case: dict[str, Any]) -> None:
    compiled = Compiled.from_json(document["compiled"])

    found = evaluate_configuration(compiled, Answers.from_json(compiled, case["answers"]))

    assert {
        "hidden": sorted(key for key, shown in found.visible.items() if not shown),
        "required": sorted(found.required),
        "unavailable": {group: sorted(options) for group, options in found.unavailable.items()},
        "violations": [[item.group, item.option, item.constraint] for item in found.violations],
        "lines": [[line.key, f"{line.amount:.2f}"] for line in found.lines],
        "net": f"{found.net:.2f}",
        "vat": f"{found.vat:.2f}",
        "gross": f"{found.gross:.2f}",
        "blocked": found.blocked,
    } == case["expected"]


@pytest.mark.parametrize("document", WHOLE, ids=["veranda", "windows"])
def test_the_browser_makes_the_same_of_each_configuration(document: dict[str, Any]) -> None:
    compiled = Compiled.from_json(document["compiled"])
    cases = [Answers.from_json(compiled, case["answers"]).values for case in document["cases"]]

    [found] = in_node.evaluations([(document["compiled"], cases)])

    assert found == [in_node.written_evaluation(compiled, answers) for answers in cases]
