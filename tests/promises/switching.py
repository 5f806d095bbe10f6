"""Breaking promises on purpose: a pytest plugin that runs a test again under each of its switches.

``python -m tests.promises`` runs the tests that switches name, first as they are and then under each switch.
A switch under which its test still passes is a survivor: the test does not see what it claims to see.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from _pytest.runner import runtestprotocol

from tests.promises import switches as modules
from tests.report import report


@dataclass(frozen=True, slots=True)
class Switch:
    """While ``patch`` has the value of ``value``, ``test`` must fail."""

    promises: tuple[str, ...]
    test: str
    patch: str
    value: str

    def __str__(self) -> str:
        return f"{'/'.join(self.promises)}: {self.test} with {self.patch} = {self.value}"

    @contextmanager
    def in_force(self) -> Iterator[None]:
        owner, name = self.target()
        with patch.object(owner, name, eval(self.value, {})):
            yield

    def target(self) -> tuple[Any, str]:
        """What is patched; raises AttributeError or ImportError where that was renamed."""
        module, _, path = self.patch.partition(":")
        *outer, name = path.split(".")
        owner: Any = importlib.import_module(module)
        for each in outer:
            owner = getattr(owner, each)
        getattr(owner, name)
        return owner, name


def switches() -> list[Switch]:
    """Every switch of every part."""
    names = sorted(info.name for info in pkgutil.iter_modules(modules.__path__))
    rows = [row for name in names for row in importlib.import_module(f"{modules.__name__}.{name}").SWITCHES]
    return [Switch(tuple(row["promises"]), row["test"], row["patch"], row["with"]) for row in rows]


class Switching:
    """The plugin. A switch is noticed when one case of its test fails under it; ``broken`` fail as they are."""

    def __init__(self) -> None:
        self.by_test: dict[str, list[Switch]] = defaultdict(list)
        for switch in switches():
            self.by_test[switch.test].append(switch)
        self.thrown: set[Switch] = set()
        self.noticed: set[Switch] = set()
        self.broken: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> bool:
        item.session._setupstate.teardown_exact(item)  # what the last module left
        mine = self.by_test.get(item.nodeid, []) or self.by_test.get(item.nodeid.partition("[")[0], [])
        if not _passes(item):
            self.broken.append(item.nodeid)
            return True
        for switch in mine:
            self.thrown.add(switch)
            with switch.in_force():
                if not _passes(item):
                    self.noticed.add(switch)
        return True

    @property
    def survivors(self) -> list[str]:
        return sorted(str(switch) for switch in self.thrown - self.noticed)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        for what, lines in (("SURVIVED", self.survivors), ("FAILS AS IT IS", self.broken)):
            for line in lines:
                print(f"\n{what} {line}", end="")
        print()
        report(noticed=len(self.noticed), survivors=len(self.survivors))
        if self.survivors or self.broken or not self.noticed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _passes(item: Any) -> bool:
    """Run one test once, with fixtures of its own; those of its module and session stay."""
    item._initrequest()
    return all(each.passed for each in runtestprotocol(item, log=False, nextitem=item.parent))


def main(arguments: list[str]) -> int:
    """Run the tests that have switches: all of them, or those of the promises named."""
    wanted = [s for s in switches() if not arguments or set(arguments) & set(s.promises)]
    tests = sorted({switch.test for switch in wanted})
    return int(pytest.main(["-q", "-m", "prove or not prove", *tests], plugins=[Switching()]))
