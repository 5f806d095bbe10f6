"""A question that must be answered when a condition holds."""

from typing import Any

import pytest
from django.utils.translation import override

from configurators.answers import InvalidAnswers, preview_form, read_form, read_json
from configurators.changes import changes
from configurators.compiled import Compiled
from configurators.compiling import compile_definition
from configurators.definition import check
from configurators.presentation import Filled, changes_of, page_of
from configurators.verdicts import verdict_on
from tests.configurators.definitions import definition, group, option
from tests.configurators.test_builder_script import run

Json = dict[str, Any]

CHOSEN = {
    "text": group("asked", "text"),
    "number": group("asked", "number"),
    "boolean": group("asked", "boolean"),
    "single": group("asked", "single", options=[option("a"), option("b")]),
    "multi": group("asked", "multi", options=[option("a"), option("b")]),
}
ANSWERED = {"text": ["x"], "number": ["0"], "boolean": ["true"], "single": ["a"], "multi": ["a"]}


def shop(*groups: Json, **more: Any) -> Compiled:
    return compile_definition(definition(group("width", "number"), *groups, **more))


def wide(kind: str = "text", condition: str = "width > 500", **more: Any) -> Compiled:
    return shop(CHOSEN[kind] | {"required_if": condition} | more)


def refused(compiled: Compiled, **fields: list[str]) -> dict[str, str]:
    try:
        read_form(compiled, fields)
    except InvalidAnswers as invalid:
        return {name: found[0].code for name, found in invalid.errors.items()}
    return {}


@pytest.mark.parametrize("kind", CHOSEN)
def test_it_must_be_answered_where_the_condition_holds(kind: str) -> None:
    assert refused(wide(kind), width=["600"]) == {"asked": "required"}


@pytest.mark.parametrize("kind", CHOSEN)
def test_an_answer_is_enough(kind: str) -> None:
    assert refused(wide(kind), width=["600"], asked=ANSWERED[kind]) == {}


@pytest.mark.parametrize("kind", CHOSEN)
def test_it_may_be_left_open_where_the_condition_does_not_hold(kind: str) -> None:
    assert refused(wide(kind), width=["400"]) == {}


def test_json_is_read_as_strictly() -> None:
    with pytest.raises(InvalidAnswers) as caught:
        read_json(wide("boolean"), {"width": "600", "asked": False})

    assert [(name, error.code) for name, (error,) in caught.value.errors.items()] == [("asked", "required")]


def test_a_hidden_question_is_not_missed() -> None:
    assert refused(wide(visible_if="width > 700"), width=["600"]) == {}


def test_a_hidden_answer_does_not_make_it_required() -> None:
    compiled = shop(
        group("awning", "boolean", visible_if="width > 500"), group("asked", "text", required_if="awning")
    )

    assert (
        refused(compiled, width=["600"], awning=["on"]),
        refused(compiled, width=["400"], awning=["on"]),
    ) == (
        {"asked": "required"},
        {},
    )


def test_what_is_calculated_may_decide() -> None:
    compiled = shop(
        group("area", "calculated", formula="width * 2"), group("asked", "text", required_if="area > 1000")
    )

    assert (refused(compiled, width=["501"]), refused(compiled, width=["500"])) == ({"asked": "required"}, {})


def test_an_error_in_the_condition_asks_and_leaves_the_price() -> None:
    compiled = wide("text", "1 / width > 2")

    assert refused(compiled, width=["0"]) == {"asked": "required"}
    assert verdict_on(compiled, {"width": "0"}, language="nl").priced


def test_another_mistake_comes_before_what_is_missing() -> None:
    assert refused(wide("number"), width=["600"], asked=["x"]) == {"asked": "not_a_number"}


def test_what_is_still_missing_keeps_no_price_from_who_is_choosing() -> None:
    answers, errors = preview_form(wide("number", default="5"), {"width": ["600"]})

    assert (str(answers.values["asked"]), errors["asked"][0].code) == ("5", "required")


def test_a_scenario_without_the_answer_cannot_be_ordered() -> None:
    verdicts = [verdict_on(wide("number"), {"width": width}, language="nl") for width in ("600", "400")]

    assert [(verdict.fits, verdict.priced) for verdict in verdicts] == [(True, False), (True, True)]


def test_a_condition_beside_always_says_nothing() -> None:
    document = definition(
        group("width", "number"), CHOSEN["text"] | {"required": True, "required_if": "width > 1"}
    )

    found = [problem for problem in check(document) if problem.code == "required_anyway"]

    assert [(problem.severity, problem.path[-1]) for problem in found] == [("warning", "required_if")]


@pytest.mark.parametrize("condition", ["width", "nothing = 1", 3])
def test_a_condition_that_is_none_is_refused(condition: object) -> None:
    document = definition(group("width", "number"), CHOSEN["text"] | {"required_if": condition})

    found = [problem for problem in check(document) if problem.path[-1] == "required_if"]

    assert [problem.severity for problem in found] == ["error"]


@pytest.mark.parametrize("kind", ["calculated", "contact"])
def test_what_nobody_answers_has_no_such_condition(kind: str) -> None:
    formula = {"formula": "width"} if kind == "calculated" else {}
    document = definition(group("width", "number"), group("asked", kind, required_if="width > 1", **formula))

    assert [p.code for p in check(document) if p.path[-1] == "required_if"] == ["unknown"]


def test_a_condition_may_look_at_what_is_asked_later_and_at_itself() -> None:
    document = definition(
        group("first", "boolean", required_if="second"),
        group("second", "boolean", required_if="OR(first; second)"),
    )

    assert [problem for problem in check(document) if problem.severity == "error"] == []


# --- What a page says --------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "required"), [("600", ["asked"]), ("400", [])])
def test_a_page_is_told_what_must_be_answered_now(width: str, required: list[str]) -> None:
    compiled = wide()
    answers, errors = preview_form(compiled, {"width": [width]})

    with override("nl"):
        assert changes_of(compiled, answers, errors, language="nl")["required"] == required


@pytest.mark.parametrize(("width", "required"), [("600", True), ("400", False)])
def test_the_mark_of_a_page_follows_its_answers(width: str, required: bool) -> None:
    compiled = wide()
    answers, _errors = preview_form(compiled, {"width": [width]})

    page = page_of(compiled, Filled(answers=answers), language="nl")

    _first, asked = page.steps[0].groups
    assert (asked.required, asked.required_if) == (required, True)


# --- What a maker sees -------------------------------------------------------------------------------


def test_another_condition_is_named_among_the_changes() -> None:
    before = definition(group("width", "number"), CHOSEN["text"])
    after = definition(group("width", "number"), CHOSEN["text"] | {"required_if": "width > 5"})

    with override("en"):
        assert [(change.kind, change.text) for change in changes(before, after)] == [
            ("rule", "Asked, must be answered if: – → width > 5")
        ]


def test_a_renamed_question_is_renamed_in_the_condition() -> None:
    document = definition(group("width", "number"), CHOSEN["text"] | {"required_if": "width > 5"})

    renamed = run(
        "return references.renameKey(model.whole(values[0]), ['steps', 0, 'groups', 0], 'breadth')", document
    )

    assert renamed["steps"][0]["groups"][1]["required_if"] == "breadth > 5"
