"""Random compiled versions, every feature in each, and answers to them."""

from __future__ import annotations

from copy import copy
from random import Random
from typing import Any

from tests.configurators.random_trees import NUMBERS, OPTIONS, SETS, SINGLES, YES_OR_NO, RandomTrees, Tree

Json = dict[str, Any]

KINDS = (
    dict.fromkeys(NUMBERS, "number")
    | dict.fromkeys(YES_OR_NO, "boolean")
    | dict.fromkeys(SINGLES, "single")
    | dict.fromkeys(SETS, "multi")
)
#: The number that some versions calculate and do not ask.
CALCULATED = NUMBERS[-1]
#: A question that nothing depends on, and that no price comes to know.
FILE: Json = {
    "key": "sketch", "kind": "file", "label": {"en": "sketch"}, "help": {}, "required": False, "visible_if": None,
    "accept": ["image", "pdf"], "most": 2, "personal": True,
}  # fmt: skip
OTHER_DISPLAYS: tuple[Json, ...] = (
    {"kind": "none"},
    {"kind": "after"},
    {"kind": "range", "step": "250"},
    {"kind": "from", "step": "0.5"},
)
#: Names that every object in JavaScript has already.
LINES = ("base", "constructor", "discount", "extra")


class RandomVersion:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        #: For what was thought of later: a version of some seed stays what it was in everything else.
        self.later = Random(str(chance.getstate()))
        self.trees = RandomTrees(chance)
        self.later_trees = copy(self.trees)
        self.later_trees.chance = self.later
        self.priced: list[str] = []
        self.asked: list[str] = list(KINDS)

    def document(self) -> Json:
        chance = self.chance
        currency, minor_units = chance.choice((("EUR", 2), ("EUR", 2), ("CHF", 2), ("JPY", 0)))
        calculates = chance.random() < 0.4
        order = list(KINDS)
        chance.shuffle(order)
        groups = [
            self._calculated() if calculates and key == CALCULATED else self._group(key) for key in order
        ]
        self.asked = [group["key"] for group in groups if group["kind"] != "calculated"]
        conditional = [
            group["key"] for group in groups if group["visible_if"] or group["kind"] == "calculated"
        ]
        chance.shuffle(conditional)
        return {
            "engine": 1, "schema": 2, "definition_sha256": "0" * 64, "languages": ["en", "nl", "fr"], "language": "en",
            "title": {}, "intro": {}, "currency": currency, "minor_units": minor_units,
            "vat": {"rate": chance.choice(("0", "5.5", "9", "21")), "prices": chance.choice(("including", "excluding"))},
            "price_display": self._display(chance.choice(("exact", "exact", "exact", "none"))), "drawing": self._drawing(), "tables": self.trees.tables,
            "steps": [{"key": "one", "title": {}, "groups": groups[:4]}, {"key": "two", "title": {}, "groups": [*groups[4:], FILE]}],
            "order": conditional,
            "constraints": [self._constraint(number) for number in range(chance.randrange(5))],
            "lines": [self._line(key) for key in LINES[: chance.randrange(5)]],
        }  # fmt: skip

    def _display(self, kind: str) -> Json:
        return {"kind": kind} if kind == "exact" else self.later.choice(OTHER_DISPLAYS)

    def answers(self) -> dict[str, Any]:
        """Of the groups that were answered at all."""
        given = {key: answer for key, answer in self.trees.answers().items() if answer is not None}
        return {
            key: answer for key, answer in given.items() if key in self.asked and self.chance.random() < 0.9
        }

    def _drawing(self) -> Json | None:
        if self.chance.random() < 0.5:
            return None
        file = {"file": "0" * 64, "width": 1200, "height": 750}
        layers = [{"key": key, "if": self._condition(0.8)} | file for key in ("back", "constructor", "front")]
        return {"layers": layers, "alt": {}}

    def _group(self, key: str) -> Json:
        found: Json = {
            "key": key, "kind": KINDS[key], "label": {"en": key}, "help": {}, "required": False,
            "required_if": self.later_trees.truth(2) if self.later.random() < 0.2 else None, "visible_if": self._condition(0.3), "price": None,
        }  # fmt: skip
        if KINDS[key] in ("number", "boolean"):
            found["price"] = self._price(key)
        else:
            found["options"] = [self._option(key, option) for option in OPTIONS]
        return found | getattr(self, f"_{KINDS[key]}")()

    def _calculated(self) -> Json:
        """It may read itself as well, as no definition can: then it counts as nothing yet."""
        return {
            "key": CALCULATED, "kind": "calculated", "label": {"en": CALCULATED}, "help": {}, "required": False,
            "visible_if": self._condition(0.3), "unit": {"en": "m2"}, "formula": self._formula(),
            "decimals": self.chance.choice((0, 2, 6)),
        }  # fmt: skip

    def _number(self) -> Json:
        chance = self.chance
        limits = {
            "min": chance.choice((None, "0", "-5", "0.5")),
            "max": chance.choice((None, "100", "1000000")),
        }
        step = chance.choice((None, None, "0.5", "5"))
        return limits | {
            "step": step,
            "default": chance.choice((None, "20")),
            "unit": {"en": "pcs", "nl": "stuks"},
        }

    def _boolean(self) -> Json:
        return {"default": self.chance.random() < 0.5, "required": self.chance.random() < 0.1}

    def _single(self) -> Json:
        return {"default": self.chance.choice((None, *OPTIONS)), "required": self.chance.random() < 0.5}

    def _multi(self) -> Json:
        chance = self.chance
        least, most = chance.choice((None, 1, 2)), chance.choice((None, 2))
        return {"default": sorted(chance.sample(OPTIONS, 1)), "min_choices": least, "max_choices": most}

    def typed(self) -> Json:
        """What a page sends of its fields, as people fill them in."""
        asked = {key: kind for key, kind in KINDS.items() if key in self.asked}
        return {key: self._typed(kind) for key, kind in asked.items() if self.chance.random() < 0.9}

    def _typed(self, kind: str) -> Any:
        chance = self.chance
        if kind == "number":
            return chance.choice(
                ("", " 20 ", "12,5", "7.", "+3", "-1", "007", "1e5", "x", "1.000,5", "0.25", "5000")
            )
        if kind == "boolean":
            return chance.random() < 0.5
        if kind == "single":
            return chance.choice((*OPTIONS, *OPTIONS, "zinc", ""))
        return chance.choice((chance.sample(OPTIONS, chance.randrange(4)), ["a", "a"], ["zinc"]))

    def _option(self, group: str, key: str) -> Json:
        name = f"{group}.{key}"
        return {
            "key": key, "label": {"en": name}, "help": {}, "image": None, "price": self._price(name),
            "available_if": self._condition(0.2), "reason": {"en": f"because of {name}"},
        }  # fmt: skip

    def _condition(self, often: float) -> Tree | None:
        return self.trees.truth(2) if self.chance.random() < often else None

    def _price(self, line: str, *, required: bool = False) -> Json | None:
        shape = self.chance.randrange(2 if required else 0, 12)
        if shape < 2:
            return None
        price = self._priced(shape, line)
        self.priced.append(line)
        return price

    def _priced(self, shape: int, line: str) -> Json:
        chance = self.chance
        amount = chance.choice(("0", "12.5", "-3", "99.995", "1250", "0.005"))
        if shape < 6:
            return {"kind": "fixed", "amount": amount}
        if shape < 8:
            return {"kind": "per_unit", "amount": amount, "of": chance.choice(NUMBERS)}
        if shape == 8 and self.priced:
            of: Any = chance.sample(self.priced, min(2, len(self.priced)))
            return {
                "kind": "percentage",
                "percent": amount,
                "of": of if chance.random() < 0.5 else "subtotal",
            }
        if shape == 9 and self.priced and line in LINES:
            limit = chance.choice(("0.005", "99.995", "1250"))
            of = chance.choice(("subtotal", chance.sample(self.priced, 1)))
            return {"kind": chance.choice(("minimum", "maximum")), "amount": limit, "of": of}
        return {"kind": "formula", "formula": self._formula()}

    def _formula(self) -> Tree:
        """Mostly one that seldom fails: else hardly any version would have a price."""
        if self.chance.random() < 0.1:
            return self.trees.number(2)
        factor = ["num", self.chance.choice(("0.5", "3", "0.015"))]
        return ["max", ["mul", ["number", self.chance.choice(NUMBERS)], factor], ["num", "0"]]

    def _constraint(self, number: int) -> Json:
        kind = self.chance.choice(
            ("requires", "excludes", "requires", "excludes", "combinations", "assertion")
        )
        every = {"key": f"rule{number}", "kind": kind, "reason": {"en": f"because of rule {number}"}}
        if kind == "assertion":
            return every | {"that": self._assertion(), "severity": self.chance.choice(("error", "warning"))}
        if kind == "combinations":
            pairs = [[one, two] for one in OPTIONS for two in OPTIONS if self.chance.random() < 0.6]
            return every | {"of": self.chance.sample(SINGLES, 2), "pairs": pairs}
        return every | {"if": self._reference(), "then": self._reference()}

    def _assertion(self) -> Tree:
        """Seldom one that fails: an error blocks the price."""
        if self.chance.random() < 0.2:
            return self.trees.truth(2)
        return ["lt", ["number", self.chance.choice(NUMBERS)], ["num", self.chance.choice(("3", "50"))]]

    def _reference(self) -> list[str | None]:
        group = self.chance.choice(self.asked)
        has_options = KINDS[group] in ("single", "multi")
        return [group, self.chance.choice(OPTIONS) if has_options and self.chance.random() < 0.7 else None]

    def _line(self, key: str) -> Json:
        price = self._price(key, required=True)
        return {"key": key, "label": {"en": key}, "if": self._condition(0.3), "price": price}
