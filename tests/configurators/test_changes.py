"""What a draft changes of the version that is live, in words."""

from typing import Any

import pytest
from django.utils.translation import override

from configurators.changes import by_kind, changes
from tests.configurators.definitions import definition, group, option, texts

Json = dict[str, Any]


def roof(glass: str = "250", **more: Any) -> Json:
    return group("roof", "single", options=[option("poly", "0"), option("glass", glass)], **more)


def told(before: Json, after: Json) -> list[tuple[str, str]]:
    with override("en"):
        return [(change.kind, change.text) for change in changes(before, after)]


def test_nothing_changes_where_nothing_was_changed() -> None:
    assert told(definition(roof()), definition(roof())) == []


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (definition(roof("275")), ("price", "Roof › Glass: €250.00 → €275.00")),
        (definition(roof(), group("lamp", "boolean")), ("part", "new: Lamp")),
        (definition(), ("part", "gone: Roof")),
        (definition(roof(required=True)), ("limit", "Roof, must be answered: – → yes")),
        (definition(roof(visible_if="TRUE")), ("rule", "Roof, asked if: – → TRUE")),
        (definition(roof(help=texts("Kies", "Choose"))), ("text", "Roof (en): – → Choose")),
        (definition(roof(), currency="CHF"), ("other", "currency: EUR → CHF")),
        (
            definition(roof(), vat={"rate": "9", "prices": "including"}),
            ("other", "VAT: 21, prices including VAT → 9, prices including VAT"),
        ),
    ],
)
def test_each_kind_of_change_is_told_by_name(after: Json, change: tuple[str, str]) -> None:
    assert change in told(definition(roof()), after)


def test_a_rule_that_came_is_told_by_its_reason() -> None:
    rule = {
        "key": "r",
        "kind": "excludes",
        "if": "roof.poly",
        "then": "roof.glass",
        "reason": texts("Nee", "No"),
    }

    assert told(definition(roof()), definition(roof(), constraints=[rule])) == [("rule", "new: No")]


def test_questions_in_another_order_are_one_change() -> None:
    lamp = group("lamp", "boolean")

    assert told(definition(roof(), lamp), definition(lamp, roof())) == [
        ("part", "the order of the questions")
    ]


def test_a_question_that_moves_to_another_step_is_not_new() -> None:
    before, after = definition(roof()), definition()
    after["steps"].append({"key": "second", "title": texts("Twee", "Two"), "groups": [roof("275")]})

    assert told(before, after) == [("part", "new: Two"), ("price", "Roof › Glass: €250.00 → €275.00")]


def test_changes_stand_under_their_kind() -> None:
    found = changes(definition(roof()), definition(roof("275"), currency="CHF"))

    with override("en"):
        assert [(words, len(sentences)) for words, sentences in by_kind(found)] == [
            ("Prices", 1),
            ("Other", 1),
        ]


@pytest.mark.parametrize(
    ("display", "words"),
    [
        ({"kind": "range", "step": "250"}, "between multiples of €250"),
        ({"kind": "from", "step": "0.50"}, "from a multiple of €0.50"),
        ({"kind": "after"}, "after sending"),
        ({"kind": "none"}, "not at all"),
    ],
)
def test_another_way_of_showing_prices_is_told(display: dict[str, str], words: str) -> None:
    with override("en"):
        found = changes(definition(), definition() | {"price_display": display})

    assert [change.text for change in found] == [f"how prices are shown: to the cent → {words}"]
