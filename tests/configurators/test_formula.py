"""The formula language: what it refuses and what it says then. What it computes is in tests/conformance."""

import re
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from configurators.formula import (
    CompiledFormula,
    ErrorValue,
    FormulaInvalid,
    GroupType,
    NotATree,
    Scope,
    TableType,
    compile_formula,
    evaluate,
    groups_in,
    runner,
)
from configurators.formula.functions import FUNCTIONS
from configurators.formula.limits import MAX_DEPTH, MAX_NODES
from tests.configurators import definitions  # noqa: F401  (configures Django where nothing else did)

SCOPE = Scope(
    {
        "width": GroupType("number"),
        "height": GroupType("number"),
        "lights": GroupType("boolean"),
        "glass": GroupType("choice", ("double", "triple")),
        "door": GroupType("choice", ("none", "single")),
        "extras": GroupType("set", ("led", "lock")),
        "remarks": GroupType("unusable"),
    },
    {
        "rail": TableType((None,)),
        "sizes": TableType((None, None)),
        "colours": TableType((("triple", "double"),)),
        "prints": TableType(),
    },
)


def compile_number(source: str) -> CompiledFormula:
    return compile_formula(source, SCOPE, "number")


def refusal(source: str, wanted: str = "number") -> list[tuple[str, int, int, int]]:
    with pytest.raises(FormulaInvalid) as caught:
        compile_formula(source, SCOPE, wanted)  # type: ignore[arg-type]
    assert all(str(problem.message) for problem in caught.value.problems)
    return [(p.code, p.line, p.column, p.length) for p in caught.value.problems]


def said(source: str, wanted: str = "number") -> str:
    with override("en"), pytest.raises(FormulaInvalid) as caught:
        compile_formula(source, SCOPE, wanted)  # type: ignore[arg-type]
    with override("en"):
        return str(caught.value.problems[0].message)


@pytest.mark.parametrize(
    ("source", "code", "column", "length"),
    [
        ("", "empty", 1, 1),
        ("   ", "empty", 1, 1),
        ("=width", "leading_equals", 1, 1),
        ("MAX(1,2)", "comma_between_digits", 5, 3),
        ("1,5", "comma_between_digits", 1, 3),
        ("MAX(1; 2, 3)", "mixed_separators", 9, 1),
        ("MAX(1.500; 2)", "point_or_thousands", 5, 5),
        ("MAX(1.500,25; 2)", "thousands", 5, 8),
        ("1.2.3", "thousands", 1, 5),
        ("1234567890123456", "number_too_long", 1, 16),
        ("0.12345678901", "number_too_long", 1, 13),
        ("width == 2", "unknown_sign", 7, 2),
        ("width × 2", "unknown_sign", 7, 1),
        ("width ** 2", "unknown_sign", 7, 2),
        ("width % 2", "unknown_sign", 7, 1),
        ("width # 2", "unknown_sign", 7, 1),
        ("width \x00", "unknown_sign", 7, 1),
        ("“led”", "unknown_sign", 1, 1),
        ('"led', "open_quote", 1, 4),
        ("(width", "open_parenthesis", 1, 1),
        ("width)", "extra_parenthesis", 6, 1),
        ("width +", "stops_early", 8, 1),
        ("* width", "value_missing", 1, 1),
        ("MAX(; 2)", "value_missing", 5, 1),
        ("width height", "operator_missing", 7, 6),
        ("2 width", "operator_missing", 3, 5),
        ("2(width)", "operator_missing", 2, 1),
        ("width, height", "separator_outside", 6, 1),
        ("1 < width < 2", "chained_comparison", 11, 1),
        ("lights AND lights", "infix_logic", 8, 3),
        ("widht * 2", "unknown_name", 1, 5),
        ("remarks", "unusable_group", 1, 7),
        ("width(2)", "group_called", 1, 8),
        ("ALS(lights; 1; 2)", "translated_name", 1, 17),
        ("SOMME(1; 2)", "translated_name", 1, 11),
        ("RUND(2)", "translated_name", 1, 7),
        ("EVAL(2)", "unknown_function", 1, 7),
        ("LOOKUP(width; 2)", "table_wanted", 8, 5),
        ('LOOKUP("rial"; 2)', "unknown_table", 8, 6),
        ('LOOKUP("zinc"; 2)', "unknown_table", 8, 6),
        ('LOOKUP2("rail"; 1; 2)', "other_table", 1, 21),
        ('LOOKUP("sizes"; 1)', "other_table", 1, 18),
        ('TIER("rail"; 1)', "other_table", 1, 15),
        ('LOOKUP("rail"; lights)', "number_wanted", 16, 6),
        ('LOOKUP("colours"; width)', "choice_wanted", 19, 5),
        ('LOOKUP("colours"; extras)', "choice_wanted", 19, 6),
        ('LOOKUP("colours"; door)', "option_not_in_table", 19, 4),
        ('LOOKUP("rail")', "wrong_count", 1, 14),
        ('VERT.ZOEKEN("rail"; 1)', "translated_name", 1, 22),
        ("AFRONDEN.NAAR.BOVEN (2)", "translated_name", 1, 23),
        ("width.x", "unknown_sign", 6, 1),
        ("ROUND()", "wrong_count", 1, 7),
        ("NOT(lights; lights)", "wrong_count", 1, 19),
        ("ROUND(1; 2; 3)", "wrong_count", 1, 14),
        ("-2 ^ 2", "sign_before_power", 1, 6),
        ("width + lights", "number_wanted", 9, 6),
        ("width + glass", "number_wanted", 9, 5),
        ('width + "led"', "number_wanted", 9, 5),
        ("IF(width; 1; 2)", "condition_wanted", 4, 5),
        ("IF(glass; 1; 2)", "condition_wanted", 4, 5),
        ('IF("led"; 1; 2)', "condition_wanted", 4, 5),
        ("IF(lights; 1; lights)", "branches_differ", 15, 6),
        ('IF(lights; "led"; "lock")', "number_wanted", 12, 5),
        ('IF(glass = "tripel"; 1; 2)', "unknown_option", 12, 8),
        ('IF(glass = "zinc"; 1; 2)', "unknown_option", 12, 6),
        ('IF(extras = "led"; 1; 2)', "set_compared", 4, 14),
        ("IF(width = lights; 1; 2)", "kinds_differ", 4, 14),
        ("IF(glass = door; 1; 2)", "no_shared_option", 4, 12),
        ('IF(HAS(width; "led"); 1; 2)', "choice_wanted", 8, 5),
        ("IF(HAS(extras; width); 1; 2)", "option_wanted", 16, 5),
        ('IF(HAS("led"); 1; 2)', "group_wanted", 8, 5),
        ("IF(HAS(lights); 1; 2)", "has_boolean", 8, 6),
        ("COUNT(width)", "choice_wanted", 7, 5),
        ('SWITCH(glass; "double"; 1)', "switch_without_default", 1, 26),
        ("SWITCH(glass; 1; 1; 2)", "option_wanted", 15, 1),
        ("SWITCH(extras; 1; 1; 2)", "switch_subject", 8, 6),
        ("lights", "number_wanted", 1, 6),
    ],
)  # fmt: skip
def test_formula_is_refused_at_its_place(source: str, code: str, column: int, length: int) -> None:
    assert refusal(source) == [(code, 1, column, length)]


def test_condition_is_not_a_number() -> None:
    assert refusal("width", "boolean") == [("condition_wanted", 1, 1, 5)]


def test_place_counts_lines() -> None:
    assert refusal("width +\n  hight * 2") == [("unknown_name", 2, 3, 5)]


def test_every_mistake_is_found_at_once() -> None:
    assert refusal('widht + MAX(lights; 2) + IF(glass = "x"; 1; 2)') == [
        ("unknown_name", 1, 1, 5),
        ("number_wanted", 1, 13, 6),
        ("unknown_option", 1, 37, 3),
    ]


def test_refusal_says_what_to_write() -> None:
    assert said("ALS(lights; 1; 2)") == "Write IF instead of ALS."
    assert said("MAX(1,2)") == (
        "“1,2” can be read in two ways. Write 1.2 for a decimal number, "
        "or put “;” between the values of a function."
    )
    assert said("IF(lights = 1, 2, 3)") == (
        "The two sides of “=” are of different kinds and can never be compared."
    )
    assert said("widht * 2") == "There is no “widht”. Did you mean “width”?"
    assert said("lights") == "“lights” is yes or no. Write IF(lights; 1; 0) for a number."


def test_long_text_is_refused() -> None:
    assert refusal("1" + " + 1" * 500)[0][0] == "too_long"


def test_many_nodes_are_refused() -> None:
    assert refusal("SUM(" + "; ".join(["SUM(" + ";".join("1" * 49) + ")"] * 10) + ")")[0][0] == "too_large"


def test_deep_nesting_is_refused() -> None:
    assert refusal("ABS(" * 120 + "1" + ")" * 120)[0][0] == "too_large"


def test_parentheses_alone_nest_as_deep_as_the_text_is_long() -> None:
    assert evaluate(compile_number("(" * 900 + "1" + ")" * 900).tree, {}) == 1


def test_a_long_sum_is_fine() -> None:
    assert evaluate(compile_number("+".join(["1"] * 90)).tree, {}) == 90


def test_a_table_that_is_read_otherwise_says_how() -> None:
    assert said('LOOKUP("sizes"; width)') == '“sizes” is looked up by LOOKUP2("sizes"; …; …).'


def test_a_table_knows_which_groups_it_is_looked_up_by() -> None:
    formula = compile_number('LOOKUP2("sizes"; width; 2) + LOOKUP("colours"; glass) + TIER("prints"; height)')

    assert (formula.uses, groups_in(formula.tree)) == ({"width", "glass", "height"},) * 2


def test_formula_knows_which_groups_it_uses() -> None:
    formula = compile_number('IF(AND(lights; glass = "double"; HAS(extras; "led")); COUNT(door); width)')

    assert formula.uses == {"lights", "glass", "extras", "door", "width"}
    assert groups_in(formula.tree) == formula.uses


@pytest.mark.parametrize(
    "tree",
    [
        None, 1, "num", [], ["nothing"], [1], [["num"]], ["num"], ["num", 1], ["num", "1e5"], ["num", "1.0"],
        ["num", "NaN"], ["num", "x"], ["add", ["num", "1"]], ["add", ["num", "1"], 2], ["not"], ["is",
        "glass"],
        ["if", ["true"], ["num", "1"]], ["pick", "glass", "double"], ["true", "x"], ["round", ["num", "1"]],
        ["lookup", "rail", ["num", "1"]], ["tier", "rail", ["num", "1"]], ["lookup", 1], ["choice", "glass"],
    ],
)  # fmt: skip
def test_stored_json_that_is_no_tree_is_refused(tree: object) -> None:
    with pytest.raises(NotATree):
        runner(tree)


def test_stored_tree_keeps_to_the_limits() -> None:
    deep: list[object] = ["num", "1"]
    for _ in range(MAX_DEPTH):
        deep = ["neg", deep]
    wide = ["sum", *[["num", "1"]] * MAX_NODES]

    for tree in (deep, wide):
        with pytest.raises(NotATree):
            runner(tree)


def test_largest_work_is_small() -> None:
    """The heaviest formula within the limits: powers of the longest numbers."""
    power = "(1.0000000001 ^ 9 / 3)"
    source = "SUM(" + "; ".join([power.replace(".", ",")] * 50) + ")"
    run = runner(compile_number(source).tree)
    run({})

    started = time.process_time()
    run({})

    assert time.process_time() - started < 0.1


def test_error_is_a_value() -> None:
    assert evaluate(compile_number("1 / (width - width)").tree, {"width": Decimal(3)}) == ErrorValue(
        "#DIV/0!"
    )


def test_the_page_on_formulas_explains_each_function() -> None:
    page = Path(settings.BASE_DIR, "docs", "formulas.md").read_text(encoding="utf-8")
    table = page[page.index("## Functions") :]

    assert set(re.findall(r"`([A-Z0-9]+)\(", table)) == set(FUNCTIONS)
