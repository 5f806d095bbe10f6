"""What a line of the log is told and does not carry is said to nobody."""

import ast
from collections.abc import Iterator
from pathlib import Path

from config.logging import KEYS

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts", "audit", "billing", "config", "configurators", "delivery", "leads", "organisations", "privacy",
    "tenancy",
)  # fmt: skip
_LEVELS = {"info", "warning", "error", "exception"}


def test_every_key_of_a_line_is_listed() -> None:
    dropped = [
        f"{path.name}:{call.lineno} {word.arg}"
        for path in sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
        for call in _lines(ast.parse(path.read_text()))
        for word in call.keywords
        if word.arg not in KEYS | {"exc_info"}
    ]

    assert dropped == []


def _lines(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level)) if level in _LEVELS:
                yield node
