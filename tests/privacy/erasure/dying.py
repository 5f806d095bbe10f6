"""A process that erases and dies by kill -9 at one chosen moment.

The product has no hook for this: what stands at the moment is replaced here, in the dying process alone.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import connections
from django.utils.module_loading import import_string

from privacy.erasure.carrying_out import erase

#: The moments by name: where they are, and whether the process dies before the step or after it.
MOMENTS = {
    "before the intent": ("privacy.ledger.intend", "before"),
    "with the intent's row and no line": ("tenancy.ledger.store.FileLedger.append", "before"),
    "with half a line": ("tenancy.ledger.store._write_at_end", "halfway"),
    "with the intent": ("privacy.ledger.intend", "after"),
    "with the rows locked": ("privacy.erasure.carrying_out.lock", "after"),
    "with some rows gone": ("privacy.erasure.execute._delete", "after"),
    "with all rows gone": ("privacy.erasure.carrying_out.execute", "after"),
    "with the recipients owed": ("privacy.erasure.carrying_out.tell_recipients", "after"),
    "before the commit": ("privacy.ledger.mark_done", "after"),
    "after the commit": ("tenancy.ledger.entries.settle", "before"),
    "with the line and no position": ("tenancy.ledger.entries._advance", "before"),
    "before it is written down": ("privacy.erasure.carrying_out._finish", "before"),
    "before the certificate": ("privacy.erasure.carrying_out.issue", "before"),
}
#: From here on the erasure has happened.
COMMITTED = (
    "after the commit",
    "with the line and no position",
    "before it is written down",
    "before the certificate",
)


def die(*args: Any, **kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _mortal(target: str, when: str) -> Any:
    real: Callable[..., Any] = _found(target)
    if when == "before":
        return patch(target, die)

    def write_half_and_die(file: Any, line: bytes) -> None:
        real(file, line[: len(line) // 2])
        die()

    if when == "halfway":
        return patch(target, write_half_and_die)

    def once_more_and_die(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        die()

    return patch(target, once_more_and_die)


def _found(target: str) -> Any:
    of, _, name = target.rpartition(".")
    return getattr(import_string(of), name) if of.endswith(".FileLedger") else import_string(target)


def die_at(moment: str, erasure_id: UUID, organisation_id: UUID) -> None:
    """Erase in a process of its own, which kills itself on the way; its connections are its own too."""
    target, when = MOMENTS[moment]
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            with _mortal(target, when):
                erase(erasure_id, organisation_id=organisation_id)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"it did not come to this moment: {moment}"
    assert os.WTERMSIG(status) == signal.SIGKILL
