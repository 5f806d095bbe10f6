"""One key, one effect: a repeated request gets the first one's answer.

Kept are answers of requests that did something. A refused parameter did nothing, so the key stays free, as
at Stripe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from billing.standin.errors import idempotency_error
from billing.standin.periods import DAY
from billing.standin.world import Obj, World


class Busy:
    """The keys whose requests are being answered at this moment."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: set[str] = set()

    @contextmanager
    def holding(self, key: str | None) -> Iterator[None]:
        """Refuse a key that another request is using right now."""
        if not key:
            yield
            return
        with self._lock:
            if key in self._keys:
                raise idempotency_error(
                    "There is currently another in-progress request using this Idempotent Key"
                    f" ({key}). Please try again later.",
                    status=409,
                    code="idempotency_key_in_use",
                )
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


def fingerprint(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def replayed(world: World, key: str, print_: str) -> Obj | None:
    """The answer that this key got before, if it was asked the same. A key is forgotten after a day."""
    kept: Obj | None = world.replays.get(key)
    if kept is not None and kept["until"] <= world.now():
        del world.replays[key]
        return None
    if kept is not None and kept["print"] != print_:
        raise idempotency_error(
            "Keys for idempotent requests can only be used with the same parameters they were first used"
            f" with. Try using a key other than '{key}' if you meant to execute a different request."
        )
    return kept


def keep(world: World, key: str, print_: str, status: int, answer: Obj) -> None:
    if status < 400 or status == 402:
        until = world.now() + DAY
        world.replays[key] = {"print": print_, "status": status, "answer": answer, "until": until}
