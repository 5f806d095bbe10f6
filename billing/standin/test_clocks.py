"""Test clocks: a time of their own for the customers that are made with them."""

from __future__ import annotations

from typing import Any

from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid
from billing.standin.parameters import text, whole
from billing.standin.periods import DAY
from billing.standin.routes import api, deleted
from billing.standin.world import Obj, World

_KIND = "test_helpers.test_clock"
_PATH = "/v1/test_helpers/test_clocks"


@api("POST", _PATH, {"frozen_time": whole, "name": text}, "frozen_time")
def create(world: World, given: Obj) -> Obj:
    clock = world.add(
        {
            "object": _KIND,
            "created": world.now(),
            "deletes_after": world.now() + 30 * DAY,
            "frozen_time": given["frozen_time"],
            "livemode": False,
            "name": given.get("name"),
            "status": "ready",
            "status_details": {},
        }
    )
    world.say("test_helpers.test_clock.created", clock)
    return clock


@api("GET", _PATH, PAGE)
def list_(world: World, given: Obj) -> Obj:
    return page(world, _PATH, world.all(_KIND), given)


@api("GET", _PATH + "/{clock}")
def retrieve(world: World, given: Obj, clock_id: str) -> Obj:
    return world.get(_KIND, clock_id)


@api("POST", _PATH + "/{clock}/advance", {"frozen_time": whole}, "frozen_time")
def advance(world: World, given: Obj, clock_id: str) -> Obj:
    """Answers at once; the work is done right after, as anyone who asks again will find."""
    clock, until = world.get(_KIND, clock_id), given["frozen_time"]
    if clock["status"] != "ready":
        raise invalid("Test clock advancement underway - cannot perform modifications.")
    if until <= clock["frozen_time"]:
        raise invalid("The new frozen time must be after the current one.", param="frozen_time")
    clock["status"], clock["status_details"] = "advancing", {"advancing": {"target_frozen_time": until}}
    world.say("test_helpers.test_clock.advancing", clock)
    return clock


def work(world: World) -> bool:
    """Move on the clocks that were told to; whether there were any."""
    waiting = world.all(_KIND, status="advancing")
    for clock in waiting:
        world.advance_clock(clock, clock["status_details"]["advancing"]["target_frozen_time"])
        clock["status"], clock["status_details"] = "ready", {}
        world.say("test_helpers.test_clock.ready", clock)
    return bool(waiting)


@api("DELETE", _PATH + "/{clock}")
def delete(world: World, given: Obj, clock_id: str) -> Any:
    """Its customers go with it, and all that is theirs."""
    clock = world.get(_KIND, clock_id)
    customers = {customer["id"] for customer in world.all("customer", test_clock=clock_id)}
    for rows in world.objects.values():
        for obj in [row for row in rows.values() if row.get("customer") in customers]:
            del rows[obj["id"]]
    for customer_id in customers:
        del world.objects["customer"][customer_id]
    world.agenda = [job for job in world.agenda if job["clock"] != clock_id]
    world.remove(clock)
    world.say("test_helpers.test_clock.deleted", clock)
    return deleted(clock)
