"""The published form of a definition, held against the check that decides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command

from configurators.definition import check
from configurators.definition.checking import has_errors
from configurators.definition.json_schema import json_schema
from configurators.drafts import STARTERS, starter
from leads.demo.businesses import SCREENS
from leads.demo.products import Product
from tests.configurators.definitions import group, veranda
from tests.configurators.repeats import house

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = jsonschema.Draft202012Validator(json_schema())
Place = tuple[Any, Any]


def whole_ones() -> dict[str, Any]:
    found = {name: starter(name, language="nl") for name in STARTERS}
    screens = Product("Screens", "awning", SCREENS).definition("nl")
    everything = veranda()
    everything["steps"][-1]["groups"].append(group("sketch", "file", accept=["image"], most=3, personal=True))
    items = house(group("day", "date", earliest=1, latest=30))
    return found | {
        "screens": screens,
        "a bit of everything": everything,
        "items": items,
        "images": _with_images(),
    }


def _with_images() -> dict[str, Any]:
    file = {"file": "0" * 64, "width": 1200, "height": 750}
    found = veranda()
    words = {"alt": {"nl": "Een dak", "en": "A roof"}, "decorative": False}
    found["steps"][1]["groups"][0]["options"][0]["image"] = file | words
    seen = [{"key": "back"} | file, {"key": "poly", "if": 'roof = "poly"'} | file]
    found["drawing"] = {"kind": "layers", "layers": seen} | words
    found["theme"] = {"accent": "#0f4d43", "text": "#1b211f", "background": "#f6f4ee", "logo": file | words}
    return found


def problems_of(definition: Any) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(definition)]


def test_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_published_schema_is_the_one_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("definition_schema")

    assert (ROOT / "docs" / "definition.schema.json").read_text() == capsys.readouterr().out


@pytest.mark.parametrize("name", whole_ones())
def test_a_whole_definition_fits(name: str) -> None:
    definition = whole_ones()[name]

    assert (has_errors(check(definition)), problems_of(definition)) == (False, [])


def places(value: Any) -> Iterator[Place]:
    """Every place in a document, as what holds it and its name there."""
    names = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for name in names:
        yield value, name
        yield from places(value[name])


def damaged(definition: Any, chance: Random) -> Any:
    """With something left out, something else in its place, or something that nobody knows."""
    found = deepcopy(definition)
    holder, name = chance.choice(list(places(found)))
    match chance.choice(("gone", "other", "unknown")):
        case "gone":
            del holder[name]
        case "other":
            holder[name] = chance.choice([None, True, 3, "", "x", "1.50", [], ["x"], {}, {"nl": "x"}])
        case "unknown" if isinstance(holder, dict):
            holder["unheard_of"] = 1
    return found


@pytest.mark.parametrize("name", ["a bit of everything", "screens", "window", "items", "images"])
def test_what_the_check_lets_through_fits(name: str) -> None:
    definition, chance = whole_ones()[name], Random(name)
    let_through = 0

    for _ in range(400):
        found = damaged(definition, chance)
        if not has_errors(check(found)):
            let_through += 1
            assert problems_of(found) == [], json.dumps(found)
    assert let_through > 20


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 1},
        {"price_display": "exact"},
        {"languages": []},
        {"currency": "BTC"},
        {"vat": {"rate": 21, "prices": "including"}},
        {"steps": []},
        {"steps": [{"key": "Main", "title": {"nl": "Stap"}}]},
        {"lines": [{"key": "extra", "label": {"nl": "Extra"}, "price": {"kind": "gift", "amount": "1"}}]},
        {"constraints": [{"key": "rule", "kind": "assertion", "reason": {"nl": "Nee"}, "that": "width > 1"}]},
        {"tables": [{"key": "sizes", "kind": "grid", "axes": []}]},
        {"theme": {"accent": "red", "text": "#000000", "background": "#ffffff"}},
        {"drawing": {"kind": "layers", "layers": [{"key": "back", "file": "x", "width": 1, "height": 1}]}},
        {"unheard_of": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_mistake_of_form_is_seen_by_both(change: dict[str, Any]) -> None:
    broken = veranda() | change

    assert (has_errors(check(broken)), bool(problems_of(broken))) == (True, True)
