"""What exists and what time it is: every object, the agenda of what is due, and the saying of events.

One thread at a time works on a world; the server sees to that. Names that start with an underscore are the
stand-in's own notes on an object and never leave it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from billing.standin.errors import missing
from billing.standin.ids import Ids

Obj = dict[str, Any]
Job = Callable[["World", str], None]

API_VERSION = "2026-10-28.endive"
#: The clock of customers that have none of their own.
EVERYONE = ""

#: States of a delivery from which nothing more becomes of it by itself.
ENDED_DELIVERIES = ("delivered", "given_up", "gone")

#: What an agenda entry does, by its name; filled by ``due``.
JOBS: dict[str, Job] = {}

SETTINGS: Obj = {
    # What becomes of a subscription when the last try has failed: unpaid, canceled or past_due.
    "after_last_try": "unpaid",
    # Days after the first failure on which a card is tried again.
    "card_retry_days": [3, 5, 7],
    # Tries after a first direct debit that failed for want of money; no other failure is tried again.
    "sepa_retries": 1,
    # Business days until a direct debit is known to have been paid or not.
    "sepa_days": 5,
    # Seconds that the next POST with an idempotency key takes, once.
    "slow": 0,
}


def due(name: str) -> Callable[[Job], Job]:
    """Declare what happens when an agenda entry of this name is due."""

    def declare(job: Job) -> Job:
        JOBS[name] = job
        return job

    return declare


class World:
    def __init__(self, *, seed: str = "0", at: int | None = None, path: Path | None = None) -> None:
        self.ids = Ids(seed)
        self.path = path
        self.url = ""
        self.objects: dict[str, dict[str, Obj]] = {}
        self.agenda: list[Obj] = []
        self.deliveries: list[Obj] = []
        #: Of those the ones that have not come to an end.
        self.outbox: list[Obj] = []
        self.settings: Obj = dict(SETTINGS)
        self.chaos: Obj = {}
        self.replays: Obj = {}
        self.count = 0
        #: Where the clock of everyone stands still; None while it runs with the world outside.
        self.frozen_at = at
        self.ahead = 0
        self.request: Obj | None = None
        self._working_at: dict[str, int] = {}
        if path and path.exists():
            self._load(json.loads(path.read_text()))

    # --- Keeping ----------------------------------------------------------------------------------

    _KEPT = ("objects", "agenda", "deliveries", "settings", "chaos", "replays", "count", "frozen_at", "ahead")

    def save(self) -> None:
        """Write everything down, whole or not at all."""
        if self.path is None:
            return
        state = {name: getattr(self, name) for name in self._KEPT} | {"given": self.ids.given}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(state))
        beside.replace(self.path)

    def _load(self, state: Obj) -> None:
        for name in self._KEPT:
            setattr(self, name, state.get(name, getattr(self, name)))
        self.settings = {**SETTINGS, **self.settings}
        self.ids.given = state["given"]
        self.outbox = [row for row in self.deliveries if row["state"] not in ENDED_DELIVERIES]

    # --- Objects ----------------------------------------------------------------------------------

    def add(self, obj: Obj) -> Obj:
        """Take an object in; what it has no id for gets one."""
        obj.setdefault("id", self.ids.new(obj["object"]))
        obj["_n"] = self._next()
        self.objects.setdefault(obj["object"], {})[obj["id"]] = obj
        return obj

    def get(self, kind: str, name: Any, *, param: str | None = None) -> Obj:
        """The object, or Stripe's refusal: ``param`` is the parameter that named it, if one did."""
        found = self.objects.get(kind, {}).get(name)
        if found is None:
            raise missing(kind.rpartition(".")[2].replace("_", " "), str(name), param=param)
        return found

    def find(self, kind: str, name: str | None) -> Obj | None:
        return self.objects.get(kind, {}).get(name or "")

    def all(self, kind: str, **where: Any) -> list[Obj]:
        """Those of a kind that say so, oldest first."""
        rows = self.objects.get(kind, {}).values()
        return [row for row in rows if all(row.get(name) == value for name, value in where.items())]

    def remove(self, obj: Obj) -> None:
        self.objects[obj["object"]].pop(obj["id"], None)

    def _next(self) -> int:
        self.count += 1
        return self.count

    # --- Time -------------------------------------------------------------------------------------

    def now(self, clock: str | None = EVERYONE) -> int:
        clock = clock or EVERYONE
        if clock in self._working_at:
            return self._working_at[clock]
        if clock:
            return int(self.get("test_helpers.test_clock", clock)["frozen_time"])
        return self.frozen_at if self.frozen_at is not None else int(time.time()) + self.ahead

    def clock_of(self, obj: Obj | None) -> str:
        """Which clock an object lives by: its customer's."""
        if obj is None:
            return EVERYONE
        if "test_clock" in obj:
            return obj["test_clock"] or EVERYONE
        if "_clock" in obj:
            return str(obj["_clock"])
        return self.clock_of(self.find("customer", obj.get("customer")))

    def now_for(self, obj: Obj | None) -> int:
        return self.now(self.clock_of(obj))

    def advance(self, seconds: int) -> None:
        """Move the clock of everyone on, and do in its order what falls due."""
        if self.frozen_at is None:
            self.ahead += seconds
            self.catch_up()
            return
        until = self.frozen_at + seconds
        self._work(EVERYONE, until)
        self.frozen_at = until

    def catch_up(self) -> None:
        """Do what has fallen due by the clock of everyone."""
        self._work(EVERYONE, self.now())

    def advance_clock(self, clock: Obj, until: int) -> None:
        """Move a test clock on."""
        self._work(clock["id"], until)
        clock["frozen_time"] = until

    def _work(self, clock: str, until: int) -> None:
        while job := self._first_due(clock, until):
            self.agenda.remove(job)
            self._working_at[clock] = job["at"]
            try:
                JOBS[job["what"]](self, job["about"])
            finally:
                del self._working_at[clock]

    def _first_due(self, clock: str, until: int) -> Obj | None:
        found = [job for job in self.agenda if job["clock"] == clock and job["at"] <= until]
        return min(found, key=lambda job: (job["at"], job["rank"], job["n"]), default=None)

    def plan(self, what: str, about: Obj, at: int, *, rank: int = 5) -> None:
        """Put something on the agenda; of one kind about one object there is one at a time.

        Where two fall due in the same second, the lower rank goes first.
        """
        self.unplan(what, about)
        self.agenda.append(
            {
                "what": what,
                "about": about["id"],
                "at": at,
                "rank": rank,
                "clock": self.clock_of(about),
                "n": self._next(),
            }
        )

    def unplan(self, what: str, about: Obj) -> None:
        self.agenda = [job for job in self.agenda if (job["what"], job["about"]) != (what, about["id"])]

    def planned(self, what: str, about: Obj) -> int | None:
        """When it is due, if it is on the agenda."""
        for job in self.agenda:
            if (job["what"], job["about"]) == (what, about["id"]):
                return int(job["at"])
        return None

    # --- Events -----------------------------------------------------------------------------------

    def say(self, what: str, obj: Obj, previous: Obj | None = None) -> None:
        """Record that something happened to an object, and let it be delivered."""
        from billing.standin import deliveries  # an event is an object of the world that it tells of

        data: Obj = {"object": visible(obj)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = self.add(
            {
                "id": self.ids.new("event"),
                "object": "event",
                "account": None,
                "api_version": API_VERSION,
                "context": None,
                "created": self.now_for(obj),
                "data": data,
                "livemode": False,
                "pending_webhooks": 0,
                "request": self.request or {"id": None, "idempotency_key": None},
                "type": what,
            }
        )
        deliveries.queue(self, event)

    @contextmanager
    def changing(self, obj: Obj, what: str) -> Iterator[Obj]:
        """Say what changed about an object in the block, if anything did."""
        before = visible(obj)
        yield obj
        previous = difference(before, visible(obj))
        if previous:
            self.say(what, obj, previous)


def visible(value: Any) -> Any:
    """A copy without the stand-in's own notes."""
    if isinstance(value, dict):
        return {name: visible(one) for name, one in value.items() if not name.startswith("_")}
    if isinstance(value, list):
        return [visible(one) for one in value]
    return value


def difference(before: Obj, after: Obj) -> Obj:
    """What the changed attributes were before; of a nested object only those that changed."""
    previous: Obj = {}
    for name in before | after:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict) and old.get("object") != "list":
            previous[name] = difference(old, new)
        else:
            previous[name] = old
    return previous
