"""A formula says how it came to its value, and so does the command that tries one."""

from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from configurators.formula import Answer, GroupType, Scope, explain

AREA = "ROUND(width*height/1000000*129,50; 2)"
SCOPE = Scope(
    {
        "width": GroupType("number"),
        "empty": GroupType("number"),
        "roof": GroupType("choice", ("glass", "steel")),
    }
)


def steps(source: str, **answers: Answer) -> list[tuple[str, str]]:
    given = dict.fromkeys(SCOPE.groups) | answers
    return [(step.text, str(step.value)) for step in explain(source, SCOPE, given, "number").steps]


def test_each_part_is_said_once_innermost_first() -> None:
    assert steps("(width + 1) * width", width=Decimal(3)) == [
        ("width", "3"),
        ("(width + 1)", "4"),
        ("(width + 1) * width", "12"),
    ]


def test_a_branch_that_was_not_taken_is_not_said() -> None:
    assert steps('IF(roof="glass"; width; 1/empty)', width=Decimal(5), roof="glass") == [
        ('roof="glass"', "True"),
        ("width", "5"),
        ('IF(roof="glass"; width; 1/empty)', "5"),
    ]


def test_the_part_that_went_wrong_is_said() -> None:
    assert steps("2 + width/empty", width=Decimal(5)) == [
        ("width", "5"),
        ("empty", "0"),
        ("width/empty", "#DIV/0!"),
        ("2 + width/empty", "#DIV/0!"),
    ]


def test_a_number_needs_no_words() -> None:
    assert steps("-12.50") == []


def test_the_value_is_the_one_that_is_charged() -> None:
    found = explain("width / 3", SCOPE, dict.fromkeys(SCOPE.groups) | {"width": Decimal(1)}, "number")

    assert str(found.value) == "0.33333333333333333333"


# --- The command ----------------------------------------------------------------------------------


def tried(formula: str, inputs: str = "{}", **options: Any) -> str:
    out = StringIO()
    call_command("formula", formula, f"--inputs={inputs}", stdout=out, **options)
    return out.getvalue()


def test_the_command_prints_the_value_and_how_it_came_to_that() -> None:
    assert tried(AREA, '{"width": "3000", "height": "2500"}').splitlines() == [
        "971.25",
        "  width = 3000",
        "  height = 2500",
        "  width*height = 7500000",
        "  width*height/1000000 = 7.5",
        "  width*height/1000000*129,50 = 971.25",
        "  ROUND(width*height/1000000*129,50; 2) = 971.25",
    ]


def test_the_command_prints_the_tree_that_both_interpreters_run() -> None:
    assert tried("width*129.50", '{"width": "3"}', compiled=True) == (
        '["mul", ["number", "width"], ["num", "129.5"]]\n'
    )


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("MAX(1,5; 2)", "2"),  # a semicolon makes the comma a decimal's
        ("MAX(1.5; 2)", "2"),
        ("MAX(1.5, 2)", "2"),
        ("MIN(1,5; 2)", "1.5"),
        ("MIN(1.5, 2)", "1.5"),
    ],
)
def test_comma_point_and_semicolon_are_read_as_written(formula: str, value: str) -> None:
    assert tried(formula).splitlines()[0] == value


def test_what_can_be_read_in_two_ways_is_refused() -> None:
    with pytest.raises(CommandError, match=r"^1:5 “1,5” can be read in two ways\."):
        tried("MAX(1,5, 2)")


def test_a_refusal_is_in_the_language_that_is_asked_for() -> None:
    with pytest.raises(CommandError, match=r"^1:8 De formule houdt te vroeg op"):
        tried("width >", '{"width": "3"}', language="nl")


@pytest.mark.parametrize(
    ("inputs", "value"),
    [
        ('{"width": 3.5}', "3.5"),
        ('{"width": "3,5"}', "3.5"),
        ('{"WIDTH": 4}', "4"),
        ('{"width": null}', "0"),
    ],
)
def test_a_number_is_read_exactly_however_it_is_given(inputs: str, value: str) -> None:
    assert tried("width", inputs).splitlines()[0] == value


@pytest.mark.parametrize(
    "inputs",
    ["", "[]", "{", '{"width": {}}', '{"width": [1, {}]}', '{"width": "0.12345678"}', '{"width": 1e400}'],
)
def test_inputs_that_are_none_are_refused_by_name(inputs: str) -> None:
    with pytest.raises(CommandError, match="--inputs"):
        tried("width", inputs)


@pytest.mark.parametrize(
    ("formula", "inputs", "value"),
    [
        ('HAS(extras; "led")', '{"extras": ["led", "lock"]}', "TRUE"),
        ('IF(roof = "steel"; 1; 2)', '{"roof": "glass"}', "2"),
        ("AND(lights; TRUE)", '{"lights": true}', "TRUE"),
    ],
)
def test_choices_and_conditions_can_be_tried(formula: str, inputs: str, value: str) -> None:
    assert tried(formula, inputs).splitlines()[0] == value
