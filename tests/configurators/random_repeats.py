"""Random definitions that ask the same of each of some items, and what a page sends of them."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.configurators.definitions import definition, group, option, texts

Json = dict[str, Any]

_OVER_ITEMS = (
    "SUM(rooms; length*2)", "MIN(rooms; length)", "MAX(rooms; area - 3)", "COUNT(rooms; warm)", "rooms*7",
    'COUNT(rooms; floor = "b")', 'SUM(rooms; IF(HAS(extras; "a"); count + 1; area))', "COUNT(rooms)",
    "SUM(rooms; length / count)",
)  # fmt: skip
_CONDITIONS = ("length > 5", "warm", 'floor = "b"', "rooms > 1", "SUM(rooms; count) > 4", "NOT(lift)")


class RandomRepeat:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.most = chance.randint(1, 4)

    def definition(self) -> Json:
        chance = self.chance
        rooms = group(
            "rooms", "repeat", item_label=texts("Kamer", "Room"), max=self.most,
            min=chance.choice((None, 0, 1)), groups=self._asked(),
        )  # fmt: skip
        asked_once = [
            group("lift", "boolean", price=self._price()),
            self._calculated("total"),
            group("day", "date", visible_if=chance.choice((None, "rooms > 1", "lift"))),
        ]
        groups = [rooms, *asked_once] if chance.random() < 0.7 else [*asked_once, rooms]
        including = chance.choice(("including", "excluding"))
        return definition(
            *groups, vat={"rate": "21", "prices": including}, lines=self._lines(), constraints=self._rules()
        )

    def typed(self) -> Json:
        """What a page sends of its fields: those of items that are not there as well."""
        chance = self.chance
        found: Json = {
            "rooms": chance.choice(("", "0", "1", "2", "3", "4", "9", "x")),
            "lift": chance.random() < 0.5,
        }
        for number in range(1, self.most + 1):
            item = {
                "length": chance.choice(("", "3", "12,5", "-1")), "count": chance.choice(("0", "2", "7", "")),
                "warm": chance.random() < 0.5, "floor": chance.choice(("a", "b", "")),
                "extras": chance.sample(("a", "b"), chance.randrange(3)),
            }  # fmt: skip
            found |= {f"rooms_{number}_{key}": answer for key, answer in item.items()}
        return found

    def _asked(self) -> list[Json]:
        chance = self.chance
        found = [
            group("length", "number", min=chance.choice((None, "1")), max="40", default=chance.choice((None, "4")), price=self._price("length")),
            group("count", "quantity", max="9", price=self._price("length")),
            group("area", "calculated", formula=chance.choice(("length*2.5", "length*count"))),
            group("warm", "boolean", default=chance.random() < 0.5, price=self._price("length")),
            group("floor", "single", required=chance.random() < 0.5, default=chance.choice((None, "a")), options=self._options()),
            group("extras", "multi", options=self._options()),
        ]  # fmt: skip
        for asked in (found[3], found[5]):
            if chance.random() < 0.4:
                asked["visible_if"] = chance.choice(("length > 3", 'floor = "a"', "rooms > 1", "lift"))
        return found

    def _options(self) -> list[Json]:
        guard = {"available_if": "length < 10", "reason": texts("Te lang", "Too long")}
        return [
            option("a", price=self._price("length")),
            option("b", price=self._price("length"), **(guard if self.chance.random() < 0.3 else {})),
        ]

    def _price(self, number: str = "rooms") -> Json | None:
        chance = self.chance
        amount = chance.choice(("12.5", "-3", "0", "99.995"))
        formula = {"kind": "formula", "formula": chance.choice(_OVER_ITEMS)}
        within = {"kind": "formula", "formula": "ROUND(area*3; 2)"} if number == "length" else formula
        return chance.choice(
            (
                None, {"kind": "fixed", "amount": amount}, {"kind": "per_unit", "amount": amount, "of": number},
                formula, within,
            )
        )  # fmt: skip

    def _calculated(self, key: str) -> Json:
        return group(key, "calculated", formula=self.chance.choice(_OVER_ITEMS))

    def _lines(self) -> list[Json]:
        line = {"key": "base", "label": texts("Basis", "Base"), "price": {"kind": "fixed", "amount": "100"}}
        part = {
            "key": "part",
            "label": texts("Deel", "Part"),
            "price": {"kind": "percentage", "percent": "-7.5", "of": "subtotal"},
        }
        return self.chance.sample([line, part], self.chance.randrange(3))

    def _rules(self) -> list[Json]:
        chance, reason = self.chance, texts("Dat gaat niet", "That will not do")
        sides = ["floor.b", "extras.a", "warm"]
        one, other = chance.sample(sides, 2)
        rules = [
            {"key": "one", "kind": "assertion", "that": chance.choice(_CONDITIONS), "severity": chance.choice(("error", "warning")), "reason": reason},
            {"key": "two", "kind": chance.choice(("excludes", "requires")), "if": one, "then": other, "reason": reason},
            {"key": "three", "kind": "requires", "if": one, "then": "lift", "reason": reason},
        ]  # fmt: skip
        return chance.sample(rules, chance.randrange(4))
