"""The pace of work in slices: how large the next one is, and how long others get their turn before it.

Alone in the database, a sweep hurries. Beside others it mostly waits. Postgres itself tells
which of the two it is: it counts the transactions of all, and says so to every role.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

FIRST_SLICE = 500
SLICE_ROWS = 2000
SMALLEST_SLICE = 50
#: Milliseconds. No slice should take longer: the next is halved long before, and grows while there is room.
SLICE_MS = 80.0
#: Seconds. A slice that waited for something else is no reason to pause for long.
LONGEST_PAUSE = 0.1
#: Of the time that a slice took. On two busy cores the longer one leaves visitors four fifths of their speed.
PAUSE_ALONE = 0.25
PAUSE_BESIDE_OTHERS = 1.3
#: More transactions a second than the clock and the workers make when nobody is there.
BUSY = 20.0
#: Seconds. Postgres brings its counts up to date once a second.
LOOK_EVERY = 1.0

_TRANSACTIONS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"


@dataclass(slots=True)
class Progress:
    """What one run has done so far. Until it has looked around, it takes it that others are there."""

    deleted: int = 0
    slices: int = 0
    longest_ms: float = 0.0
    size: int = FIRST_SLICE
    pause: float = 0.0
    alone: bool = False
    _looked: tuple[float, int, int] | None = None

    def add(self, *, rows: int, ms: float) -> None:
        self.deleted += rows
        self.slices += 1
        self.longest_ms = max(self.longest_ms, ms)
        share = PAUSE_ALONE if self.alone else PAUSE_BESIDE_OTHERS
        self.pause = min(LONGEST_PAUSE, ms / 1000 * share)
        if ms > SLICE_MS / 2:
            self.size = max(SMALLEST_SLICE, self.size // 2)
        elif ms < SLICE_MS / 4 and rows >= self.size:
            self.size = min(SLICE_ROWS, self.size * 2)

    def look_around(self, connection: BaseDatabaseWrapper) -> None:
        """Count, once in a while, what others committed since the last time."""
        now = time.monotonic()
        if self._looked and now - self._looked[0] < LOOK_EVERY:
            return
        with connection.cursor() as cursor:
            cursor.execute(_TRANSACTIONS)
            committed = cursor.fetchone()[0]
        if self._looked:
            since, before, own = self._looked
            self.alone = (committed - before - (self.slices - own)) / (now - since) < BUSY
        self._looked = (now, committed, self.slices)
