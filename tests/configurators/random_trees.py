"""Random formulas as stored trees, with answers, drawn to where interpreters would part: ties, limits, absence."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

Tree = list[Any]

NUMBERS, YES_OR_NO = ("n1", "n2", "n3"), ("y1", "y2")
SINGLES, SETS, OPTIONS = ("s1", "s2"), ("m1", "m2"), ("a", "b", "c")
_BINARY = ("add", "sub", "mul", "div", "mround", "ceil", "floor")
_MANY = ("min", "max", "sum")
_ORDER = ("eq", "lt", "le", "gt", "ge")


def answers(chance: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    found |= {key: _or_nothing(chance, lambda: Decimal(_number(chance))) for key in NUMBERS}
    found |= {key: _or_nothing(chance, lambda: chance.random() < 0.5) for key in YES_OR_NO}
    found |= {key: _or_nothing(chance, lambda: chance.choice(OPTIONS)) for key in SINGLES}
    found |= {key: frozenset(chance.sample(OPTIONS, chance.randrange(4))) for key in SETS}
    return found


def _or_nothing(chance: Random, answer: Callable[[], Any]) -> Any:
    return None if chance.random() < 0.15 else answer()


def number(chance: Random, depth: int) -> Tree:
    if depth <= 0 or chance.random() < 0.1:
        return _leaf(chance)
    inner = depth - 1
    shape = chance.randrange(10)
    if shape < 4:
        return [chance.choice(_BINARY), number(chance, inner), number(chance, inner)]
    if shape == 4:
        return [chance.choice(("neg", "abs")), number(chance, inner)]
    if shape == 5:
        places = ["num", str(chance.randrange(8))] if chance.random() < 0.8 else number(chance, 1)
        signed = ["neg", places] if chance.random() < 0.3 else places
        return [chance.choice(("round", "roundup", "rounddown")), number(chance, inner), signed]
    if shape == 6:
        exponent = ["num", str(chance.randrange(9))] if chance.random() < 0.8 else number(chance, 1)
        return ["pow", number(chance, inner), exponent if chance.random() < 0.8 else ["neg", exponent]]
    if shape == 7:
        return [chance.choice(_MANY), *(number(chance, inner) for _ in range(chance.randint(1, 4)))]
    return _branches(chance, inner)


def _branches(chance: Random, depth: int) -> Tree:
    shape = chance.randrange(3)
    if shape == 0:
        return ["if", truth(chance, depth), number(chance, depth), number(chance, depth)]
    cases: Tree = []
    if shape == 1:
        for _ in range(chance.randint(1, 3)):
            cases += [chance.choice(OPTIONS), number(chance, depth)]
        return ["pick", chance.choice(SINGLES), *cases, number(chance, depth)]
    subject = number if chance.random() < 0.7 else truth
    for _ in range(chance.randint(1, 3)):
        cases += [subject(chance, min(depth, 1)), number(chance, depth)]
    return ["switch", subject(chance, min(depth, 1)), *cases, number(chance, depth)]


def truth(chance: Random, depth: int) -> Tree:
    if depth <= 0 or chance.random() < 0.3:
        return _question(chance)
    inner = depth - 1
    shape = chance.randrange(5)
    if shape == 0:
        return ["not", truth(chance, inner)]
    if shape == 1:
        return ["same", truth(chance, inner), truth(chance, inner)]
    if shape < 4:
        return [chance.choice(_ORDER), number(chance, inner), number(chance, inner)]
    return [chance.choice(("and", "or")), *(truth(chance, inner) for _ in range(chance.randint(1, 3)))]


def _question(chance: Random) -> Tree:
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


def _leaf(chance: Random) -> Tree:
    shape = chance.randrange(10)
    if shape < 5:
        return ["number", chance.choice(NUMBERS)]
    if shape == 5:
        return ["count", *chance.choices(SINGLES + SETS, k=chance.randint(1, 2))]
    text = _number(chance).lstrip("-")
    return ["num", text]


def _number(chance: Random) -> str:
    """Of few digits, at a tie, near a limit, or of as many digits as may be written."""
    shape = chance.randrange(8)
    if shape < 3:
        found = Decimal(chance.randrange(-20, 2000))
    elif shape == 3:
        found = Decimal(chance.randrange(-9, 10)).scaleb(-1) + Decimal("0.05")
    elif shape == 4:
        found = Decimal(chance.randrange(1000)).scaleb(-chance.randrange(1, 4)) + Decimal("0.0005")
    elif shape == 5:
        found = Decimal(chance.randrange(10**12))
    elif shape == 6:
        found = Decimal(chance.randrange(-(10**18), 10**18)).scaleb(-6)
    else:
        found = Decimal(chance.choice(("0", "1", "0.000001", "999999999999.999999", "100", "0.5")))
    text = format(found, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
