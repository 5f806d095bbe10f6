"""``python -m tests.house_part PARENT PIDS ROLE…``: keeps the product's processes running (tests/house.py).

It loads the application once and forks what it is told to, as the supervisor does; a role is ``worker``,
``beat`` or ``web=APPLICATION=PORT``. The file PIDS tells the first process of each.
"""

import functools
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import FrameType

from config import processes
from config.children import Child
from config.embedded import die_with_parent

#: A supervisor waits ever longer before it starts what keeps ending; here the ends are meant.
PAUSE = 0.05
LOOK_EVERY = 0.02


def main(parent: int, pids: Path, roles: list[str]) -> None:
    die_with_parent(signal.SIGTERM, parent)
    # An application elsewhere (``module:name``) has settings of its own, and loads itself.
    if not any(":" in role for role in roles):
        processes.load_the_application()
        _shorten_the_waits()
    children = [_child(role, pids.with_suffix(f".{role.partition('=')[0]}")) for role in roles]
    for child in children:
        child.start()
    signal.signal(signal.SIGTERM, functools.partial(_stop, children))
    told: dict[str, int] = {}
    while True:
        running = {child.name: child.pid for child in children}
        if running != told:
            _tell(pids, running)
            told = running
        for child in children:
            child.pause = PAUSE
            child.keep_running()
        time.sleep(LOOK_EVERY)


def _child(role: str, mark: Path) -> Child:
    name, _, rest = role.partition("=")
    if name == "web":
        application, _, port = rest.partition("=")
        body: Callable[[], None] = functools.partial(
            processes.serve, application, host="127.0.0.1", port=int(port)
        )
    else:
        body = {"worker": processes.work, "beat": processes.ring}[name]
    return Child(name, body, log=None, ready=mark.exists, mark=mark)


def _tell(pids: Path, running: dict[str, int]) -> None:
    draft = pids.with_suffix(".new")
    draft.write_text(json.dumps(running))
    draft.rename(pids)


def _stop(children: list[Child], number: int, frame: FrameType | None) -> None:
    for child in reversed(children):
        child.ask_to_stop()
    for child in reversed(children):
        child.grace = 4
        child.stop()
    os._exit(0)


def _shorten_the_waits() -> None:
    """A killed worker's jobs wait a minute in the product, failed ones longer; a storm has not the time."""
    if seconds := os.environ.get("LEASE_SECONDS"):
        from delivery import leases

        leases.LEASE = timedelta(seconds=float(seconds))
        short = timedelta(seconds=1)
        leases.BACKOFF = (short, short, short, short)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
