"""The broker as a doorbell: it makes work start sooner, and nothing depends on it.

A thread of its own does the ringing, so that no answer ever waits for a broker that is slow or gone.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from celery import current_app
from django.db import connections

log = structlog.get_logger(__name__)

DRAIN = "delivery.drain"
#: A ring that nobody heard within this time is worthless: the drain comes by itself each second.
STALE_AFTER = 5
#: How long to leave a broker alone that did not answer.
SILENCE_AFTER_FAILURE = 5.0

_inside_a_drain: ContextVar[bool] = ContextVar("inside_a_drain", default=False)


def ring_on_commit() -> None:
    """Ring when the current transaction has committed; many jobs of one transaction ring once."""
    connection = connections["default"]
    waiting = [entry[1] for entry in connection.run_on_commit]
    if _inside_a_drain.get() or ring in waiting:
        return
    connection.on_commit(ring)


def ring() -> None:
    """Have a worker drain now. Never raises and never waits; rings that come close together are one."""
    _ringer.ring()


@contextmanager
def muted() -> Iterator[None]:
    """Within a drain nobody needs to be woken: it looks again by itself."""
    token = _inside_a_drain.set(True)
    try:
        yield
    finally:
        _inside_a_drain.reset(token)


class _Ringer:
    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._wanted = threading.Event()

    def ring(self) -> None:
        if self._thread is None or not self._thread.is_alive():  # the first ring, or the first after a fork
            self._wanted = threading.Event()
            self._thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
            self._thread.start()
        self._wanted.set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if not ask_for_a_drain():
                time.sleep(SILENCE_AFTER_FAILURE)


def ask_for_a_drain() -> bool:
    """Send the task; False when the broker did not take it."""
    try:
        current_app.send_task(DRAIN, expires=STALE_AFTER, retry=False, ignore_result=True)
    except Exception as error:
        log.warning("doorbell_unheard", exc_info=error)
        return False
    return True


_ringer = _Ringer()
