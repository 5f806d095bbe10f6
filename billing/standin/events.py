"""Events by API, for whoever wants to compare."""

from __future__ import annotations

from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid
from billing.standin.parameters import flag, text, texts
from billing.standin.routes import api
from billing.standin.world import Obj, World


@api("GET", "/v1/events", {**PAGE, "type": text, "types": texts, "delivery_success": flag})
def list_(world: World, given: Obj) -> Obj:
    if given.get("type") and given.get("types"):
        raise invalid("You may only specify one of these parameters: type, types.", param="types")
    rows = world.all("event")
    if wanted := given.get("types") or ([given["type"]] if given.get("type") else []):
        rows = [row for row in rows if any(matches(row["type"], one) for one in wanted)]
    if "delivery_success" in given:
        rows = [row for row in rows if (row["pending_webhooks"] == 0) == given["delivery_success"]]
    return page(world, "/v1/events", rows, given)


@api("GET", "/v1/events/{event}")
def retrieve(world: World, given: Obj, event_id: str) -> Obj:
    return world.get("event", event_id)


def matches(what: str, wanted: str) -> bool:
    """``invoice.*`` means every event of invoices, ``*`` every one."""
    return wanted in ("*", what) or (wanted.endswith(".*") and what.startswith(wanted[:-1]))
