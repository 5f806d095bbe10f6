"""The promises, and the tests that say they keep them."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise. ``also`` are its names in other policies; ``because`` is said of what is open."""

    id: str
    also: tuple[str, ...]
    promise: str
    stance: str
    because: str = ""

    @property
    def ids(self) -> frozenset[str]:
        return frozenset({self.id, *self.also})


@cache
def promises() -> tuple[Promise, ...]:
    rows = json.loads((Path(__file__).parent / "register.json").read_text(encoding="utf-8"))
    return tuple(
        Promise(row["id"], tuple(row["also"]), row["promise"], row["stance"], row.get("because", ""))
        for row in rows
    )


@cache
def kept_by() -> dict[str, list[str]]:
    """For each id the tests that carry it: read from the source, so that nothing has to run."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for test, ids in _marked(path):
            for each in ids:
                found.setdefault(each, []).append(test)
    return found


def _marked(path: Path) -> Iterator[tuple[str, list[str]]]:
    where = path.relative_to(TESTS.parent).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            ids = [each for decorator in node.decorator_list for each in _ids(decorator)]
            if ids:
                yield f"{where}::{node.name}", ids


def _ids(decorator: ast.expr) -> list[str]:
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.promise":
        return [str(each.value) for each in decorator.args if isinstance(each, ast.Constant)]
    return []


def carriers(promise: Promise) -> list[str]:
    """The tests that carry the promise under any of its names."""
    return sorted({test for each in promise.ids for test in kept_by().get(each, [])})
