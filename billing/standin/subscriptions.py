"""Subscriptions by API."""

from __future__ import annotations

from typing import Any

from billing.standin import catalogue, changes, cycles, invoice_items, lines, methods, standing
from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid
from billing.standin.parameters import (
    Kind,
    each,
    either,
    flag,
    group,
    merged,
    off,
    one_of,
    pairs,
    text,
    texts,
    whole,
)
from billing.standin.periods import next_boundary
from billing.standin.routes import api, deleted
from billing.standin.world import Obj, World

_PATH = "/v1/subscriptions"
_ONE = _PATH + "/{subscription}"
_FEEDBACK = one_of(
    "customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex",
    "too_expensive", "unused",
)  # fmt: skip
_DETAILS: Kind = group({"comment": text, "feedback": _FEEDBACK})
_STATUSES = (
    "incomplete",
    "incomplete_expired",
    "trialing",
    "active",
    "past_due",
    "canceled",
    "unpaid",
    "paused",
)


def _end(value: Any, name: str) -> int | str | None:
    return value if value in ("min_period_end", "max_period_end") else whole(value, name)


_SUBSCRIPTION: dict[str, Kind] = {
    "automatic_tax": group({"enabled": off}),
    "cancel_at": _end,
    "cancel_at_period_end": flag,
    "collection_method": one_of("charge_automatically", "send_invoice"),
    "days_until_due": whole,
    "default_payment_method": text,
    "default_tax_rates": texts,
    "description": text,
    "invoice_settings": changes.INVOICE_SETTINGS,
    "metadata": pairs,
    "off_session": flag,
    "payment_behavior": changes.BEHAVIOUR,
    "payment_settings": changes.PAYMENT_SETTINGS,
    "proration_behavior": changes.PRORATION,
    "trial_end": either("now", whole),
    "trial_settings": changes.TRIAL_SETTINGS,
}
#: What a change that waits for its payment may say.
_MAY_WAIT = {
    "billing_cycle_anchor",
    "items",
    "payment_behavior",
    "proration_behavior",
    "proration_date",
    "trial_end",
}


@api(
    "POST",
    _PATH,
    {
        **_SUBSCRIPTION,
        "billing_cycle_anchor": whole,
        "billing_mode": changes.BILLING_MODE,
        "currency": text,
        "customer": text,
        "items": changes.items_of,
        "trial_period_days": whole,
    },
    "customer",
    "items",
)
def create(world: World, given: Obj) -> Obj:
    customer = world.get("customer", given["customer"], param="customer")
    return changes.begin(world, customer, given)


@api(
    "GET",
    _PATH,
    {
        **PAGE,
        "collection_method": text,
        "customer": text,
        "price": text,
        "status": one_of("all", "ended", *_STATUSES),
        "test_clock": text,
    },
)
def list_(world: World, given: Obj) -> Obj:
    """Without a status all that have not been canceled."""
    wanted = given.get("status") or "current"
    rows = [row for row in world.all("subscription") if _is_wanted(row, wanted)]
    if given.get("price"):
        rows = [
            row for row in rows if any(item["price"]["id"] == given["price"] for item in row["items"]["data"])
        ]
    return page(world, _PATH, rows, given, equal=("collection_method", "customer", "test_clock"))


def _is_wanted(subscription: Obj, wanted: str) -> bool:
    if wanted == "all":
        return True
    if wanted in ("ended", "current"):
        return (subscription["status"] in standing.ENDED) == (wanted == "ended")
    return bool(subscription["status"] == wanted)


@api("GET", _ONE)
def retrieve(world: World, given: Obj, subscription_id: str) -> Obj:
    return world.get("subscription", subscription_id)


@api(
    "POST",
    _ONE,
    {
        **_SUBSCRIPTION,
        "billing_cycle_anchor": changes.ANCHOR,
        "cancellation_details": _DETAILS,
        "items": each(changes.CHANGED_ITEM),
        "pause_collection": group(
            {"behavior": one_of("keep_as_draft", "mark_uncollectible", "void"), "resumes_at": whole},
            "behavior",
        ),
        "proration_date": whole,
    },
)
def update(world: World, given: Obj, subscription_id: str) -> Obj:
    subscription = world.get("subscription", subscription_id)
    _check_changeable(subscription, given)
    attributes = _attributes(world, subscription, given)
    if given.get("items") or given.get("trial_end") == "now" or _restarts(given):
        changes.make_change(world, subscription, given, attributes)
    else:
        with world.changing(subscription, standing.UPDATED):
            subscription.update(attributes)
            if given.get("trial_end"):
                _extend_trial(world, subscription, given["trial_end"])
    standing.plan_end(world, subscription)
    return subscription


def _restarts(given: Obj) -> bool:
    return (given.get("billing_cycle_anchor") or {}).get("type") == "now"


def _check_changeable(subscription: Obj, given: Obj) -> None:
    if subscription["status"] in standing.ENDED and set(given) - {"metadata", "cancellation_details"}:
        raise invalid(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="invalid_canceled_subscription_fields",
        )
    if given.get("payment_behavior") == "pending_if_incomplete" and (others := set(given) - _MAY_WAIT):
        name = sorted(others)[0]
        raise invalid(
            f"You cannot set `{name}` when `payment_behavior` is `pending_if_incomplete`.", param=name
        )
    if subscription["schedule"] and {"items", "cancel_at", "cancel_at_period_end"} & set(given):
        raise invalid(
            "The subscription is managed by the subscription schedule"
            f" `{subscription['schedule']}`, and updating it directly is not allowed."
        )


def _attributes(world: World, subscription: Obj, given: Obj) -> Obj:
    """The plain attributes as they will be."""
    plain = ("collection_method", "days_until_due", "description", "pause_collection", "trial_settings")
    found = {name: given[name] for name in plain if name in given}
    if found.get("pause_collection"):
        found["pause_collection"].setdefault("resumes_at", None)
    if name := given.get("default_payment_method"):
        customer = world.get("customer", subscription["customer"])
        methods.of_customer(world, name, customer, param="default_payment_method")
    if "default_payment_method" in given:
        found["default_payment_method"] = given["default_payment_method"]
    if "default_tax_rates" in given:
        found["default_tax_rates"] = catalogue.tax_rates(
            world, given["default_tax_rates"], param="default_tax_rates"
        )
    if "metadata" in given:
        found["metadata"] = merged(subscription["metadata"], given["metadata"])
    for name in ("payment_settings", "invoice_settings", "cancellation_details"):
        if given.get(name):
            found[name] = {**subscription[name], **given[name]}
    return found | _ends(world, subscription, given)


def _ends(world: World, subscription: Obj, given: Obj) -> Obj:
    """When it is to end, and since when that is known."""
    found: Obj = {}
    now = world.now_for(subscription)
    if "cancel_at" in given:
        end = changes.chosen_end(subscription, given["cancel_at"])
        found |= {"cancel_at": end, "canceled_at": now if end else None}
    if "cancel_at_period_end" in given:
        leaves = given["cancel_at_period_end"]
        end = standing.period_of(subscription)[1] if leaves else None
        found |= {"cancel_at_period_end": leaves, "cancel_at": end, "canceled_at": now if leaves else None}
    if found:
        reason = "cancellation_requested" if found["canceled_at"] else None
        details = given.get("cancellation_details") or {}
        found["cancellation_details"] = {**subscription["cancellation_details"], **details, "reason": reason}
    return found


def _extend_trial(world: World, subscription: Obj, end: int) -> None:
    now = world.now_for(subscription)
    if end <= now:
        raise invalid("The trial end date has to be in the future.", param="trial_end")
    items = [{**item, "current_period_end": end} for item in subscription["items"]["data"]]
    subscription.update(
        {"status": "trialing", "trial_end": end, "trial_start": subscription["trial_start"] or now}
    )
    standing.write_items(world, subscription, items, end)


@api("DELETE", _ONE, {"cancellation_details": _DETAILS, "invoice_now": flag, "prorate": flag})
def cancel(world: World, given: Obj, subscription_id: str) -> Obj:
    """At once. With ``prorate`` the unused time is left as a credit for a next invoice."""
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] in standing.ENDED:
        raise invalid(f"No such subscription: '{subscription_id}'", param="id", code="resource_missing")
    if given.get("prorate") and subscription["status"] in ("active", "past_due"):
        _credit_unused(world, subscription)
    if given.get("invoice_now"):
        invoice = cycles.start_paying(world, subscription, rows=[], reason="subscription_update")
        cycles.pay_now(world, invoice)
    standing.cancel(
        world, subscription, reason="cancellation_requested", details=given.get("cancellation_details")
    )
    return subscription


def _credit_unused(world: World, subscription: Obj, *, since: int | None = None) -> None:
    customer = world.get("customer", subscription["customer"])
    at = world.now_for(subscription) if since is None else since
    for item in subscription["items"]["data"]:
        row = lines.part(world, customer, item, at=at, credit=True, rates=subscription["default_tax_rates"])
        invoice_items.leave(world, customer, row)


# --- Pauses --------------------------------------------------------------------------------------


@api(
    "POST",
    _ONE + "/pause",
    {
        "type": one_of("subscription"),
        "invoicing_behavior": one_of("pending_invoice_item"),
        "bill_for": group(
            {
                "outstanding_usage_through": group({"type": one_of("none", "now")}),
                "unused_time_from": group(
                    {"type": one_of("item_current_period_start", "none", "now")}, "type"
                ),
            }
        ),
    },
)
def pause(world: World, given: Obj, subscription_id: str) -> Obj:
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] not in ("active", "trialing", "past_due"):
        raise invalid(f"You cannot pause a subscription whose status is {subscription['status']}.")
    since = ((given.get("bill_for") or {}).get("unused_time_from") or {}).get("type", "now")
    if since != "none" and subscription["status"] == "active":
        start = standing.period_of(subscription)[0]
        _credit_unused(world, subscription, since=start if since == "item_current_period_start" else None)
    standing.pause(world, subscription, "pause_requested")
    return subscription


@api(
    "POST",
    _ONE + "/resume",
    {
        "billing_cycle_anchor": changes.ANCHOR,
        "payment_behavior": one_of("resume_on_payment_attempt", "resume_on_payment_success"),
        "proration_behavior": changes.PRORATION,
        "proration_date": whole,
    },
)
def resume(world: World, given: Obj, subscription_id: str) -> Obj:
    """A new period begins now, and is paid now; with an unchanged anchor the rest of the present one."""
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] != "paused":
        raise invalid("Only a subscription with status `paused` can be resumed.")
    customer = world.get("customer", subscription["customer"])
    stays = (given.get("billing_cycle_anchor") or {}).get("type") == "unchanged"
    rows = _resumed_rows(world, subscription, customer, given, stays=stays)
    invoice = cycles.draft(world, subscription, rows=rows, reason="subscription_update")
    on_success = given.get("payment_behavior") == "resume_on_payment_success"
    subscription["_resumes_with"] = invoice["id"]
    if not on_success:
        standing.resume(world, subscription)
    changes.pay_first(world, invoice)
    return subscription


def _resumed_rows(world: World, subscription: Obj, customer: Obj, given: Obj, *, stays: bool) -> list[Obj]:
    now, items = world.now_for(subscription), subscription["items"]["data"]
    recurring = items[0]["price"]["recurring"]
    anchor = subscription["billing_cycle_anchor"] if stays else now
    end = next_boundary(anchor, recurring["interval"], recurring["interval_count"], now)
    subscription["billing_cycle_anchor"] = anchor
    subscription["items"] = {
        **subscription["items"],
        "data": [{**item, "current_period_start": now, "current_period_end": end} for item in items],
    }
    if stays and given.get("proration_behavior") == "none":
        return []
    if stays:
        return changes.first_rows(world, customer, {**subscription, "status": "active"})
    return cycles.period_rows(world, customer, subscription)


# --- Items ---------------------------------------------------------------------------------------

_ITEMS = "/v1/subscription_items"
_HOW: dict[str, Kind] = {
    "payment_behavior": changes.BEHAVIOUR,
    "proration_behavior": changes.PRORATION,
    "proration_date": whole,
}


@api("GET", _ITEMS, {**PAGE, "subscription": text}, "subscription")
def list_items(world: World, given: Obj) -> Obj:
    subscription = world.get("subscription", given["subscription"], param="subscription")
    rows = [{**item, "_n": -n} for n, item in enumerate(subscription["items"]["data"])]
    return page(world, _ITEMS, rows, given)


@api("GET", _ITEMS + "/{item}")
def retrieve_item(world: World, given: Obj, item_id: str) -> Obj:
    return _item(world, item_id)[1]


@api("POST", _ITEMS, {**changes.ITEM, **_HOW, "subscription": text}, "subscription", "price")
def create_item(world: World, given: Obj) -> Obj:
    subscription = world.get("subscription", given.pop("subscription"), param="subscription")
    how = {name: given.pop(name) for name in _HOW if name in given}
    changes.make_change(world, subscription, {**how, "items": [given]}, {})
    return dict(subscription["items"]["data"][-1])


@api("POST", _ITEMS + "/{item}", {**changes.ITEM, **_HOW, "off_session": flag})
def update_item(world: World, given: Obj, item_id: str) -> Obj:
    subscription, _item_before = _item(world, item_id)
    how = {name: given.pop(name) for name in _HOW if name in given}
    changes.make_change(world, subscription, {**how, "items": [{**given, "id": item_id}]}, {})
    return _item(world, item_id)[1]


@api("DELETE", _ITEMS + "/{item}", {**_HOW, "clear_usage": flag})
def delete_item(world: World, given: Obj, item_id: str) -> Any:
    subscription, item = _item(world, item_id)
    changes.make_change(world, subscription, {**given, "items": [{"id": item_id, "deleted": True}]}, {})
    return deleted(item)


def _item(world: World, item_id: str) -> tuple[Obj, Obj]:
    for subscription in world.all("subscription"):
        for item in subscription["items"]["data"]:
            if item["id"] == item_id:
                return subscription, item
    raise invalid(f"No such subscription_item: '{item_id}'", param="id", code="resource_missing")
