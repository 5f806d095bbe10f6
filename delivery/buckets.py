"""How often something may be done, counted in this process alone and forgotten soon.

The buckets are keyed by a keyed hash with a secret that dies with the process, so that no address or link
stands in memory, and the least used go when there are too many.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from time import monotonic

_ROOM = 20_000


class Buckets:
    """Token buckets that hold what may be done in so many ``seconds``, a minute, and refill evenly."""

    def __init__(
        self, *, room: int = _ROOM, seconds: int = 60, clock: Callable[[], float] = monotonic
    ) -> None:
        self._room = room
        self._seconds = seconds
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._levels: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, name: str, *, per_minute: int, amount: int = 1) -> bool:
        """Take one from the bucket of this name, or more; False when there is not so much in it.

        Where a bucket is of another time than a minute, ``per_minute`` is what may be taken in that time.
        """
        key, now = self._key(name), self._clock()
        level, since = self._levels.pop(key, (float(per_minute), now))
        level = min(float(per_minute), level + (now - since) * per_minute / self._seconds)
        allowed = level >= amount
        self._levels[key] = (level - amount if allowed else level, now)
        while len(self._levels) > self._room:
            self._levels.popitem(last=False)
        return allowed

    def give_back(self, name: str, *, amount: int = 1) -> None:
        """Undo one ``take``."""
        key = self._key(name)
        if key in self._levels:
            level, since = self._levels[key]
            self._levels[key] = (level + amount, since)

    def clear(self) -> None:
        self._levels.clear()

    def _key(self, name: str) -> bytes:
        return blake2b(name.encode(), key=self._secret, digest_size=16).digest()
