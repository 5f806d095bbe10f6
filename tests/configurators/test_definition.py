"""What the check of a definition finds, and where."""

import difflib
from typing import Any

import pytest

from configurators.definition import Problem, check, formulas
from configurators.definition.limits import MAX_FORMULA_NODES
from configurators.formula import compile_formula
from tests.configurators.definitions import Json, definition, group, option, texts, veranda

BARE_CONTACT = group("contact", "contact")


def found(document: object) -> list[tuple[str, str]]:
    """Errors and warnings as (place, code)."""
    problems = check(document)
    assert all(str(problem.message) for problem in problems)
    assert all(problem.to_json() for problem in problems)
    return [(".".join(map(str, problem.path)), problem.code) for problem in problems]


def with_groups(*groups: Json, **more: Any) -> list[tuple[str, str]]:
    place = "steps.0.groups."
    return [
        (path.removeprefix(place), code) for path, code in found(definition(*groups, BARE_CONTACT, **more))
    ]


def changed(**more: Any) -> Json:
    return {**veranda(), **more}


def test_whole_definition_has_no_problem() -> None:
    assert found(veranda()) == []


@pytest.mark.parametrize("document", [None, True, 3, "text", [], [{}]])
def test_document_must_be_an_object(document: object) -> None:
    assert found(document) == [("", "wrong_type")]


def test_empty_document_lacks_everything() -> None:
    assert found({}) == [
        ("schema", "unknown_schema"),
        ("languages", "missing"),
        ("currency", "missing"),
        ("price_display", "missing"),
        ("vat", "missing"),
        ("steps", "no_steps"),
        ("steps", "no_contact"),
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"schema": 1}, ("schema", "unknown_schema")),
        ({"schema": 3}, ("schema", "newer_schema")),
        ({"schema": True}, ("schema", "unknown_schema")),
        ({"languages": ["nl", "en", "xx"]}, ("languages.2", "not_allowed")),
        ({"languages": ["nl", "en", "nl"]}, ("languages.2", "duplicate")),
        ({"languages": ["nl", "en", {}]}, ("languages.2", "not_allowed")),
        ({"currency": "EURO"}, ("currency", "not_allowed")),
        ({"currency": []}, ("currency", "not_allowed")),
        ({"price_display": "exact"}, ("price_display", "wrong_type")),
        ({"price_display": {}}, ("price_display.kind", "missing")),
        ({"price_display": {"kind": "all"}}, ("price_display.kind", "not_allowed")),
        ({"price_display": {"kind": "none", "step": "5"}}, ("price_display.step", "unknown")),
        ({"price_display": {"kind": "range"}}, ("price_display.step", "missing")),
        ({"price_display": {"kind": "range", "step": "0"}}, ("price_display.step", "out_of_bounds")),
        ({"price_display": {"kind": "from", "step": "-50"}}, ("price_display.step", "out_of_bounds")),
        ({"price_display": {"kind": "from", "step": 50}}, ("price_display.step", "not_a_number")),
        ({"price_display": {"kind": "from", "step": "0.005"}}, ("price_display.step", "off_step")),
        (
            {"price_display": {"kind": "from", "step": "0.5"}, "currency": "JPY"},
            ("price_display.step", "off_step"),
        ),
        ({"drawing": "../x y"}, ("drawing", "wrong_type")),
        ({"vat": {"rate": "121", "prices": "including"}}, ("vat.rate", "out_of_bounds")),
        ({"vat": {"rate": "21%", "prices": "including"}}, ("vat.rate", "not_a_number")),
        ({"vat": {"rate": "21"}}, ("vat.prices", "missing")),
        ({"vat": []}, ("vat", "wrong_type")),
        ({"vat": {"rate": 21, "prices": "including"}}, ("vat.rate", "not_a_number")),
        ({"vat": {"rate": 0.21, "prices": "including"}}, ("vat.rate", "wrong_type")),
        ({"colour": "red"}, ("colour", "unknown")),
        ({"title": {"nl": " ", "en": "Test"}}, ("title.nl", "missing_text")),
        ({"title": {"nl": "Proef"}}, ("title.en", "untranslated")),
        ({"title": {"nl": "Proef", "en": 3}}, ("title.en", "wrong_type")),
        ({"title": {**texts("Proef"), "fr": "Essai"}}, ("title.fr", "undeclared_language")),
        ({"title": texts("x" * 2001, "x")}, ("title.nl", "too_long")),
        ({"title": texts("a\x00b")}, ("title.en", "characters")),
        ({"title": texts("\ud800", "x")}, ("title.nl", "characters")),
        ({"intro": {"en": "Only English"}}, ("intro.nl", "untranslated")),
        ({"constraints": {}}, ("constraints", "wrong_type")),
        ({"constraints": [1]}, ("constraints.0", "wrong_type")),
        ({"lines": [None]}, ("lines.0", "wrong_type")),
        ({"intro": texts("x" * 600_000, "x")}, ("", "too_large")),
    ],
)
def test_head_is_checked(change: Json, problem: tuple[str, str]) -> None:
    assert problem in found(changed(**change))


def test_untranslated_text_is_only_a_warning() -> None:
    problems = check(changed(title={"nl": "Proef"}))

    assert problems == [Problem(("title", "en"), "untranslated", problems[0].message, "warning")]


def test_deep_document_is_refused() -> None:
    deep: object = "x"
    for _ in range(100_000):
        deep = [deep]

    assert found({"steps": deep}) == [("", "too_large")]


NUMBER = {"min": "10", "max": "20", "step": "5"}


@pytest.mark.parametrize(
    ("groups", "problems"),
    [
        ([group("a", "dimension")], [("0.kind", "not_allowed")]),
        ([group("A", "text")], [("0.key", "bad_key")]),
        ([group("a-b", "text")], [("0.key", "bad_key")]),
        ([group("email", "text")], [("0.key", "reserved_key")]),
        ([group("true", "boolean")], [("0.key", "reserved_key")]),
        ([group("constructor", "text")], [("0.key", "reserved_key")]),
        ([group("a", "text"), group("a", "text")], [("1.key", "duplicate_key")]),
        ([group("a", "text", colour="red")], [("0.colour", "unknown")]),
        ([group("a", "text", max_length=0)], [("0.max_length", "out_of_bounds")]),
        ([group("a", "text", max_length=True)], [("0.max_length", "wrong_type")]),
        ([group("a", "text", personal="yes")], [("0.personal", "wrong_type")]),
        ([group("a", "number", **{**NUMBER, "max": "5"})], [("0.max", "bounds_crossed")]),
        ([group("a", "number", **{**NUMBER, "max": "21"})], [("0.max", "off_step")]),
        ([group("a", "number", **NUMBER, default="25")], [("0.default", "out_of_bounds")]),
        ([group("a", "number", **NUMBER, default="12")], [("0.default", "off_step")]),
        ([group("a", "number", step="0")], [("0.step", "out_of_bounds")]),
        ([group("a", "number", unit=3)], [("0.unit", "wrong_type")]),
        ([group("a", "number", unit={"nl": "stuks"})], [("0.unit.en", "untranslated")]),
        ([group("a", "quantity", min="-1")], [("0.min", "out_of_bounds")]),
        ([group("a", "quantity", step="0.5")], [("0.step", "not_whole")]),
        ([group("a", "boolean", default="on")], [("0.default", "wrong_type")]),
        ([group("a", "single")], [("0.options", "no_options")]),
        ([group("a", "single", options=[option("x"), option("x")])], [("0.options.1.key", "duplicate_key")]),
        ([group("a", "single", options=[option("x")], default="y")], [("0.default", "unknown_option")]),
        ([group("a", "single", options=[option("x")], default=[])], [("0.default", "unknown_option")]),
        ([group("a", "single", options=[option("x", image="a b")])], [("0.options.0.image", "wrong_type")]),
        ([group("a", "multi", options=[option("x")], default="x")], [("0.default", "wrong_type")]),
        ([group("a", "multi", options=[option("x")], default=["y"])], [("0.default", "unknown_option")]),
        ([group("a", "multi", options=[option("x")], default=["x", "x"])], [("0.default", "out_of_bounds")]),
        ([group("a", "multi", options=[option("x")], min_choices=2)], [("0.min_choices", "bounds_crossed")]),
        ([group("a", "contact")], [("1", "second_contact")]),
        ([group("a", "text", visible_if="a > 1")], [("0.visible_if", "unusable_group")]),
        ([group("a", "number", visible_if=3)], [("0.visible_if", "wrong_type")]),
        ([group("a", "number", visible_if="b > 1")], [("0.visible_if", "unknown_name")]),
        ([group("a", "number", visible_if="a > 1")], [("0.visible_if", "cycle")]),
        (
            [group("a", "single", options=[option("x", available_if="FALSE")])],
            [("0.options.0.reason", "no_reason")],
        ),
    ],
)  # fmt: skip
def test_group_is_checked(groups: list[Json], problems: list[tuple[str, str]]) -> None:
    assert with_groups(*groups) == problems


def test_cycle_is_shown() -> None:
    groups = [
        group("a", "boolean", visible_if="c"),
        group("b", "boolean", visible_if="a"),
        group("c", "boolean", visible_if="AND(d; b)"),
        group("d", "boolean"),
    ]

    (problem,) = check(definition(*groups, BARE_CONTACT))

    assert (problem.code, problem.message.values["cycle"]) == ("cycle", "a → c → b → a")


def test_contact_is_missed() -> None:
    problems = check(definition(group("a", "text")))

    assert [(problem.code, problem.severity) for problem in problems] == [("no_contact", "warning")]


@pytest.mark.parametrize(
    ("group_", "problems"),
    [
        ({}, [("1.formula", "missing")]),
        ({"formula": "n > 1"}, [("1.formula", "number_wanted")]),
        ({"formula": "n * 2", "decimals": 7}, [("1.decimals", "out_of_bounds")]),
        ({"formula": "n * 2", "required": True}, [("1.required", "unknown")]),
        ({"formula": "c + n"}, [("1.formula", "cycle")]),
        ({"formula": "n", "visible_if": "c > 1"}, [("1.formula", "cycle")]),
        ({"formula": "n * 2", "unit": "m²"}, []),
    ],
)
def test_calculation_is_checked(group_: Json, problems: list[tuple[str, str]]) -> None:
    assert with_groups(group("n", "number"), group("c", "calculated", **group_)) == problems


def priced(price: object) -> list[tuple[str, str]]:
    return with_groups(
        group("a", "single", options=[option("x", price=price)]), group("n", "number"), tables=[SIZES, TIERS]
    )


SIZES = {
    "key": "sizes",
    "kind": "grid",
    "axes": [{"match": "ceiling", "values": ["100", "200"]}, {"match": "floor", "values": ["0"]}],
    "cells": [["5"], ["8"]],
}
TIERS = {
    "key": "tiers",
    "kind": "tiers",
    "mode": "graduated",
    "tiers": [{"from": "0", "amount": "2"}, {"from": "10", "amount": "1.5"}],
}


@pytest.mark.parametrize(
    ("price", "problems"),
    [
        ({"kind": "tiered"}, [("kind", "not_allowed")]),
        ({"kind": "fixed"}, [("amount", "missing")]),
        ({"kind": "fixed", "amount": "1,50"}, [("amount", "not_a_number")]),
        ({"kind": "fixed", "amount": "1", "of": "a"}, [("of", "unknown")]),
        ({"kind": "per_unit", "amount": "1"}, [("of", "missing")]),
        ({"kind": "per_unit", "amount": "1", "of": "zz"}, [("of", "unknown_group")]),
        ({"kind": "per_unit", "amount": "1", "of": "a"}, [("of", "not_numeric")]),
        ({"kind": "percentage", "percent": "5"}, [("of", "missing")]),
        ({"kind": "percentage", "percent": "5", "of": "total"}, [("of", "wrong_type")]),
        ({"kind": "percentage", "percent": "5", "of": ["a.x"]}, [("of.0", "unknown_line")]),
        ({"kind": "percentage", "percent": "-101", "of": "subtotal"}, [("percent", "out_of_bounds")]),
        ({"kind": "minimum", "amount": "50", "of": "subtotal"}, [("kind", "not_allowed")]),
        ({"kind": "table", "of": ["a"]}, [("table", "missing")]),
        ({"kind": "table", "table": "zz", "of": ["a"]}, [("table", "unknown_table")]),
        ({"kind": "table", "table": "sizes"}, [("of", "missing")]),
        ({"kind": "table", "table": "sizes", "of": ["n"]}, [("of", "wrong_size")]),
        ({"kind": "table", "table": "sizes", "of": ["n", "zz"]}, [("of.1", "unknown_group")]),
        ({"kind": "table", "table": "sizes", "of": ["n", "1+1"]}, [("of.1", "unknown_group")]),
        ({"kind": "table", "table": "sizes", "of": ["n", "a"]}, [("of", "number_wanted")]),
        ({"kind": "table", "table": "tiers", "of": ["n"], "times": "a"}, [("times", "not_numeric")]),
        ({"kind": "table", "table": "tiers", "of": ["n"], "times": "n"}, []),
        ({"kind": "formula"}, [("formula", "missing")]),
        ({"kind": "formula", "formula": "a"}, [("formula", "number_wanted")]),
        ([], [("", "wrong_type")]),
    ],
)
def test_price_is_checked(price: object, problems: list[tuple[str, str]]) -> None:
    place = "0.options.0.price"
    assert priced(price) == [(f"{place}.{name}" if name else place, code) for name, code in problems]


def line(key: str, price: Json | None, **more: Any) -> Json:
    return {"key": key, "label": texts("Regel"), "price": price, **more}


def test_extra_lines_are_checked() -> None:
    percentage = {"kind": "percentage", "percent": "5", "of": ["a", "a.x", "second"]}
    lines = [
        line("a", {"kind": "fixed", "amount": "1"}),
        line("first", percentage, **{"if": "a"}),
        line("second", percentage | {"of": "subtotal"}),
        line("third", None),
        line("least", {"kind": "minimum", "amount": "0", "of": ["second", "last"]}),
        line("last", {"kind": "maximum", "amount": "1000", "of": "subtotal"}),
    ]

    problems = found(definition(group("a", "single", options=[option("x", "5")]), BARE_CONTACT, lines=lines))

    assert problems == [
        ("lines.0.key", "duplicate_key"),
        ("lines.1.if", "condition_wanted"),
        ("lines.1.price.of.2", "unknown_line"),
        ("lines.3.price", "missing"),
        ("lines.4.price.amount", "out_of_bounds"),
        ("lines.4.price.of.1", "unknown_line"),
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "allows"}, ("kind", "not_allowed")),
        ({"if": "extras.nothing"}, ("if", "unknown_option")),
        ({"if": "nothing"}, ("if", "unknown_group")),
        ({"if": "remarks"}, ("if", "unknown_group")),
        ({"if": None}, ("if", "missing")),
        ({"then": "extras.heater"}, ("then", "same_twice")),
        ({"then": ["x"]}, ("then", "wrong_type")),
        ({"reason": {}}, ("reason.nl", "missing_text")),
        ({"key": "screen_or_doors"}, ("key", "duplicate_key")),
    ],
)
def test_rule_of_two_sides_is_checked(change: Json, problem: tuple[str, str]) -> None:
    document = veranda()
    document["constraints"][0].update(change)

    place = "constraints.1" if "key" in change else "constraints.0"
    assert (f"{place}.{problem[0]}", problem[1]) in found(document)


@pytest.mark.parametrize(
    ("rule", "problems"),
    [
        ({"kind": "assertion"}, [("severity", "missing"), ("that", "missing")]),
        ({"kind": "assertion", "severity": "error", "that": "width"}, [("that", "condition_wanted")]),
        ({"kind": "assertion", "severity": "grave", "that": "width > 1"}, [("severity", "not_allowed")]),
        ({"kind": "assertion", "severity": "error", "that": "1 > 2"}, [("that", "reads_nothing")]),
        ({"kind": "assertion", "severity": "warning", "that": "width > 1"}, []),
        ({"kind": "combinations", "of": ["a"], "pairs": []}, [("of", "missing")]),
        ({"kind": "combinations", "of": ["a", "width"], "pairs": []}, [("of.1", "not_single")]),
        ({"kind": "combinations", "of": ["a", "a"], "pairs": []}, [("of.1", "same_twice")]),
        ({"kind": "combinations", "of": ["a", "b"], "pairs": []}, [("pairs", "no_pairs")]),
        ({"kind": "combinations", "of": ["a", "b"], "pairs": [["x", "x"], ["x"]]}, [("pairs.0", "unknown_option"), ("pairs.1", "wrong_type")]),
        ({"kind": "combinations", "of": ["a", "b"], "pairs": [["x", "y"]]}, []),
        ({"kind": "combinations", "of": ["a", "b"], "pairs": [["x", "y"]], "then": "a"}, [("then", "unknown")]),
    ],
)  # fmt: skip
def test_rule_of_another_kind_is_checked(rule: Json, problems: list[tuple[str, str]]) -> None:
    groups = [
        group("a", "single", options=[option("x")]),
        group("b", "single", options=[option("y")]),
        group("width", "number"),
    ]
    document = definition(*groups, BARE_CONTACT, constraints=[rule | {"key": "r", "reason": texts("Nee")}])

    assert sorted(found(document)) == sorted((f"constraints.0.{name}", code) for name, code in problems)


def test_formula_problem_has_its_place_in_the_text() -> None:
    document = veranda()
    document["steps"][1]["groups"][1]["visible_if"] = "width >\n lenght"

    (problem,) = check(document)

    assert (problem.line, problem.column, problem.length) == (2, 2, 6)
    assert problem.to_json()["place"] == {"line": 2, "column": 2, "length": 6}


def test_hundreds_of_problems_stay_readable() -> None:
    groups = [group(f"g{index}", "text", colour="red") for index in range(1000)]

    assert len(check(definition(*groups))) <= 200


def test_formulas_are_limited_together() -> None:
    formula = "SUM(" + ";".join(["1"] * 50) + ")"
    big = "SUM(" + ";".join([formula] * 7) + ")"
    options = [option(f"o{i}", price={"kind": "formula", "formula": big}) for i in range(60)]

    assert ("", "too_much_formula") in found(definition(group("a", "single", options=options), BARE_CONTACT))


def _asked_of_each(formula: str) -> Json:
    """A repeat of twelve items with 1500 options, each with that condition."""
    options = [option(f"o{number}", available_if=formula) for number in range(100)]
    asked = [group("n", "number"), *(group(f"q{number}", "single", options=options) for number in range(15))]
    repeat = group("w", "repeat", item_label=texts("Raam", "Window"), min=1, max=12, default=1)
    return definition(repeat | {"groups": asked})


@pytest.mark.parametrize("formula", ["SUM(w;n+n+n)>0", "SUM(w;n+m)>0", "SUM(w;n+)"])
def test_no_formula_is_looked_at_when_there_were_too_many(
    formula: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def counted(source: str, *rest: Any) -> Any:
        seen.append(source)
        return compile_formula(source, *rest)

    monkeypatch.setattr(formulas, "compile_formula", counted)
    check(_asked_of_each(formula))

    assert len(seen) <= MAX_FORMULA_NODES / max(len(formula) // 5, 1)


def test_too_much_formula_is_told_once() -> None:
    problems = [problem for problem in check(_asked_of_each("SUM(w;n+n+n)>0")) if problem.severity == "error"]

    assert [(problem.path, problem.code) for problem in problems] == [((), "too_much_formula")]


def test_names_that_do_not_exist_are_compared_with_others_so_many_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []

    def none_is_close(name: str, *rest: Any, **more: Any) -> list[str]:
        compared.append(name)
        return []

    monkeypatch.setattr(difflib, "get_close_matches", none_is_close)
    asked = [group(f"c{n}", "calculated", formula=f"x{n} + x{n + 1} + x0") for n in range(60)]

    check(definition(*asked))

    assert len(compared) == 30
