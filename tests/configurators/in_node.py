"""The browser's interpreter, run by the environment's node: the same engine as Chromium's, without its windows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from configurators.answers import Answers
from configurators.compiled import Compiled
from configurators.decimals import canonical
from configurators.evaluation import Line, Violation, evaluate, price_differences
from configurators.formula import ErrorValue

NODE = Path(sys.prefix, "bin", "node")
ENGINE = Path(settings.BASE_DIR, "frontend", "engine")

_HEAD = """
import { readFileSync } from "node:fs";
const asked = JSON.parse(readFileSync(0, "utf8"));
const engine = (name) => import(`${process.argv[2]}/${name}.js`);
const { Failure, canonical, decimal } = await engine("decimal");
const read = (answer) => !Array.isArray(answer) ? answer : answer[0] === "number" ? decimal(answer[1]) : new Set(answer[1]);
const given = (answers) => Object.fromEntries(Object.entries(answers).map(([key, answer]) => [key, read(answer)]));
"""
_FORMULAS = """
const { evaluate } = await engine("formula");
const { readTables } = await engine("tables");
const written = (value) => value instanceof Failure ? { error: value.code }
  : typeof value === "boolean" ? { boolean: value } : { number: canonical(value) };
const tables = readTables(asked.tables);
const answer = asked.cases.map(([tree, answers]) => written(evaluate(tree, given(answers), tables)));
"""
_VERSIONS = """
const { configuration, evaluate } = await engine("configuration");
const { differences } = await engine("differences");
const number = (value) => value && canonical(value);
const each = (object, write) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, write(value)]));
function written(version, values) {
  const found = evaluate(version, values);
  return {
    visible: found.visible,
    required: found.required,
    calculated: each(found.calculated, number),
    unavailable: each(found.unavailable, (options) => each(options, (reason) => reason.en)),
    ...Object.fromEntries(["violations", "warnings"].map((name) =>
      [name, found[name].map(({ group, option, constraint, reason }) => [group, option, constraint, reason.en])])),
    lines: found.lines.map((line) => [line.key, line.group, line.option, line.label.en, line.kind,
      ...[line.amount, line.quantity, line.unit_amount, line.percent, line.base, line.limit].map((value) => number(value) ?? null)]),
    totals: [found.net, found.vat, found.gross].map(number),
    blocked: found.blocked,
    differences: each(differences(version, values), (options) => each(options, number)),
  };
}
const answer = asked.map(([document, cases]) => {
  const version = configuration(document);
  return cases.map((answers) => written(version, given(answers)));
});
"""
_PAGES = """
const { page } = await engine("changes");
const answer = asked.map(([document, cases]) => cases.map(page(document)));
"""
_REMEDIES = """
const { configuration } = await engine("configuration");
const { remedyFor } = await engine("remedies");
const sent = (answer) => answer instanceof Set ? ["set", [...answer].sort()]
  : answer && typeof answer === "object" ? ["number", canonical(answer)] : answer;
const answer = asked.map(([document, cases]) => {
  const version = configuration(document);
  return cases.map(([answers, group, option]) => {
    const found = remedyFor(version, given(answers), group, option);
    return found && {
      changes: found.changes.map(({ group, answer }) => [group, sent(answer)]),
      difference: canonical(found.difference),
    };
  });
});
"""
_TAIL = "process.stdout.write(JSON.stringify(answer));"

Case = tuple[object, Mapping[str, Any]]
Tables = Mapping[str, Any]


def outcomes(cases: Iterable[Case], tables: Tables, *, engine: Path = ENGINE) -> list[dict[str, Any]]:
    """What each tree comes to with its answers, and over tables as they are stored."""
    sent = [[tree, _sent_all(answers)] for tree, answers in cases]
    return list(_run(_FORMULAS, {"cases": sent, "tables": tables}, engine=engine))


def evaluations(
    asked: Iterable[tuple[object, Iterable[Mapping[str, Any]]]], *, engine: Path = ENGINE
) -> list[list[dict[str, Any]]]:
    """What each set of answers means and costs, by the compiled version that it answers."""
    sent = [[document, list(map(_sent_all, cases))] for document, cases in asked]
    return list(_run(_VERSIONS, sent, engine=engine))


def changes(
    asked: Iterable[tuple[object, Iterable[object]]], *, engine: Path = ENGINE
) -> list[list[dict[str, Any]]]:
    """What a page must show for what stands in its fields, by the definition that it was given."""
    return list(_run(_PAGES, [[document, list(cases)] for document, cases in asked], engine=engine))


def remedies(
    asked: Iterable[tuple[object, Iterable[tuple[Mapping[str, Any], str, str]]]],
) -> list[list[Any]]:
    """What else to choose so that an option of a group can be chosen, or None."""
    sent = [
        [document, [[_sent_all(answers), group, option] for answers, group, option in cases]]
        for document, cases in asked
    ]
    found = list(_run(_REMEDIES, sent, engine=ENGINE))
    for remedy in (one for cases in found for one in cases if one):
        remedy["changes"] = [(group, _answer(answer)) for group, answer in remedy["changes"]]
    return found


def _answer(sent: Any) -> Any:
    if not isinstance(sent, list):
        return sent
    return Decimal(sent[1]) if sent[0] == "number" else frozenset(sent[1])


def _run(script: str, asked: object, *, engine: Path = ENGINE) -> Any:
    program = _HEAD + script + _TAIL
    command = [str(NODE), "--input-type=module", "--eval", program, "-", str(engine)]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def _sent_all(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _sent(answer) for key, answer in answers.items()}


def _sent(answer: Any) -> Any:
    if isinstance(answer, Decimal):
        return ["number", canonical(answer)]
    return ["set", sorted(answer)] if isinstance(answer, frozenset) else answer


def written(value: object) -> dict[str, Any]:
    """A value of Python's interpreter, as the other writes it."""
    if isinstance(value, ErrorValue):
        return {"error": value.code}
    return {"number": canonical(value)} if isinstance(value, Decimal) else {"boolean": value}


def written_evaluation(compiled: Compiled, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What Python's side makes of it, as the other writes it."""
    found = evaluate(compiled, Answers(answers))
    return {
        "visible": dict(found.visible),
        "required": [group.key for group in compiled.sometimes_required if group.key in found.required],
        "calculated": {key: _number(answer) for key, answer in found.calculated.items()},
        "unavailable": {
            group: {option: reason["en"] for option, reason in options.items()}
            for group, options in found.unavailable.items()
        },
        "violations": list(map(_written_violation, found.violations)),
        "warnings": list(map(_written_violation, found.warnings)),
        "lines": [_written_line(line) for line in found.lines],
        "totals": [_number(found.net), _number(found.vat), _number(found.gross)],
        "blocked": found.blocked,
        "differences": {
            group: {option: canonical(amount) for option, amount in options.items()}
            for group, options in price_differences(compiled, found.answers).items()
        },
    }


def _written_violation(one: Violation) -> list[Any]:
    return [one.group, one.option, one.constraint, one.reason["en"]]


def _written_line(line: Line) -> list[Any]:
    detail = line.detail
    numbers = (line.amount, detail.quantity, detail.unit_amount, detail.percent, detail.base, detail.limit)
    return [line.key, line.group, line.option, line.label["en"], detail.kind, *map(_number, numbers)]


def _number(number: Decimal | None) -> str | None:
    return None if number is None else canonical(number)
