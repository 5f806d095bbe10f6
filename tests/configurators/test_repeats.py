"""The same questions for each of some items: what they become, what formulas go over, what is refused."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from configurators.answers import InvalidAnswers, initial_answers, read_form, read_json
from configurators.changes import changes
from configurators.compiling import compile_definition
from configurators.definition import check
from configurators.evaluation import Evaluation, evaluate
from configurators.presentation import Filled, page_of
from configurators.scenario_form import ScenarioForm
from configurators.shown import ShownItem
from tests.configurators.definitions import definition, group, texts
from tests.configurators.repeats import answers, house, window, windows

Json = dict[str, Any]


def reckoned(document: Json, given: Json) -> Evaluation:
    compiled = compile_definition(document)
    return evaluate(compiled, read_json(compiled, given))


def calculated(formula: str, given: Json) -> Decimal | None:
    found = reckoned(house(group("x", "calculated", formula=formula)), given).calculated["x"]
    assert found is None or isinstance(found, Decimal)
    return found


def errors(document: Json) -> list[tuple[tuple[str | int, ...], str]]:
    return [(problem.path, problem.code) for problem in check(document) if problem.severity == "error"]


def sentence(document: Json) -> str:
    [problem] = [problem for problem in check(document) if problem.severity == "error"]
    with override("en"):
        return str(problem.message)


IN_FIRST = ("steps", 0, "groups", 0)
TWO = answers(2, window("100", "100", "triple", grid=True), window("200", "150"))

# --- What it becomes --------------------------------------------------------------------------------


def test_it_is_a_quantity_and_a_copy_of_its_questions_for_each_item() -> None:
    compiled = compile_definition(house())

    of_each = [
        f"windows_{n}_{key}" for n in (1, 2, 3) for key in ("width", "height", "area", "glass", "grid")
    ]
    assert list(compiled.groups) == ["windows", *of_each]
    counts = compiled.groups["windows"]
    assert (counts.kind, counts.least, counts.most, counts.default) == ("quantity", 1, 3, 1)


def test_only_items_that_are_there_are_asked() -> None:
    visible = reckoned(house(), TWO).visible

    assert [visible[f"windows_{number}_width"] for number in (1, 2, 3)] == [True, True, False]


def test_a_question_keeps_its_own_condition_in_each_item() -> None:
    visible = reckoned(house(), TWO).visible

    assert [visible[f"windows_{number}_grid"] for number in (1, 2, 3)] == [True, False, False]


def test_price_lines_say_of_which_item_they_are() -> None:
    lines = reckoned(house(), TWO).lines

    assert [(line.key, line.label["en"], line.amount) for line in lines] == [
        ("windows_1_glass.triple", "Window 1: Triple", Decimal("60")),
        ("windows_1_grid", "Window 1: Grid", Decimal("50")),
    ]


def test_french_writes_its_colon_apart() -> None:
    document = house() | {"languages": ["fr", "nl"], "language": "nl"}
    document["steps"][0]["groups"][0]["item_label"] = {"nl": "Raam", "fr": "Fenêtre"}

    label = compile_definition(document).groups["windows_2_width"].label

    assert label == {"fr": "Fenêtre 2\u00a0: Width", "nl": "Raam 2: Width"}


def test_a_table_is_looked_up_by_the_items_own_answers() -> None:
    table = {
        "key": "list", "kind": "grid",
        "axes": [{"match": "ceiling", "values": ["100", "200"]}, {"match": "ceiling", "values": ["100", "200"]}],
        "cells": [["10", "20"], ["30", "40"]],
    }  # fmt: skip
    priced = {"kind": "table", "table": "list", "of": ["width", "height"], "times": "width"}
    document = definition(windows(group("frame", "boolean", default=True, price=priced)), tables=[table])

    lines = reckoned(document, answers(2, window(frame=True), window("200", "150", frame=True))).lines

    assert [line.amount for line in lines] == [Decimal(1000), Decimal(8000)]


def test_a_percentage_outside_is_one_of_all_items() -> None:
    part = {
        "key": "off",
        "label": texts("Korting"),
        "price": {"kind": "percentage", "percent": "-10", "of": ["glass"]},
    }
    given = answers(2, window(glass="triple"), window("200", glass="triple"))

    assert reckoned(house(lines=[part]), given).lines[-1].amount == Decimal("-18")


def test_a_percentage_of_the_repeat_is_one_of_everything_in_it() -> None:
    part = {
        "key": "off",
        "label": texts("Korting"),
        "price": {"kind": "percentage", "percent": "-10", "of": ["windows"]},
    }

    assert reckoned(house(lines=[part]), TWO).lines[-1].amount == Decimal("-11")


def test_a_percentage_within_is_one_of_the_same_item() -> None:
    more = group("seal", "boolean", price={"kind": "percentage", "percent": "50", "of": ["glass.triple"]})
    given = answers(2, window(glass="triple"), window("200", glass="triple", seal=True))

    lines = reckoned(definition(windows(more)), given).lines

    assert [line.amount for line in lines if line.key == "windows_2_seal"] == [Decimal(60)]


def test_how_many_is_always_answered() -> None:
    compiled = compile_definition(house())

    with pytest.raises(InvalidAnswers) as caught:
        read_form(compiled, {"windows": [""]})

    assert [error.code for error in caught.value.errors["windows"]] == ["required"]


def test_what_a_form_sends_of_items_that_are_not_there_is_no_answer() -> None:
    compiled = compile_definition(house())
    given = answers(1, window(), window("999", "1", "zinc"))

    found = read_form(compiled, {key: [value] for key, value in given.items()})

    assert list(found.to_json()) == ["windows", "windows_1_glass", "windows_1_height", "windows_1_width"]


# --- Formulas over items ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("SUM(windows; area)", "4"),
        ("SUM(windows; 1 + width*0)", "2"),
        ("MIN(windows; width)", "100"),
        ("MAX(windows; width)", "200"),
        ('COUNT(windows; glass = "triple")', "1"),
        ('COUNT(windows; HAS(glass; "double"))', "1"),
        ("COUNT(windows)", "2"),
        ("windows*10", "20"),
        ("MIN(1; windows)", "1"),
        ("IF(SUM(windows; area) > 3; 1; 0) + MAX(windows; SUM(windows; width) - width)", "201"),
    ],
)
def test_a_formula_goes_over_the_items_that_are_there(formula: str, value: str) -> None:
    assert calculated(formula, TWO) == Decimal(value)


@pytest.mark.parametrize("function", ["SUM", "MIN", "MAX"])
def test_of_no_items_it_comes_to_nothing(function: str) -> None:
    document = definition(windows(min=0), group("x", "calculated", formula=f"{function}(windows; width + 5)"))

    assert reckoned(document, {"windows": "0"}).calculated["x"] == 0


def test_an_item_may_go_over_all_of_them() -> None:
    more = group("share", "calculated", formula="100 * area / SUM(windows; area)")

    found = reckoned(definition(windows(more)), TWO).calculated

    assert (found["windows_1_share"], found["windows_2_share"]) == (25, 75)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("width", "“width” is asked in each of “windows”. Write for example SUM(windows; width)."),
        ("IF(grid; 1; 0)", "“grid” is asked in each of “windows”. Write for example COUNT(windows; grid)."),
        (
            'IF(glass = "double"; 1; 0)',
            '“glass” is asked in each of “windows”. Write for example COUNT(windows; HAS(glass; "double")).',
        ),
        ("SUM(windows; width; height)", "Write what to look at in each item: SUM(windows; …)."),
        ("SUM(windows)", "Write what to look at in each item: SUM(windows; …)."),
        (
            "MIN(windows; 3)",
            "“3” looks at nothing of each item. How many “windows” there are is COUNT(windows).",
        ),
        ("SUM(windows; grid)", "“grid” is yes or no. Write IF(grid; 1; 0) for a number."),
        (
            "COUNT(windows; width)",
            "“width” is a number; here stands something that is yes or no, like width > 0.",
        ),
        ("SUM(windows; widht)", None),
        (
            "SUM(windows; SUM(windows; SUM(windows; SUM(windows; SUM(windows; width)))))",
            "This formula is too large for so many items. Calculate a part of it as a question of each item, "
            "and go over that.",
        ),
    ],
)
def test_what_is_wrong_with_it_is_said_once(formula: str, told: str | None) -> None:
    document = house(group("x", "calculated", formula=formula))

    if told is None:
        assert {path for path, _code in errors(document)} == {("steps", 0, "groups", 1, "formula")}
    else:
        assert sentence(document) == told


def test_the_place_of_a_mistake_is_that_in_the_text() -> None:
    [problem] = [
        one for one in check(house(group("x", "calculated", formula="1 + SUM(windows; grid)"))) if one.line
    ]

    assert (problem.line, problem.column, problem.length) == (1, 18, 4)


# --- What is refused --------------------------------------------------------------------------------


def test_a_mistake_within_an_item_is_told_once_at_its_question() -> None:
    document = definition(windows(group("x", "calculated", formula="width * lenght")))

    assert errors(document) == [((*IN_FIRST, "groups", 5, "formula"), "unknown_name")]


@pytest.mark.parametrize(
    ("changed", "path", "code"),
    [
        ({"max": None}, ("max",), "missing"),
        ({"max": 13}, ("max",), "out_of_bounds"),
        ({"max": "3"}, ("max",), "wrong_type"),
        ({"min": 3, "max": 2, "default": None}, ("max",), "bounds_crossed"),
        ({"default": 0}, ("default",), "out_of_bounds"),
        ({"groups": []}, ("groups",), "no_groups"),
        ({"groups": None}, ("groups",), "no_groups"),
        ({"groups": 5}, ("groups",), "wrong_type"),
        ({"item_label": {}}, ("item_label", "nl"), "missing_text"),
        ({"price": None}, ("price",), "unknown"),
        ({"visible_if": "width > 3"}, ("visible_if",), "outside_item"),
    ],
)
def test_a_repeat_says_how_many_and_what(changed: Json, path: tuple[str | int, ...], code: str) -> None:
    found = errors(definition(windows(**changed)))

    assert ((*IN_FIRST, *path), code) in found


@pytest.mark.parametrize("kind", ["text", "date", "contact", "repeat"])
def test_an_item_asks_nothing_written_and_no_items(kind: str) -> None:
    assert errors(definition(windows(group("x", kind)))) == [
        ((*IN_FIRST, "groups", 5, "kind"), "not_allowed")
    ]


@pytest.mark.parametrize(
    ("others", "path"),
    [
        ([group("width", "boolean")], ("steps", 0, "groups", 1, "key")),
        ([group("windows_2_width", "boolean")], ("steps", 0, "groups", 1, "key")),
    ],
)
def test_a_key_that_an_item_has_is_taken(others: list[Json], path: tuple[str | int, ...]) -> None:
    assert errors(house(*others)) == [(path, "duplicate_key")]


def test_a_key_that_an_item_would_have_is_taken_before_it() -> None:
    document = definition(group("windows_2_width", "boolean"), windows())

    assert errors(document) == [(("steps", 0, "groups", 1, "groups", 0, "key"), "duplicate_key")]


def test_a_line_cannot_have_the_key_of_an_item() -> None:
    line = {"key": "windows_1_grid", "label": texts("Lijn"), "price": {"kind": "fixed", "amount": "1"}}

    assert errors(house(lines=[line])) == [(("lines", 0, "key"), "duplicate_key")]


def test_a_key_must_leave_room_for_that_of_its_repeat() -> None:
    found = errors(definition(windows(group("x" * 52, "boolean"))))

    assert found == [((*IN_FIRST, "groups", 5, "key"), "bad_key")]


def test_copies_count_as_questions() -> None:
    many = [group(f"g{number}", "boolean") for number in range(17)]
    document = definition(windows(groups=many, max=12))

    assert errors(document) == [((*IN_FIRST, "max"), "too_many")]
    assert sentence(document).startswith("12 items of 17 questions each make 205 questions")


def test_a_price_outside_cannot_count_what_items_ask() -> None:
    fee = group("fee", "boolean", price={"kind": "per_unit", "amount": "1", "of": "width"})

    assert errors(house(fee)) == [(("steps", 0, "groups", 1, "price", "of"), "outside_item")]


def test_an_item_that_depends_on_itself_is_told_at_its_question() -> None:
    more = group("part", "calculated", formula="total + 1")
    document = definition(windows(more), group("total", "calculated", formula="SUM(windows; part)"))

    assert errors(document) == [((*IN_FIRST, "groups", 5, "formula"), "cycle")]


# --- What a visitor sees ----------------------------------------------------------------------------


def items_of(document: Json) -> list[ShownItem]:
    compiled = compile_definition(document)
    page = page_of(compiled, Filled(answers=initial_answers(compiled)), language="en")
    return [each for each in page.steps[0].groups if isinstance(each, ShownItem)]


def test_each_item_is_a_set_of_fields_by_its_name() -> None:
    items = items_of(house())

    assert [(item.label, item.hidden) for item in items] == [
        ("Window 1", False), ("Window 2", True), ("Window 3", True),
    ]  # fmt: skip
    assert [shown.label for shown in items[1].groups] == ["Width", "Height", "Area", "Glass", "Grid"]


def test_an_item_that_appears_is_filled_in_beforehand() -> None:
    width, _height, _area, glass, _grid = items_of(house())[1].groups

    assert (width.value, [option.chosen for option in glass.options]) == ("120", [True, False])


def test_a_scenario_asks_each_item_under_its_name() -> None:
    form = ScenarioForm(compiled=compile_definition(house()))

    with override("en"):
        asked = [(title, [field.label for field in fields]) for title, fields in form.steps]

    of_each = ["Width (cm)", "Height (cm)", "Glass", "Grid"]
    assert asked[0][1] == ["Windows"]
    assert [fields for _title, fields in asked[1:]] == [of_each] * 3


# --- What a draft changes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (windows(max=4), ["Windows, largest: 3 → 4"]),
        (windows(group("bar", "boolean")), ["new: Windows › Bar"]),
        (windows(item_label=texts("Raam", "Pane")), ["Windows (en): Window → Pane"]),
        (windows(groups=windows()["groups"][:-1]), ["gone: Windows › Grid"]),
        (windows(groups=windows()["groups"][::-1]), ["Windows › the order of the questions"]),
    ],
)
def test_what_changes_in_items_is_told_by_name(after: Json, words: list[str]) -> None:
    with override("en"):
        assert [change.text for change in changes(house(), definition(after))] == words
