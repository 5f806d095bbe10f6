"""Random formulas as stored trees, with answers, drawn to where interpreters would part: ties, limits, absence."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from configurators.decimals import canonical
from configurators.formula.tables import MATCHES, MODES

Tree = list[Any]

NUMBERS, YES_OR_NO = ("n1", "n2", "n3"), ("y1", "y2")
SINGLES, SETS, OPTIONS = ("s1", "s2"), ("m1", "m2"), ("a", "b", "c")
_BINARY = ("add", "sub", "mul", "div", "mround", "ceil", "floor")
_MANY = ("min", "max", "sum")
_ORDER = ("eq", "lt", "le", "gt", "ge")


class RandomTrees:
    """What comes of one chance: tables as they are stored, formulas over them, and answers."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.tables = self._tables()

    def case(self) -> tuple[Tree, dict[str, Any]]:
        build = self.number if self.chance.random() < 0.8 else self.truth
        return build(self.chance.randint(1, 4)), self.answers()

    # --- Answers ----------------------------------------------------------------------------------

    def answers(self) -> dict[str, Any]:
        chance = self.chance
        found: dict[str, Any] = {}
        found |= {key: self._or_nothing(lambda: Decimal(self.written_number())) for key in NUMBERS}
        found |= {key: self._or_nothing(lambda: chance.random() < 0.5) for key in YES_OR_NO}
        found |= {key: self._or_nothing(lambda: chance.choice(OPTIONS)) for key in SINGLES}
        found |= {key: frozenset(chance.sample(OPTIONS, chance.randrange(4))) for key in SETS}
        return found

    def _or_nothing(self, answer: Callable[[], Any]) -> Any:
        return None if self.chance.random() < 0.15 else answer()

    # --- Tables -----------------------------------------------------------------------------------

    def _tables(self) -> dict[str, Any]:
        """Of each way of matching one with one axis and one with two, and of each mode one."""
        found: dict[str, Any] = {}
        for match in MATCHES:
            found[f"list_{match}"] = self._grid([match])
            found[f"grid_{match}"] = self._grid([match, self.chance.choice(MATCHES)])
        return found | {f"tiers_{mode}": self._tiers(mode) for mode in MODES}

    def _tiers(self, mode: str) -> dict[str, Any]:
        starts = ["0", *self._rising("1", "10", "250", "1000.5")]
        if mode != "graduated" and self.chance.random() < 0.5:
            starts = starts[1:]
        return {"mode": mode, "starts": starts, "amounts": [self.written_number() for _ in starts]}

    def _grid(self, matches: list[str]) -> dict[str, Any]:
        axes = [{"match": match, "values": self._places(match)} for match in matches]
        return {"axes": axes, "cells": self._cells([len(axis["values"]) for axis in axes])}

    def _places(self, match: str) -> list[str]:
        if match == "option":
            return self.chance.sample(OPTIONS, self.chance.randint(1, 3))
        return self._rising(*(self.written_number() for _ in range(self.chance.randint(1, 8))))

    def _rising(self, *texts: str) -> list[str]:
        return [canonical(number) for number in sorted(set(map(Decimal, texts)))]

    def _cells(self, sizes: list[int]) -> list[Any]:
        if len(sizes) > 1:
            return [self._cells(sizes[1:]) for _ in range(sizes[0])]
        return [None if self.chance.random() < 0.1 else self.written_number() for _ in range(sizes[0])]

    # --- Formulas ---------------------------------------------------------------------------------

    def number(self, depth: int) -> Tree:
        chance, inner = self.chance, depth - 1
        if depth <= 0 or chance.random() < 0.1:
            return self._leaf()
        shape = chance.randrange(11)
        if shape < 4:
            return [chance.choice(_BINARY), self.number(inner), self.number(inner)]
        if shape == 4:
            return [chance.choice(("neg", "abs")), self.number(inner)]
        if shape == 5:
            return [chance.choice(("round", "roundup", "rounddown")), self.number(inner), self._whole(0.3, 8)]
        if shape == 6:
            return ["pow", self.number(inner), self._whole(0.2, 9)]
        if shape == 7:
            return [chance.choice(_MANY), *(self.number(inner) for _ in range(chance.randint(1, 4)))]
        return self._looked_up(inner) if shape == 8 else self._branches(inner)

    def _whole(self, below_zero: float, most: int) -> Tree:
        """A number of places or a power; now and then something that is none."""
        number = ["num", str(self.chance.randrange(most))] if self.chance.random() < 0.8 else self.number(1)
        return ["neg", number] if self.chance.random() < below_zero else number

    def _looked_up(self, depth: int) -> Tree:
        name = self.chance.choice(list(self.tables))
        if name.startswith("tiers"):
            return ["tier", name, self.number(depth)]
        places = [
            ["choice", self.chance.choice(SINGLES)] if axis["match"] == "option" else self.number(depth)
            for axis in self.tables[name]["axes"]
        ]
        return ["lookup" if len(places) == 1 else "lookup2", name, *places]

    def _branches(self, depth: int) -> Tree:
        shape = self.chance.randrange(3)
        if shape == 0:
            return ["if", self.truth(depth), self.number(depth), self.number(depth)]
        if shape == 1:
            cases = self._pairs(lambda: self.chance.choice(OPTIONS), depth)
            return ["pick", self.chance.choice(SINGLES), *cases, self.number(depth)]
        subject = self.number if self.chance.random() < 0.7 else self.truth
        cases = self._pairs(lambda: subject(min(depth, 1)), depth)
        return ["switch", subject(min(depth, 1)), *cases, self.number(depth)]

    def _pairs(self, case: Callable[[], Any], depth: int) -> Tree:
        pairs = [[case(), self.number(depth)] for _ in range(self.chance.randint(1, 3))]
        return [part for pair in pairs for part in pair]

    def truth(self, depth: int) -> Tree:
        chance, inner = self.chance, depth - 1
        if depth <= 0 or chance.random() < 0.3:
            return self._question()
        shape = chance.randrange(5)
        if shape == 0:
            return ["not", self.truth(inner)]
        if shape == 1:
            return ["same", self.truth(inner), self.truth(inner)]
        if shape < 4:
            return [chance.choice(_ORDER), self.number(inner), self.number(inner)]
        return [chance.choice(("and", "or")), *(self.truth(inner) for _ in range(chance.randint(1, 3)))]

    def _question(self) -> Tree:
        chance = self.chance
        group, option = chance.choice(SINGLES + SETS), chance.choice(OPTIONS)
        return chance.choice(
            [
                ["yes", chance.choice(YES_OR_NO)],
                ["true"],
                ["false"],
                ["is", chance.choice(SINGLES), option],
                ["alike", *chance.choices(SINGLES, k=2)],
                ["has", group, option],
                ["answered", chance.choice(SINGLES + SETS + NUMBERS + YES_OR_NO)],
            ]
        )

    def _leaf(self) -> Tree:
        shape = self.chance.randrange(10)
        if shape < 5:
            return ["number", self.chance.choice(NUMBERS)]
        if shape == 5:
            return ["count", *self.chance.choices(SINGLES + SETS, k=self.chance.randint(1, 2))]
        return ["num", self.written_number().lstrip("-")]

    def written_number(self) -> str:
        """Of few digits, at a tie, near a limit, or of as many digits as may be written."""
        chance = self.chance
        shape = chance.randrange(8)
        if shape < 3:
            return canonical(Decimal(chance.randrange(-20, 2000)))
        if shape == 3:
            return canonical(Decimal(chance.randrange(-9, 10)).scaleb(-1) + Decimal("0.05"))
        if shape == 4:
            return canonical(Decimal(chance.randrange(1000)).scaleb(-2) + Decimal("0.0005"))
        if shape == 5:
            return canonical(Decimal(chance.randrange(10**12)))
        if shape == 6:
            return canonical(Decimal(chance.randrange(-(10**18), 10**18)).scaleb(-6))
        return chance.choice(("0", "1", "0.000001", "999999999999.999999", "100", "0.5"))
