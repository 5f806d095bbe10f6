"""The stand-in's own API, JSON under ``/_standin``, for this machine alone: time, chaos, what banks decide.

GET /_standin
    The time, the settings, the chaos, and how much there is of everything.
POST /_standin/reset
    Forget everything.
POST /_standin/advance {"seconds"}
    Move the clock of everyone on, and do in its order what falls due.
POST /_standin/settings {"after_last_try", "card_retry_days", "sepa_retries", "sepa_days", "slow"}
    Any of them; ``world.SETTINGS`` tells what each means.
POST /_standin/chaos {"seed", "duplicate", "reorder", "lose", "delay", "hold"}
    Replaces what was said before, see ``deliveries.py``; without ``hold`` what was held goes out.
GET /_standin/deliveries?state=
    All of them, or those that are waiting, held, delivered or given_up.
GET /_standin/deliveries/{id}
    One as it would be sent: ``url``, ``headers`` and ``body``, for a test that carries it over itself.
POST /_standin/deliveries/{id} {"status"}
    What came of carrying it over, as if it had been sent.
POST /_standin/deliver {"ids"}
    Send these now, in this order and as often as named; answers each one's status.
POST /_standin/settle {"seconds": 10}
    Wait, so long at most, until nothing is left to send now and no test clock is under way.
POST /_standin/webhook_endpoints {"url", "secret", "enabled_events"}
    One whose secret is known before. Said twice for one address, the second changes the first.
POST /_standin/webhook_endpoints/{id}/rotate {"overlap_seconds"}
    A new secret; for so long both sign.
POST /_standin/tax_ids/{id}/verify {"status", "name", "address"}
    verified, unverified, unavailable or pending.
POST /_standin/payments/{id}/settle {"outcome", "code"}
    The bank's word on a direct debit that is under way: succeeded, or failed with a code.
POST /_standin/charges/{id}/dispute {"reason"}
    The customer's bank takes the money back, also that of a debit which succeeded weeks ago.
POST /_standin/disputes/{id}/close {"won"}
    How it ended.
POST /_standin/checkout/{id}/complete {"method", "number", "iban", "name", "email", "tax_id", "accept"}
    Go through a Checkout page without a browser. ``method`` is card, sepa_debit, ideal, bancontact or
    none; ``accept`` is what the holder answers when asked.
POST /_standin/answer/{id} {"accept"}
    The answer to a payment or setup intent that asks.

A refusal is the same JSON as Stripe's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from billing.standin import asking, checkout, customers, debits, deliveries, disputes, endpoints
from billing.standin.errors import invalid, unknown_url
from billing.standin.routes import Paths
from billing.standin.test_numbers import Decline
from billing.standin.world import SETTINGS, Obj, World, visible

_CHAOS = {"seed", "duplicate", "reorder", "lose", "delay", "hold"}
_REASONS = {
    "insufficient_funds": "The customer's account has insufficient funds to cover this payment.",
    "account_closed": "The customer's account has been closed.",
    "debit_not_authorized": "The customer has notified their bank that this payment was unauthorized.",
    "payment_intent_payment_attempt_failed": "The payment failed.",
}


class House(Protocol):
    """What the control API needs of the server: the world, one at a time."""

    def working(self, *, reading: bool = False) -> AbstractContextManager[World]: ...

    def reset(self) -> None: ...


Act = Callable[..., Any]
_ACTS: Paths[Act] = Paths()


def _on(method: str, path: str) -> Callable[[Act], Act]:
    return lambda act: _ACTS.add(method, f"/_standin{path}", act)


def answer(house: House, method: str, path: str, given: Obj) -> Any:
    found = _ACTS.find(method, path)
    if found is None:
        raise unknown_url(method, path)
    act, about = found
    return act(house, given, *about)


@_on("GET", "")
def overview(house: House, given: Obj) -> Obj:
    with house.working() as world:
        counts = {kind: len(rows) for kind, rows in world.objects.items()}
        return {"now": world.now(), "settings": world.settings, "chaos": world.chaos, "objects": counts}


@_on("POST", "/reset")
def reset(house: House, given: Obj) -> Obj:
    house.reset()
    return overview(house, {})


@_on("POST", "/advance")
def advance(house: House, given: Obj) -> Obj:
    seconds = given.get("seconds")
    if not isinstance(seconds, int) or seconds < 0:
        raise invalid("A clock moves on by whole seconds.", param="seconds")
    with house.working() as world:
        world.advance(seconds)
        return {"now": world.now()}


@_on("POST", "/settings")
def settings(house: House, given: Obj) -> Obj:
    _only(given, set(SETTINGS))
    with house.working() as world:
        world.settings.update(given)
        return dict(world.settings)


@_on("POST", "/chaos")
def chaos(house: House, given: Obj) -> Obj:
    _only(given, _CHAOS)
    with house.working() as world:
        world.chaos = given
        if not given.get("hold"):
            for delivery in world.outbox:
                delivery["state"] = "waiting" if delivery["state"] == "held" else delivery["state"]
        return dict(world.chaos)


def _only(given: Obj, known: set[str]) -> None:
    for name in given:
        if name not in known:
            raise invalid(f"Unknown: {name}", param=name)


# --- Deliveries ----------------------------------------------------------------------------------


@_on("GET", "/deliveries")
def list_deliveries(house: House, given: Obj) -> Obj:
    with house.working() as world:
        rows = [row for row in world.deliveries if given.get("state") in (None, row["state"])]
        return {"data": [{**row, "type": _type_of(world, row)} for row in rows]}


def _type_of(world: World, delivery: Obj) -> str | None:
    event = world.find("event", delivery["event"])
    return str(event["type"]) if event else None


@_on("GET", "/deliveries/{delivery}")
def show_delivery(house: House, given: Obj, name: str) -> Obj:
    with house.working(reading=True) as world:
        _delivery, post = _packed(world, name)
        return {"url": post.url, "headers": post.headers(), "body": post.body.decode()}


@_on("POST", "/deliveries/{delivery}")
def note_delivery(house: House, given: Obj, name: str) -> Obj:
    with house.working() as world:
        delivery, _post = _packed(world, name)
        deliveries.record(world, delivery, given.get("status"))
        return dict(delivery)


def _packed(world: World, name: str) -> tuple[Obj, deliveries.Letter]:
    delivery = deliveries.find(world, name)
    post = deliveries.letter(world, delivery) if delivery else None
    if delivery is None or post is None:
        raise invalid(f"No such delivery: '{name}'", param="ids", code="resource_missing")
    return delivery, post


@_on("POST", "/deliver")
def deliver(house: House, given: Obj) -> Obj:
    """Sent while nobody waits: the receiver may ask the API something before it answers."""
    return {"data": [_deliver_one(house, name) for name in given.get("ids", [])]}


def _deliver_one(house: House, name: str) -> Obj:
    with house.working() as world:
        delivery, post = _packed(world, name)
    status = deliveries.send(post)
    with house.working() as world:
        deliveries.record(world, delivery, status)
    return {"id": name, "status": status}


@_on("POST", "/settle")
def settle(house: House, given: Obj) -> Obj:
    until = time.monotonic() + given.get("seconds", 10)
    while time.monotonic() < until:
        with house.working(reading=True) as world:
            busy = deliveries.is_busy(world)
            clocks = world.all("test_helpers.test_clock", status="advancing")
        if not busy and not clocks:
            return {"settled": True}
        time.sleep(0.01)
    return {"settled": False}


@_on("POST", "/webhook_endpoints")
def known_endpoint(house: House, given: Obj) -> Obj:
    _only(given, {"url", "secret", "enabled_events"})
    with house.working() as world:
        events = given.get("enabled_events", ["*"])
        same = world.all("webhook_endpoint", url=given["url"])
        made = same[0] if same else endpoints.create(world, {"url": given["url"], "enabled_events": events})
        endpoint = world.get("webhook_endpoint", made["id"])
        endpoint["enabled_events"] = events
        endpoint["_secrets"] = [{"secret": given["secret"], "until": None}]
        return dict(visible(endpoint))


@_on("POST", "/webhook_endpoints/{endpoint}/rotate")
def rotate(house: House, given: Obj, endpoint_id: str) -> Obj:
    with house.working() as world:
        endpoint = world.get("webhook_endpoint", endpoint_id)
        return {"secret": endpoints.rotate(world, endpoint, overlap=given.get("overlap_seconds", 86_400))}


# --- What others decide --------------------------------------------------------------------------


@_on("POST", "/tax_ids/{tax_id}/verify")
def verify_tax_id(house: House, given: Obj, tax_id: str) -> Obj:
    status = given.get("status")
    if status not in ("pending", "verified", "unverified", "unavailable"):
        raise invalid(f"Not a status: {status}", param="status")
    with house.working() as world:
        found = world.get("tax_id", tax_id)
        customers.verify_tax_id(
            world, found, status=status, name=given.get("name"), address=given.get("address")
        )
        return dict(visible(found))


@_on("POST", "/payments/{intent}/settle")
def settle_payment(house: House, given: Obj, intent_id: str) -> Obj:
    code = given.get("code", "payment_intent_payment_attempt_failed")
    if given.get("outcome") not in ("succeeded", "failed") or code not in _REASONS:
        raise invalid("Say an outcome, and for a failure a known code.", param="outcome")
    with house.working() as world:
        intent = world.get("payment_intent", intent_id)
        refused = Decline(code, None, _REASONS[code]) if given["outcome"] == "failed" else None
        debits.settle(world, intent, refused=refused)
        return dict(visible(intent))


@_on("POST", "/charges/{charge}/dispute")
def dispute(house: House, given: Obj, charge_id: str) -> Obj:
    with house.working() as world:
        charge = world.get("charge", charge_id)
        return dict(visible(disputes.begin(world, charge, reason=given.get("reason", "fraudulent"))))


@_on("POST", "/disputes/{dispute}/close")
def close_dispute(house: House, given: Obj, dispute_id: str) -> Obj:
    with house.working() as world:
        found = world.get("dispute", dispute_id)
        disputes.close(world, found, won=bool(given.get("won")))
        return dict(visible(found))


@_on("POST", "/checkout/{session}/complete")
def complete_checkout(house: House, given: Obj, session_id: str) -> Obj:
    with house.working() as world:
        session = world.get("checkout.session", session_id)
        asked = checkout.submit(world, session, given)
        if asked:
            asking.answer(world, session_id, accepted=given.get("accept", True))
        return dict(visible(session))


@_on("POST", "/answer/{intent}")
def answer_question(house: House, given: Obj, intent_id: str) -> Obj:
    with house.working() as world:
        asking.answer(world, intent_id, accepted=given.get("accept", True))
        kind = "payment_intent" if intent_id.startswith("pi_") else "setup_intent"
        return dict(visible(world.get(kind, intent_id)))
