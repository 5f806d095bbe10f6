"""Questions for files: what a definition says of them, and what an answer to one is."""

from typing import Any

import pytest
from django.utils.translation import override

from configurators.answers import Answers, InvalidAnswers, preview_json, read_form, read_json
from configurators.compiled import Compiled
from configurators.compiling import compile_definition
from configurators.definition import check
from configurators.evaluation import evaluate, quote_json
from configurators.playable import playable
from configurators.presentation import Filled, page_of
from tests.configurators.definitions import definition, group

RECEIPT, OTHER = "A" * 32, "B" * 32


def compiled(**more: Any) -> Compiled:
    return compile_definition(definition(group("sketch", "file", **more), group("gift", "boolean")))


def codes(**more: Any) -> list[tuple[str, str]]:
    found = check(definition(group("sketch", "file", **more)))
    return [(str(problem.path[-1]), problem.code) for problem in found if problem.severity == "error"]


def answered(**given: Any) -> Answers:
    return read_json(compiled(most=2), given)


def refused(given: Any, **more: Any) -> str:
    with pytest.raises(InvalidAnswers) as caught:
        read_json(compiled(**more), {"sketch": given})
    [error] = caught.value.errors["sketch"]
    return error.code


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, []),
        ({"accept": None, "most": None, "personal": True}, []),
        ({"accept": ["pdf", "image"], "most": 5}, []),
        ({"accept": []}, [("accept", "not_allowed")]),
        ({"accept": ["exe"]}, [("accept", "not_allowed")]),
        ({"accept": ["pdf", "pdf"]}, [("accept", "not_allowed")]),
        ({"accept": "pdf"}, [("accept", "wrong_type")]),
        ({"accept": [["pdf"]]}, [("accept", "wrong_type")]),
        ({"most": 0}, [("most", "out_of_bounds")]),
        ({"most": 6}, [("most", "out_of_bounds")]),
        ({"personal": False}, [("personal", "not_allowed")]),
        ({"price": {"kind": "fixed", "amount": "1"}}, [("price", "unknown")]),
        ({"default": []}, [("default", "unknown")]),
    ],
)
def test_what_a_definition_may_say(more: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert codes(**more) == found


@pytest.mark.parametrize("formula", ["sketch", "COUNT(sketch) > 0", 'sketch = "x"'])
def test_nothing_can_be_made_to_depend_on_a_file(formula: str) -> None:
    found = check(definition(group("sketch", "file"), group("gift", "boolean", visible_if=formula)))

    assert [problem.code for problem in found if problem.severity == "error"] == ["unusable_group"]


def test_left_out_it_takes_one_file_of_any_kind() -> None:
    [sketch] = compiled().file_groups

    assert (sketch.accept, sketch.most_files, sketch.personal) == (("image", "pdf"), 1, True)


def test_a_version_is_the_same_after_it_was_stored() -> None:
    made = compiled(accept=["pdf"], most=3)

    again = Compiled.from_json(made.to_json())

    assert (again.sha256, again.file_groups[0].accept) == (made.sha256, ("pdf",))


def test_receipts_are_an_answer_that_no_quote_keeps() -> None:
    found = answered(sketch=[RECEIPT, OTHER], gift=True)

    quote = quote_json(evaluate(compiled(most=2), found), language="en")
    assert found.files == {"sketch": (RECEIPT, OTHER)}
    assert (found.to_json(), RECEIPT in str(quote)) == ({"gift": True}, False)


@pytest.mark.parametrize("given", [None, []])
def test_no_file_is_no_answer(given: Any) -> None:
    assert answered(sketch=given).files == {}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (RECEIPT, "wrong_type"),
        ({"a": RECEIPT}, "wrong_type"),
        ([1], "wrong_type"),
        ([""], "not_a_file"),
        (["../../etc"], "not_a_file"),
        (["A" * 65], "not_a_file"),
        ([RECEIPT, RECEIPT], "duplicate"),
        ([RECEIPT, OTHER], "too_many"),
    ],
)
def test_what_is_no_answer(given: Any, code: str) -> None:
    assert refused(given) == code


def test_a_required_one_must_be_there() -> None:
    assert (refused([], required=True), refused(None, required=True)) == ("required", "required")


def test_a_form_sends_a_receipt_for_each_tick() -> None:
    assert read_form(compiled(most=2), {"sketch": ["", RECEIPT, OTHER]}).files == {"sketch": (RECEIPT, OTHER)}


def test_a_hidden_one_is_not_answered() -> None:
    hidden = compiled(visible_if="gift", required=True)

    assert read_json(hidden, {"sketch": [RECEIPT]}).files == {}


def test_what_cannot_be_used_is_left_out_of_a_preview() -> None:
    found, errors = preview_json(compiled(), {"sketch": [RECEIPT, OTHER]})

    assert (found.files, list(errors)) == ({}, ["sketch"])


def test_a_browser_reckons_without_it() -> None:
    [sketch] = [each for step in playable(compiled(), "en")["steps"] for each in step["groups"]][:1]

    assert (sketch["kind"], "accept" in sketch) == ("file", False)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "A photo or drawing (JPEG, PNG or WebP) or a PDF, of at most 5 MB."),
        ({"accept": ["pdf"], "most": 3}, "A PDF; at most 3 files, of at most 5 MB each."),
    ],
)
def test_a_page_says_what_may_be_chosen(more: dict[str, Any], said: str) -> None:
    with override("en"):
        page = page_of(compiled(**more), Filled(answers=Answers({"gift": False})), language="en")

    assert page.takes_files
    assert page.steps[0].groups[0].limits == [said]
