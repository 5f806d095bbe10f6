"""How often one address may submit, counted in this process alone and forgotten soon.

The buckets are keyed by a keyed hash with a secret that dies with the process, so that no address
stands in memory, and the least used go when there are too many.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from time import monotonic

from django.conf import settings

from leads.addresses import network

SUSPECT_PER_MINUTE = 6
REFUSE_PER_MINUTE = 120
CHECKS_PER_MINUTE = 30
SAVES_PER_MINUTE = 10
_ROOM = 20_000


class Buckets:
    """Token buckets that hold ``per_minute`` and refill evenly."""

    def __init__(self, *, room: int = _ROOM, clock: Callable[[], float] = monotonic) -> None:
        self._room = room
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._levels: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, name: str, *, per_minute: int) -> bool:
        """Take one from the bucket of this name; False when it is empty."""
        key, now = self._key(name), self._clock()
        level, since = self._levels.pop(key, (float(per_minute), now))
        level = min(float(per_minute), level + (now - since) * per_minute / 60)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, now)
        while len(self._levels) > self._room:
            self._levels.popitem(last=False)
        return allowed

    def give_back(self, name: str) -> None:
        """Undo one ``take``."""
        key = self._key(name)
        if key in self._levels:
            level, since = self._levels[key]
            self._levels[key] = (level + 1, since)

    def clear(self) -> None:
        self._levels.clear()

    def _key(self, name: str) -> bytes:
        return blake2b(name.encode(), key=self._secret, digest_size=16).digest()


_posts = Buckets()
_leads = Buckets()
_checks = Buckets()
_saves = Buckets()


def too_many(address: str, public_key: str) -> bool:
    """Count one post from an address to a configurator; True when it is beyond what is served at all."""
    limit = getattr(settings, "INTAKE_REFUSE_PER_MINUTE", REFUSE_PER_MINUTE)
    return not _take(_posts, address, public_key, limit)


def suspicious(address: str, public_key: str) -> bool:
    """Count one valid submission; True when a person would not send so many."""
    limit = getattr(settings, "INTAKE_SUSPECT_PER_MINUTE", SUSPECT_PER_MINUTE)
    return not _take(_leads, address, public_key, limit)


def too_many_checks(address: str) -> bool:
    """Count one quote that an address has checked; True when it is beyond what is served."""
    return not _take(_checks, address, "", CHECKS_PER_MINUTE)


def too_many_saved(address: str, public_key: str) -> bool:
    """Count one saved configuration; True when nobody would keep so many."""
    return not _take(_saves, address, public_key, SAVES_PER_MINUTE)


def forgive(address: str, public_key: str) -> None:
    """Uncount a submission that we could not store: whoever sends it again is no less a person."""
    for buckets in (_posts, _leads):
        buckets.give_back(_name(address, public_key))


def forget_everything() -> None:
    """Empty all buckets: for tests."""
    for buckets in (_posts, _leads, _checks, _saves):
        buckets.clear()


def _take(buckets: Buckets, address: str, public_key: str, per_minute: int) -> bool:
    return not address or buckets.take(_name(address, public_key), per_minute=per_minute)


def _name(address: str, public_key: str) -> str:
    return f"{network(address)} {public_key}"
