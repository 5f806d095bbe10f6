"""Two interpreters, one language: Python's, which decides, and the browser's, which shows."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from configurators.formula import evaluate
from tests.configurators import in_node, random_trees
from tests.configurators.in_node import Case
from tests.configurators.test_conformance import FORMULAS, environment
from tests.report import report

SEED = int(os.environ.get("FORMULA_SEED", "0")) or secrets.randbelow(10**9)
FORMULA_COUNT = int(os.environ.get("FORMULA_COUNT", "20000"))
TOGETHER = 20_000


def random_cases(seed: int, count: int) -> list[Case]:
    chance = Random(seed)
    return [_random_case(chance) for _ in range(count)]


def _random_case(chance: Random) -> Case:
    build: Callable[..., Any] = random_trees.number if chance.random() < 0.8 else random_trees.truth
    return build(chance, chance.randint(1, 4)), random_trees.answers(chance)


def outcomes(cases: list[Case]) -> list[dict[str, Any]]:
    return [in_node.written(evaluate(tree, answers)) for tree, answers in cases]


def test_random_formulas_come_to_the_same_in_both() -> None:
    different: list[Any] = []
    errors = compared = 0
    for number in range(-(-FORMULA_COUNT // TOGETHER)):
        cases = random_cases(SEED + number, min(TOGETHER, FORMULA_COUNT - compared))
        here, there = outcomes(cases), in_node.outcomes(cases)
        different += [row for row in zip(cases, here, there, strict=True) if row[1] != row[2]]
        errors += sum("error" in outcome for outcome in here)
        compared += len(cases)

    report(formulas=compared, errors=errors, differences=len(different), seed=SEED)
    assert different == []
    assert 0.05 < errors / compared < 0.5


#: Ways in which the browser's interpreter could be wrong, one at a time.
MUTANTS = {
    "half goes to the even digit": ("decimal.js", "(2n * size(dividend) + divisor) / (2n * divisor)",
        "((q) => (2n * (size(dividend) % divisor) === divisor ? q + (q % 2n) : (2n * size(dividend) + divisor) / (2n * divisor)))(size(dividend) / divisor)"),
    "half goes up and not away": ("decimal.js", "return dividend < 0n ? -twice : twice;",
        "return dividend < 0n ? -((2n * size(dividend) + divisor - 1n) / (2n * divisor)) : twice;"),
    "up goes to the right": ("decimal.js", "(dividend < 0n ? rounding.floor : rounding.ceiling)", "rounding.ceiling"),
    "quotients of nineteen places": ("decimal.js", "divideTo(left, right, PLACES)", "divideTo(left, right, 19)"),
    "a limit of ninety-nine digits": ("decimal.js", "digits >= ten(MOST_DIGITS)", "digits >= ten(MOST_DIGITS - 1)"),
    "no limit on what is large": ("decimal.js", "|| digits >= ten(WHOLE_DIGITS + scale)", ""),
    "a square too many": ("decimal.js", "if (times) base = multiply(base, base);", "base = multiply(base, base);"),
    "conditions are all computed": ("formula.js", "conditions.every((condition) => condition(answers))",
        "conditions.map((condition) => condition(answers)).every(Boolean)"),
    "the largest is the last": ("formula.js", "compare(value, most) > 0", "compare(value, most) !== 0"),
    "what is absent is alike": ("formula.js", "answers[group] !== null && sameAnswer", "sameAnswer"),
    "an empty set is an answer": ("formula.js", "&& !(answer instanceof Set && answer.size === 0)", ""),
    "a step below zero": ("decimal.js", "if (step.steps < 0n) fail(IMPOSSIBLE_NUMBER);", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_interpreter_is_noticed(name: str, tmp_path: Path) -> None:
    file, right, wrong = MUTANTS[name]
    engine = shutil.copytree(in_node.ENGINE, tmp_path / "engine")
    source = (engine / file).read_text(encoding="utf-8")
    assert source.count(right) == 1
    (engine / file).write_text(source.replace(right, wrong), encoding="utf-8")
    stored = [(case["tree"], environment()) for case in FORMULAS["cases"]]
    cases = [*stored, *random_cases(SEED, 5_000)]

    found = in_node.outcomes(cases, engine=engine)

    assert found != outcomes(cases)
