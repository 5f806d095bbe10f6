"""Two interpreters, one language: Python's, which decides, and the browser's, which shows."""

from __future__ import annotations

import os
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils.translation import override

from configurators.answers import preview_json
from configurators.compiled import Compiled
from configurators.compiling import compile_definition
from configurators.formula import evaluate, read_tables
from configurators.playable import playable
from configurators.presentation import changes_of
from tests.configurators import in_node
from tests.configurators.in_node import Case, Tables
from tests.configurators.random_repeats import RandomRepeat
from tests.configurators.random_trees import RandomTrees
from tests.configurators.random_versions import RandomVersion
from tests.configurators.test_conformance import FORMULAS, environment
from tests.report import report

SEED = int(os.environ.get("FORMULA_SEED", "0")) or secrets.randbelow(10**9)
FORMULA_COUNT = int(os.environ.get("FORMULA_COUNT", "20000"))
TOGETHER = 20_000
VERSION_COUNT = int(os.environ.get("VERSION_COUNT", "400"))
VERSIONS_TOGETHER = 200
#: Of one version: what was reckoned for the answers before must not show in the next.
ANSWERS_EACH = 5


def outcomes(cases: list[Case], tables: Tables) -> list[dict[str, Any]]:
    ready = read_tables(tables)
    return [in_node.written(evaluate(tree, answers, ready)) for tree, answers in cases]


def test_random_formulas_come_to_the_same_in_both() -> None:
    different: list[Any] = []
    errors: Counter[str] = Counter()
    compared = 0
    while compared < FORMULA_COUNT:
        random = RandomTrees(Random(SEED + compared))
        cases = [random.case() for _ in range(min(TOGETHER, FORMULA_COUNT - compared))]
        here, there = outcomes(cases, random.tables), in_node.outcomes(cases, random.tables)
        different += [row for row in zip(cases, here, there, strict=True) if row[1] != row[2]]
        errors.update(outcome["error"] for outcome in here if "error" in outcome)
        compared += len(cases)

    report(formulas=compared, **errors, differences=len(different), seed=SEED)
    assert different == []
    assert set(errors) == {"#DIV/0!", "#NUM!", "#LIMIT!", "#N/A"}
    assert errors.total() < 0.5 * compared


def test_random_configurations_mean_and_cost_the_same_in_both() -> None:
    different: list[Any] = []
    seen: Counter[str] = Counter()
    for first in range(0, VERSION_COUNT, VERSIONS_TOGETHER):
        batch = [_random_version(SEED + number) for number in range(first, first + VERSIONS_TOGETHER)]
        here, there = _evaluations(batch), in_node.evaluations(batch)
        different += [row for row in zip(batch, here, there, strict=True) if row[1] != row[2]]
        seen.update(feature for found in here for feature in _features(found))

    report(configurations=VERSION_COUNT * ANSWERS_EACH, **seen, differences=len(different), seed=SEED)
    assert different == []
    assert (
        min(seen[name] for name in ("priced", "blocked", "hidden", "unavailable", "violated", "required")) > 0
    )


def _evaluations(versions: list[Any]) -> list[list[dict[str, Any]]]:
    compiled = [(Compiled(document), cases) for document, cases in versions]
    return [
        [in_node.written_evaluation(version, answers) for answers in cases] for version, cases in compiled
    ]


def _random_version(seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    random = RandomVersion(Random(seed))
    return random.document(), [random.answers() for _ in range(ANSWERS_EACH)]


def _features(evaluations: list[dict[str, Any]]) -> Iterator[str]:
    for found in evaluations:
        yield "blocked" if found["blocked"] else "priced"
        yield from ["hidden"] * (not all(found["visible"].values()))
        yield from ["unavailable"] * bool(found["unavailable"])
        yield from ["violated"] * bool(found["violations"])
        yield from ["required"] * bool(found["required"])


def test_a_page_says_the_same_whichever_side_reckons() -> None:
    """Prices, reasons, notices and VAT in words, from fields as people fill them in."""
    different: list[Any] = []
    for language in ("nl", "en", "fr"):
        batch = [_random_page(SEED + number, language) for number in range(VERSION_COUNT // 4)]
        there = in_node.changes([(playable(compiled, language), cases) for compiled, cases in batch])
        here = [[_changes(compiled, fields, language) for fields in cases] for compiled, cases in batch]
        different += [row for row in zip(batch, here, there, strict=True) if row[1] != row[2]]

    assert different == []


def test_items_mean_and_cost_the_same_in_both() -> None:
    """Of random definitions with a repeat, from fields as people fill them in."""
    seen: Counter[str] = Counter()
    batch = [_random_items(SEED + number) for number in range(VERSION_COUNT // 4)]
    there = in_node.changes([(playable(compiled, "nl"), cases) for compiled, cases in batch])
    here = [[_changes(compiled, fields, "nl") for fields in cases] for compiled, cases in batch]
    for found in (one for cases in here for one in cases):
        seen.update(
            {"priced": found["total"] != "–", "hidden": bool(found["hidden"]), "told": bool(found["notices"])}
        )

    report(items=len(batch) * ANSWERS_EACH, **seen, seed=SEED)
    assert [row for row in zip(batch, here, there, strict=True) if row[1] != row[2]] == []
    assert min(seen[name] for name in ("priced", "hidden", "told")) > 0


def _random_items(seed: int) -> tuple[Compiled, list[dict[str, Any]]]:
    random = RandomRepeat(Random(f"{seed}:items"))
    return compile_definition(random.definition()), [random.typed() for _ in range(ANSWERS_EACH)]


def _random_page(seed: int, language: str) -> tuple[Compiled, list[dict[str, Any]]]:
    random = RandomVersion(Random(f"{seed}:{language}"))
    return Compiled(random.document()), [random.typed() for _ in range(ANSWERS_EACH)]


def _changes(compiled: Compiled, fields: dict[str, Any], language: str) -> dict[str, Any]:
    """What a page can say by itself: about how much it costs only the server knows."""
    with override(language):
        answers, errors = preview_json(compiled, fields)
        found = changes_of(compiled, answers, errors, language=language)
    rounded = compiled.price_display.is_rounded
    return found | (dict.fromkeys(("total", "vat", "spoken"), "") if rounded else {})


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
    "conditions are all computed": ("formula.js", "conditions[all]((condition) => condition(answers))",
        "conditions.map((condition) => condition(answers))[all](Boolean)"),
    "the largest is the last": ("formula.js", "compare(value, most) > 0", "compare(value, most) !== 0"),
    "what is absent is alike": ("formula.js", "answers[group] !== null && sameAnswer", "sameAnswer"),
    "an empty set is an answer": ("formula.js", "&& !(answer instanceof Set && answer.size === 0)", ""),
    "a tier begins after its start": ("tables.js", "compare(start, quantity) <= 0", "compare(start, quantity) < 0"),
    "a place on the axis is passed": ("tables.js", "compare(values[middle], place) < 0", "compare(values[middle], place) <= 0"),
    "a rule shows at the earlier choice": (
        "constraints.js",
        "position(constraint.then) > position(constraint.if)",
        "position(constraint.then) < position(constraint.if)",
    ),
    "what is warned about forbids": (
        "constraints.js",
        "severity === \"error\" ? found.violations : found.warnings",
        "found.violations",
    ),
    "combinations forbid on one side": ("constraints.js", "[[1, 0], [0, 1]]", "[[1, 0]]"),
    "a minimum of nothing": ("pricing.js", "!isZero(base) && compare(base, limit) < 0", "compare(base, limit) < 0"),
    "VAT on prices that include it": ("pricing.js", "if (pricesIncludeVat) {", "if (!pricesIncludeVat) {"),
    "a percentage of the lines after it": ("pricing.js", "of === \"subtotal\" ? subtotal", "of === \"subtotal\" ? ZERO"),
    "a hidden answer counts": (
        "configuration.js",
        "if (key in configuration.absent) answers[key] = configuration.absent[key];",
        "",
    ),
    "what must be answered may be left": ("configuration.js", "orNothing(() => requiredIf(answers)) ?? true", "false"),
    "an error asks for no answer": ("configuration.js", "requiredIf(answers)) ?? true", "requiredIf(answers)) ?? false"),
    "what is chosen costs nothing more": ("differences.js", "has ? subtract(present.gross, other)", "has ? ZERO"),
    "a line that reads the change stays": ("differences.js", "changed.some((key) => reads.has(key))", "false"),
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
    random = RandomTrees(Random(SEED))
    cases, tables = [*stored, *(random.case() for _ in range(5_000))], random.tables | FORMULAS["tables"]
    versions = [_random_version(SEED + number) for number in range(100)]

    found = in_node.outcomes(cases, tables, engine=engine), in_node.evaluations(versions, engine=engine)

    assert found != (outcomes(cases, tables), _evaluations(versions))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("return false;", "return true;"),
        ("!condition || condition(answers)", "true"),
    ],
    ids=["an error shows it", "everything is seen"],
)
def test_a_wrong_picture_of_layers_is_noticed(right: str, wrong: str, tmp_path: Path) -> None:
    engine = shutil.copytree(in_node.ENGINE, tmp_path / "engine")
    source = (engine / "layers.js").read_text(encoding="utf-8")
    assert source.count(right) == 1
    (engine / "layers.js").write_text(source.replace(right, wrong), encoding="utf-8")
    pages = [_random_page(SEED + number, "en") for number in range(150)]
    asked = [(playable(compiled, "en"), cases) for compiled, cases in pages]

    wrongly, rightly = (in_node.changes(asked, engine=where) for where in (engine, in_node.ENGINE))

    assert [one["layers"] for some in wrongly for one in some] != [
        one["layers"] for some in rightly for one in some
    ]
