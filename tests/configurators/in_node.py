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

from configurators.decimals import canonical
from configurators.formula import ErrorValue

NODE = Path(sys.prefix, "bin", "node")
ENGINE = Path(settings.BASE_DIR, "frontend", "engine")

_FORMULAS = """
import { readFileSync } from "node:fs";
const { Failure, canonical, decimal } = await import(`${process.argv[2]}/decimal.js`);
const { evaluate } = await import(`${process.argv[2]}/formula.js`);
const { readTables } = await import(`${process.argv[2]}/tables.js`);
const read = (answer) => !Array.isArray(answer) ? answer : answer[0] === "number" ? decimal(answer[1]) : new Set(answer[1]);
const written = (value) => value instanceof Failure ? { error: value.code }
  : typeof value === "boolean" ? { boolean: value } : { number: canonical(value) };
const asked = JSON.parse(readFileSync(0, "utf8"));
const tables = readTables(asked.tables);
const cases = asked.cases.map(([tree, answers]) => {
  const given = Object.fromEntries(Object.entries(answers).map(([key, answer]) => [key, read(answer)]));
  return written(evaluate(tree, given, tables));
});
process.stdout.write(JSON.stringify(cases));
"""

Case = tuple[object, Mapping[str, Any]]
Tables = Mapping[str, Any]


def outcomes(cases: Iterable[Case], tables: Tables, *, engine: Path = ENGINE) -> list[dict[str, Any]]:
    """What each tree comes to with its answers, and over tables as they are stored."""
    sent = [[tree, {key: _sent(answer) for key, answer in answers.items()}] for tree, answers in cases]
    return list(run(_FORMULAS, {"cases": sent, "tables": tables}, engine=engine))


def run(script: str, asked: object, *, engine: Path = ENGINE) -> Any:
    """What a script makes of what it reads; its argument is the folder of the interpreter."""
    command = [str(NODE), "--input-type=module", "--eval", script, "-", str(engine)]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def _sent(answer: Any) -> Any:
    if isinstance(answer, Decimal):
        return ["number", canonical(answer)]
    return ["set", sorted(answer)] if isinstance(answer, frozenset) else answer


def written(value: object) -> dict[str, Any]:
    """A value of Python's interpreter, as the other writes it."""
    if isinstance(value, ErrorValue):
        return {"error": value.code}
    return {"number": canonical(value)} if isinstance(value, Decimal) else {"boolean": value}
