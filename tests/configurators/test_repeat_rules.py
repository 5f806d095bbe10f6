"""Rules about what items ask: they hold in each of them, and never between items of two kinds."""

from typing import Any

import pytest

from tests.configurators.definitions import definition, group, option, texts
from tests.configurators.repeats import answers, house, window, windows
from tests.configurators.test_repeats import TWO, errors, reckoned

Json = dict[str, Any]


def rule(kind: str, **more: Any) -> Json:
    return {"key": "rule", "kind": kind, "reason": texts("Dat gaat niet", "That will not do"), **more}


def violated(document: Json, given: Json) -> list[str]:
    return [violation.group for violation in reckoned(document, given).violations]


def test_a_condition_holds_in_each_item_that_is_there() -> None:
    document = house(constraints=[rule("assertion", that="width >= height", severity="error")])

    assert violated(document, answers(2, window(), window("100", "120"))) == ["windows_2_height"]


def test_a_condition_may_go_over_all_items() -> None:
    document = house(constraints=[rule("assertion", that="SUM(windows; area) < 4", severity="error")])

    assert violated(document, TWO) == ["windows_2_area"]


def test_choices_of_the_same_item_exclude_each_other() -> None:
    document = house(constraints=[rule("excludes", **{"if": "glass.triple", "then": "grid"})])

    assert violated(document, TWO) == ["windows_1_grid"]
    assert violated(document, answers(2, window(glass="triple"), window())) == []


def test_a_choice_of_an_item_may_require_what_is_asked_once() -> None:
    document = house(
        group("crane", "boolean"), constraints=[rule("requires", **{"if": "glass.triple", "then": "crane"})]
    )

    assert violated(document, TWO) == ["crane"]
    assert violated(document, TWO | {"crane": True}) == []


def test_options_of_an_item_go_together_in_pairs() -> None:
    frame = group("frame", "single", options=[option("wood"), option("steel")])
    pairs = rule("combinations", of=["glass", "frame"], pairs=[["double", "wood"], ["triple", "steel"]])
    document = definition(windows(frame), constraints=[pairs])

    assert violated(document, answers(2, window(frame="wood"), window(frame="steel"))) == ["windows_2_frame"]


def doors() -> Json:
    asked = [group("lock", "boolean")]
    return group("doors", "repeat", item_label=texts("Deur", "Door"), max=2, groups=asked)


@pytest.mark.parametrize(
    ("constraint", "place", "code"),
    [
        (rule("excludes", **{"if": "grid", "then": "lock"}), "then", "other_items"),
        (rule("requires", **{"if": "crane", "then": "grid"}), "then", "each_item_required"),
        (rule("assertion", that="AND(grid; lock)", severity="error"), "that", "other_items"),
    ],
)
def test_items_of_two_kinds_have_nothing_to_do_with_each_other(
    constraint: Json, place: str, code: str
) -> None:
    document = house(doors(), group("crane", "boolean"), constraints=[constraint])

    assert errors(document) == [(("constraints", 0, place), code)]


def test_a_condition_about_what_an_item_does_not_ask_is_passed_over() -> None:
    bars = group("bars", "number", visible_if='glass = "triple"', min="0", max="9", required=True)
    of_items = [rule("assertion", that="bars >= 2", severity="error")]
    document = definition(windows(bars), constraints=of_items)

    assert violated(document, answers(1, window())) == []
    assert violated(document, answers(1, window(glass="triple", bars="1"))) == ["windows_1_bars"]
