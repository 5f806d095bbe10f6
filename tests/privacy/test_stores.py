"""Stores that are no tables: whoever writes to one is declared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from privacy.stores import STORES

APPS = (
    "accounts", "audit", "billing", "configurators", "delivery", "leads", "organisations", "privacy", "tenancy",
)  # fmt: skip
#: What opens a place outside the tables.
DOORS = ("django.core.cache", "redis", "shelve", "sqlite3", "django.core.files.storage")
WRITES = frozenset({"write_text", "write_bytes", "fdopen", "mkstemp", "NamedTemporaryFile"})


def writers(root: Path) -> Iterator[str]:
    """The modules that open a cache, a broker or a file to write in."""
    for app in APPS:
        for file in sorted((root / app).rglob("*.py")):
            if _opens_a_door(ast.parse(file.read_text())):
                yield ".".join(file.relative_to(root).with_suffix("").parts)


def _opens_a_door(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(DOORS):
            return True
        if isinstance(node, ast.Import) and any(name.name.startswith(DOORS) for name in node.names):
            return True
        if isinstance(node, ast.Call) and (_name(node.func) in WRITES or _opens_to_write(node)):
            return True
    return False


def _opens_to_write(call: ast.Call) -> bool:
    """``open(path, "a")`` in any of its forms, and ``os.open(path, os.O_WRONLY)``."""
    if _name(call.func) != "open":
        return False
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    modes = [n.value for n in given if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    flags = {n.attr for each in given for n in ast.walk(each) if isinstance(n, ast.Attribute)}
    writes = any(set(mode) <= set("rwaxbt+") and set(mode) & set("wax+") for mode in modes)
    return writes or bool(flags & {"O_WRONLY", "O_RDWR", "O_APPEND", "O_CREAT"})


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_module_that_writes_outside_the_tables_is_declared() -> None:
    declared = {module for store in STORES for module in store.modules}

    assert set(writers(Path(settings.BASE_DIR))) == declared


def test_a_new_writer_is_seen(tmp_path: Path) -> None:
    """The control: one line that puts something in a cache, and one that writes a file."""
    (tmp_path / "leads").mkdir()
    (tmp_path / "leads" / "memory.py").write_text("from django.core.cache import cache\n")
    (tmp_path / "leads" / "paper.py").write_text("import pathlib\npathlib.Path('x').write_text('y')\n")

    assert list(writers(tmp_path)) == ["leads.memory", "leads.paper"]
