"""Deliveries: which events go where, in which order, how often, and what went wrong on purpose.

A world's ``chaos`` may say ``duplicate``, ``reorder`` and ``lose`` (chances from 0 to 1), ``delay`` (at most
so many seconds), ``hold`` (a test takes the deliveries itself) and ``seed``. The same seed goes wrong in the
same way. Waiting and retrying go by the clock of everyone, also for events of a test clock.
"""

from __future__ import annotations

import heapq
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

from billing.standin import endpoints
from billing.standin.events import matches
from billing.standin.periods import DAY
from billing.standin.world import ENDED_DELIVERIES, Obj, World, visible

BACKOFF = (10, 60, 300, 1_800, 7_200, 18_000, 36_000)
GIVE_UP_AFTER = 3 * DAY
TIMEOUT_SECONDS = 10.0
#: How many deliveries a reordered one may let pass.
_LETS_PASS = 12


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery, ready to be sent. A lost one counts as sent and never arrives."""

    delivery_id: str
    url: str
    body: bytes
    secrets: tuple[str, ...]
    lost: bool

    def headers(self) -> dict[str, str]:
        at = int(time.time())
        marks = [f"v1={_signature(secret, at, self.body)}" for secret in self.secrets]
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": ",".join([f"t={at}", *marks]),
        }


def _signature(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()


def queue(world: World, event: Obj) -> None:
    """Make the deliveries of an event."""
    for endpoint in world.all("webhook_endpoint", status="enabled"):
        if any(matches(event["type"], wanted) for wanted in endpoint["enabled_events"]):
            event["pending_webhooks"] += 1
            _queue(world, event, endpoint)


def _queue(world: World, event: Obj, endpoint: Obj) -> None:
    n, chaos = len(world.deliveries), world.chaos
    chance = Random(f"{chaos.get('seed', 0)}:{n}")  # noqa: S311  it must come out the same again
    times = 2 if chance.random() < chaos.get("duplicate", 0) else 1
    for copy in range(times):
        late = chance.random() < chaos.get("reorder", 0)
        delivery = {
            "id": f"dlv_{n + copy}",
            "event": event["id"],
            "endpoint": endpoint["id"],
            "at": world.now() + int(chance.uniform(0, chaos.get("delay", 0))),
            "order": n + copy + (chance.uniform(0, _LETS_PASS) if late else 0),
            "attempts": 0,
            "lose_first": chance.random() < chaos.get("lose", 0),
            "state": "held" if chaos.get("hold") else "waiting",
            "queued_at": world.now(),
            "status": None,
        }
        world.deliveries.append(delivery)
        world.outbox.append(delivery)


def is_busy(world: World) -> bool:
    """Whether something is on its way, or would be at this moment."""
    now = world.now()
    return any(
        row["state"] == "sending" or (row["state"] == "waiting" and row["at"] <= now) for row in world.outbox
    )


def due(world: World, *, limit: int) -> list[Obj]:
    """So many of those to send now, in the order in which they go."""
    now = world.now()
    world.outbox = [row for row in world.outbox if row["state"] not in ENDED_DELIVERIES]
    rows = [row for row in world.outbox if row["state"] == "waiting" and row["at"] <= now]
    return heapq.nsmallest(limit, rows, key=lambda row: (row["at"] if row["attempts"] else 0, row["order"]))


def letter(world: World, delivery: Obj) -> Letter | None:
    """What to send; None where the endpoint or the event is gone, and with it the delivery."""
    endpoint = world.find("webhook_endpoint", delivery["endpoint"])
    event = world.find("event", delivery["event"])
    if endpoint is None or event is None:
        delivery["state"] = "gone"
        return None
    return Letter(
        delivery_id=delivery["id"],
        url=endpoint["url"],
        body=json.dumps(visible(event), indent=2).encode(),
        secrets=tuple(endpoints.secrets_of(world, endpoint)),
        lost=delivery["lose_first"] and delivery["attempts"] == 0,
    )


def send(post: Letter) -> int | None:
    """The status of the receiver's answer; None where there was none."""
    if post.lost:
        return None
    parts = urlsplit(post.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, post.body, post.headers())
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def record(world: World, delivery: Obj, status: int | None) -> None:
    """Note how it went; what failed is tried again until three days have passed."""
    delivery["attempts"] += 1
    delivery["status"] = status
    if status is not None and 200 <= status < 300:
        delivery["state"] = "delivered"
        event = world.find("event", delivery["event"])
        if event is not None and event["pending_webhooks"]:
            event["pending_webhooks"] -= 1
        return
    delivery["at"] += BACKOFF[min(delivery["attempts"], len(BACKOFF)) - 1]
    if delivery["at"] - delivery["queued_at"] > GIVE_UP_AFTER:
        delivery["state"] = "given_up"
    elif delivery["state"] != "held":
        delivery["state"] = "waiting"


def find(world: World, delivery_id: str) -> Obj | None:
    place = delivery_id.removeprefix("dlv_")
    return world.deliveries[int(place)] if place.isdecimal() and int(place) < len(world.deliveries) else None
