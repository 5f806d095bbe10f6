"""A large configurator: thirty questions of eight options each, and sixty rules between them."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.configurators.definitions import definition, group, texts

Json = dict[str, Any]

QUESTIONS, OPTIONS = 30, 8
#: Of each kind of rule; sixty together.
CONSTRAINTS, SHOWN_IF, AVAILABLE_IF = 40, 10, 10


def large(seed: int = 1) -> Json:
    """Twenty-six choices, two multiple ones and two sizes, of which a price by area is made; 5 % off at the end."""
    chance = Random(seed)
    groups = [_choice(chance, number) for number in range(QUESTIONS - 2)]
    for number in (7, 19):
        groups[number] |= {"kind": "multi", "required": False, "max_choices": 3}
        groups[number].pop("default")
    for one in chance.sample(range(10, QUESTIONS - 2), SHOWN_IF):
        other = chance.randrange(one)
        groups[one]["visible_if"] = _is_not(groups[other], chance)
    for one in chance.sample(range(10, QUESTIONS - 2), AVAILABLE_IF):
        options = groups[one]["options"]
        chance.choice(options[1:])["available_if"] = f"width <= {chance.randrange(300, 600, 10)}"
    sizes = [
        group("width", "number", unit="cm", min="200", max="700", step="5", default="400", required=True),
        group("depth", "number", unit="cm", min="150", max="500", step="5", default="300", required=True),
    ]
    discount = {"kind": "percentage", "percent": "-5", "of": "subtotal"}
    return definition(
        *sizes,
        *groups,
        constraints=[_constraint(chance, number, groups) for number in range(CONSTRAINTS)],
        lines=[
            {"key": "base", "label": texts("Basis"), "price": {"kind": "fixed", "amount": "1250"}},
            {"key": "discount", "label": texts("Korting"), "price": discount},
        ],
    )


def _choice(chance: Random, number: int) -> Json:
    return group(
        f"q{number}", "single", required=chance.random() < 0.5, default="o0",
        options=[_option(chance, each) for each in range(OPTIONS)],
    )  # fmt: skip


def _option(chance: Random, number: int) -> Json:
    price: Json = {"kind": "fixed", "amount": f"{chance.randrange(0, 90000) / 100:.2f}"}
    if number and chance.random() < 0.15:
        price = {"kind": "formula", "formula": f"ROUND(width*depth/10000*{chance.randrange(5, 60)}; 2)"}
    elif number and chance.random() < 0.1:
        price = {"kind": "per_unit", "amount": f"{chance.randrange(1, 80) / 100:.2f}", "of": "width"}
    return {
        "key": f"o{number}",
        "label": texts(f"Optie {number}"),
        "price": price,
        "reason": texts("Past niet."),
    }


def _is_not(other: Json, chance: Random) -> str:
    option = f"o{chance.randrange(1, OPTIONS)}"
    return (
        f'NOT(HAS({other["key"]}; "{option}"))'
        if other["kind"] == "multi"
        else f'{other["key"]} <> "{option}"'
    )


def _constraint(chance: Random, number: int, groups: list[Json]) -> Json:
    """Never about the first option, so that there is always something to choose."""
    one, other = chance.sample(groups, 2)
    return {
        "key": f"rule{number}",
        "kind": "requires" if chance.random() < 0.3 else "excludes",
        "if": f"{one['key']}.o{chance.randrange(1, OPTIONS)}",
        "then": f"{other['key']}.o{chance.randrange(1, OPTIONS)}",
        "reason": texts(f"Regel {number}"),
    }
