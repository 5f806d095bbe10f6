"""Subscription schedules: what a subscription will be after a date. Made of one that runs already."""

from __future__ import annotations

from typing import Any

from billing.standin import catalogue, changes, standing
from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid, missing_parameter
from billing.standin.parameters import (
    Kind,
    each,
    either,
    flag,
    group,
    merged,
    one_of,
    pairs,
    text,
    texts,
    whole,
)
from billing.standin.periods import boundary
from billing.standin.routes import api
from billing.standin.world import Obj, World, due

_PATH = "/v1/subscription_schedules"
_ONE = _PATH + "/{schedule}"
_END = one_of("cancel", "none", "release")
_PHASE: Kind = group(
    {
        "billing_cycle_anchor": one_of("automatic"),
        "currency": text,
        "default_payment_method": text,
        "default_tax_rates": texts,
        "description": text,
        "duration": group({"interval": catalogue.INTERVAL, "interval_count": whole}, "interval"),
        "end_date": either("now", whole),
        "items": each(
            group({"metadata": pairs, "price": text, "quantity": whole, "tax_rates": texts}, "price")
        ),
        "metadata": pairs,
        "proration_behavior": changes.PRORATION,
        "start_date": either("now", whole),
        "trial_end": whole,
    },
    "items",
)


@api(
    "POST",
    _PATH,
    {
        "from_subscription": text,
        "metadata": pairs,
        "end_behavior": _END,
        "billing_mode": changes.BILLING_MODE,
    },
    "from_subscription",
)
def create(world: World, given: Obj) -> Obj:
    """Its one phase is what the subscription is now, until the end of the period."""
    subscription = world.get("subscription", given["from_subscription"], param="from_subscription")
    if subscription["schedule"]:
        raise invalid(
            "You cannot migrate a subscription that is already attached to a schedule:"
            f" `{subscription['schedule']}`.",
            param="from_subscription",
        )
    if subscription["status"] in standing.ENDED:
        raise invalid("You cannot migrate a subscription that has ended.", param="from_subscription")
    start, end = standing.period_of(subscription)
    schedule = world.add(
        {
            "object": "subscription_schedule",
            "application": None,
            "billing_mode": dict(subscription["billing_mode"]),
            "canceled_at": None,
            "completed_at": None,
            "created": world.now_for(subscription),
            "current_phase": {"start_date": start, "end_date": end},
            "customer": subscription["customer"],
            "customer_account": None,
            "default_settings": _default_settings(subscription),
            "end_behavior": given.get("end_behavior") or "release",
            "livemode": False,
            "metadata": merged(None, given.get("metadata")),
            "pause_schedules": [],
            "phases": [_present_phase(subscription, start, end)],
            "released_at": None,
            "released_subscription": None,
            "status": "active",
            "subscription": subscription["id"],
            "test_clock": subscription["test_clock"],
        }
    )
    with world.changing(subscription, standing.UPDATED):
        subscription["schedule"] = schedule["id"]
    world.say("subscription_schedule.created", schedule)
    _plan(world, schedule)
    return schedule


def _default_settings(subscription: Obj) -> Obj:
    return {
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": "automatic",
        "billing_thresholds": None,
        "collection_method": subscription["collection_method"],
        "default_payment_method": subscription["default_payment_method"],
        "description": None,
        "invoice_settings": {"account_tax_ids": None, "days_until_due": None, "issuer": {"type": "self"}},
        "on_behalf_of": None,
        "transfer_data": None,
    }


def _present_phase(subscription: Obj, start: int, end: int) -> Obj:
    items = [
        {"price": item["price"]["id"], "quantity": item["quantity"], "tax_rates": item["tax_rates"]}
        for item in subscription["items"]["data"]
    ]
    return _phase(items, start=start, end=end, currency=subscription["currency"], given={})


def _phase(items: list[Obj], *, start: int, end: int, currency: str, given: Obj) -> Obj:
    return {
        "add_invoice_items": [],
        "application_fee_percent": None,
        "billing_cycle_anchor": None,
        "billing_thresholds": None,
        "collection_method": None,
        "currency": currency,
        "default_payment_method": given.get("default_payment_method"),
        "default_tax_rates": given.get("default_tax_rates") or [],
        "description": given.get("description"),
        "discounts": [],
        "end_date": end,
        "invoice_settings": None,
        "items": [
            {
                "billing_thresholds": None,
                "discounts": [],
                "metadata": merged(None, item.get("metadata")),
                "plan": item["price"],
                "price": item["price"],
                "quantity": 1 if item.get("quantity") is None else item["quantity"],
                "tax_rates": item.get("tax_rates") or [],
            }
            for item in items
        ],
        "metadata": merged(None, given.get("metadata")),
        "on_behalf_of": None,
        "proration_behavior": given.get("proration_behavior") or "create_prorations",
        "start_date": start,
        "transfer_data": None,
        "trial_end": given.get("trial_end"),
    }


@api("GET", _PATH, {**PAGE, "customer": text})
def list_(world: World, given: Obj) -> Obj:
    return page(world, _PATH, world.all("subscription_schedule"), given, equal=("customer",))


@api("GET", _ONE)
def retrieve(world: World, given: Obj, schedule_id: str) -> Obj:
    return world.get("subscription_schedule", schedule_id)


@api(
    "POST",
    _ONE,
    {
        "end_behavior": _END,
        "metadata": pairs,
        "phases": each(_PHASE),
        "proration_behavior": changes.PRORATION,
    },
)
def update(world: World, given: Obj, schedule_id: str) -> Obj:
    """The phases are given all anew; the one that runs keeps its start."""
    schedule = _running(world, schedule_id)
    phases = _phases(world, schedule, given["phases"]) if given.get("phases") else schedule["phases"]
    subscription = world.get("subscription", schedule["subscription"])
    now = world.now_for(subscription)
    with world.changing(schedule, "subscription_schedule.updated"):
        schedule["phases"] = phases
        schedule["end_behavior"] = given.get("end_behavior") or schedule["end_behavior"]
        schedule["metadata"] = merged(schedule["metadata"], given.get("metadata"))
        schedule["current_phase"] = _dates(_phase_at(schedule, now) or phases[0])
    present = _phase_at(schedule, now)
    if present is not None and _differs(subscription, present):
        behaviour = given.get("proration_behavior") or present["proration_behavior"]
        _change_now(world, subscription, present, behaviour)
    _plan(world, schedule)
    return schedule


def _running(world: World, schedule_id: str) -> Obj:
    schedule = world.get("subscription_schedule", schedule_id)
    if schedule["status"] not in ("active", "not_started"):
        raise invalid(f"You cannot do this to a schedule whose status is {schedule['status']}.")
    return schedule


def _phases(world: World, schedule: Obj, wanted: list[Obj]) -> list[Obj]:
    found: list[Obj] = []
    now = world.now_for(schedule)
    for n, given in enumerate(wanted):
        items = [_read_item(world, item, f"phases[{n}][items]") for item in given["items"]]
        start = _start(schedule, given, found, now)
        end = _end(world, given, items, start, now)
        if end <= start:
            raise invalid("A phase must end after it starts.", param=f"phases[{n}][end_date]")
        names = given.get("default_tax_rates")
        given["default_tax_rates"] = catalogue.tax_rates(
            world, names, param=f"phases[{n}][default_tax_rates]"
        )
        currency = world.get("price", items[0]["price"])["currency"]
        found.append(_phase(items, start=start, end=end, currency=currency, given=given))
    return found


def _read_item(world: World, given: Obj, param: str) -> Obj:
    world.get("price", given["price"], param=f"{param}[price]")
    rates = catalogue.tax_rates(world, given.get("tax_rates"), param=f"{param}[tax_rates]")
    return {**given, "tax_rates": rates}


def _start(schedule: Obj, given: Obj, before: list[Obj], now: int) -> int:
    start = now if given.get("start_date") == "now" else given.get("start_date")
    if before:
        if start not in (None, before[-1]["end_date"]):
            raise invalid("A phase starts where the one before it ends.", param="phases")
        return int(before[-1]["end_date"])
    if start is None:
        raise missing_parameter("phases[0][start_date]")
    if start not in {phase["start_date"] for phase in schedule["phases"]}:
        raise invalid(
            "You can not modify the start date of the current phase.", param="phases[0][start_date]"
        )
    return int(start)


def _end(world: World, given: Obj, items: list[Obj], start: int, now: int) -> int:
    if given.get("end_date") is not None:
        return now if given["end_date"] == "now" else int(given["end_date"])
    recurring = world.get("price", items[0]["price"])["recurring"]
    duration = given.get("duration") or recurring
    return boundary(start, duration["interval"], duration.get("interval_count") or 1, 1)


def _phase_at(schedule: Obj, at: int) -> Obj | None:
    return next(
        (phase for phase in schedule["phases"] if phase["start_date"] <= at < phase["end_date"]), None
    )


def _dates(phase: Obj) -> Obj:
    return {"start_date": phase["start_date"], "end_date": phase["end_date"]}


def _plan(world: World, schedule: Obj) -> None:
    """Rank 2: before the renewal of the same second, so that the renewal bills what the new phase says."""
    world.plan("schedule.turn", schedule, schedule["current_phase"]["end_date"], rank=2)


# --- Phases --------------------------------------------------------------------------------------


@due("schedule.turn")
def turn(world: World, schedule_id: str) -> None:
    """A phase is over: the next one begins, or the schedule has done its work."""
    schedule = world.get("subscription_schedule", schedule_id)
    subscription = world.get("subscription", schedule["subscription"])
    now = world.now_for(schedule)
    phase = _phase_at(schedule, now)
    if phase is None:
        _finish(world, schedule, subscription)
        return
    _begin(world, subscription, phase)
    with world.changing(schedule, "subscription_schedule.updated"):
        schedule["current_phase"] = _dates(phase)
    _plan(world, schedule)


def _begin(world: World, subscription: Obj, phase: Obj) -> None:
    now, (_start_of, end) = world.now_for(subscription), standing.period_of(subscription)
    if now < end:
        _change_now(world, subscription, phase, phase["proration_behavior"])
        return
    items = _items(world, subscription, phase)
    same = _rhythm(subscription["items"]["data"][0]) == _rhythm(items[0])
    with world.changing(subscription, standing.UPDATED):
        _take_settings(subscription, phase)
        standing.write_items(
            world, subscription, items, subscription["billing_cycle_anchor"] if same else now
        )


def _rhythm(item: Obj) -> Any:
    return item["price"]["recurring"]["interval"], item["price"]["recurring"]["interval_count"]


def _take_settings(subscription: Obj, phase: Obj) -> None:
    if phase["default_payment_method"]:
        subscription["default_payment_method"] = phase["default_payment_method"]
    if phase["default_tax_rates"]:
        subscription["default_tax_rates"] = phase["default_tax_rates"]
    if phase["metadata"]:
        subscription["metadata"] = {**subscription["metadata"], **phase["metadata"]}


def _items(world: World, subscription: Obj, phase: Obj) -> list[Obj]:
    """The items of a phase in the present period; one with the same price stays itself."""
    now, (start, end) = world.now_for(subscription), standing.period_of(subscription)
    known = {item["price"]["id"]: item for item in subscription["items"]["data"]}
    found = []
    for wanted in phase["items"]:
        item = known.get(wanted["price"]) or changes.make_item(
            world, {"price": wanted["price"]}, subscription_id=subscription["id"], now=now, param="items"
        )
        rates = wanted["tax_rates"] or item["tax_rates"]
        times = {"current_period_start": start, "current_period_end": end}
        found.append({**item, **times, "quantity": wanted["quantity"], "tax_rates": rates})
    return found


def _differs(subscription: Obj, phase: Obj) -> bool:
    have = sorted((item["price"]["id"], item["quantity"]) for item in subscription["items"]["data"])
    return have != sorted((item["price"], item["quantity"]) for item in phase["items"])


def _change_now(world: World, subscription: Obj, phase: Obj, behaviour: str) -> None:
    wanted = {item["price"]: item for item in phase["items"]}
    items: list[Obj] = []
    for item in subscription["items"]["data"]:
        kept = wanted.pop(item["price"]["id"], None)
        items.append(
            {"id": item["id"], "quantity": kept["quantity"]} if kept else {"id": item["id"], "deleted": True}
        )
    items += [{"price": one["price"], "quantity": one["quantity"]} for one in wanted.values()]
    changes.make_change(world, subscription, {"items": items, "proration_behavior": behaviour}, {})


def items_at(world: World, schedule: Obj, subscription: Obj) -> list[Obj] | None:
    """What a running schedule makes of the items when the present period ends."""
    phase = _phase_at(schedule, standing.period_of(subscription)[1])
    return _items(world, subscription, phase) if phase and schedule["status"] == "active" else None


def _finish(world: World, schedule: Obj, subscription: Obj) -> None:
    now = world.now_for(schedule)
    if schedule["end_behavior"] == "cancel":
        schedule.update({"status": "completed", "completed_at": now, "current_phase": None})
        world.say("subscription_schedule.completed", schedule)
        standing.cancel(world, subscription, reason="cancellation_requested")
        return
    _release(world, schedule, subscription)


def _release(world: World, schedule: Obj, subscription: Obj) -> None:
    world.unplan("schedule.turn", schedule)
    schedule.update(
        {
            "status": "released",
            "released_at": world.now_for(schedule),
            "released_subscription": subscription["id"],
            "subscription": None,
            "current_phase": None,
        }
    )
    with world.changing(subscription, standing.UPDATED):
        subscription["schedule"] = None
    world.say("subscription_schedule.released", schedule)


@api("POST", _ONE + "/release", {"preserve_cancel_date": flag})
def release(world: World, given: Obj, schedule_id: str) -> Obj:
    schedule = _running(world, schedule_id)
    _release(world, schedule, world.get("subscription", schedule["subscription"]))
    return schedule


@api("POST", _ONE + "/cancel", {"invoice_now": flag, "prorate": flag})
def cancel(world: World, given: Obj, schedule_id: str) -> Obj:
    schedule = _running(world, schedule_id)
    subscription = world.get("subscription", schedule["subscription"])
    standing.cancel(world, subscription, reason="cancellation_requested")
    return schedule
