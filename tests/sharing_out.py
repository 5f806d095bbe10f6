"""Which tests a process gets together, when several share them out.

A file stays together, for what its tests build once; all journeys do, for their house. Groups by a mark would
say the same, but pytest-xdist 3.8 writes them where pytest 9.2 no longer reads them, and they do nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

HOUSE = "tests/journeys/"
#: Begun first, so that none of them is what everybody waits for in the end.
LONG = (
    HOUSE,
    "tests/architecture/test_isolation.py",
    "tests/architecture/test_plaintext.py",
    "tests/privacy/test_simulation.py",
    "tests/billing/years/test_years.py",
    "tests/privacy/test_backups.py",
    "tests/privacy/test_kills.py",
)


class TogetherByFile(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return HOUSE if nodeid.startswith(HOUSE) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TogetherByFile | None:
    return TogetherByFile(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(Path(config.rootpath)).as_posix()
        return next((number for number, long in enumerate(LONG) if path.startswith(long)), len(LONG))

    items.sort(key=place)
