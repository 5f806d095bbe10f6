"""How a subscription stands: its status after a payment, a failure, a pause or an end.

Nothing here makes an invoice. ``cycles.py`` and ``changes.py`` do; ``collecting.py`` tells what came of it.
"""

from __future__ import annotations

from billing.standin import invoices
from billing.standin.periods import DAY, HOUR
from billing.standin.world import Obj, World

ENDED = ("canceled", "incomplete_expired")
UPDATED = "customer.subscription.updated"
INCOMPLETE_HOURS = 23
_JOBS = (
    "subscription.renew",
    "subscription.expire",
    "subscription.cancel",
    "subscription.warn",
    "subscription.upcoming",
    "subscription.drop_update",
    "schedule.turn",
)


def period_of(subscription: Obj) -> tuple[int, int]:
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def plan_renewal(world: World, subscription: Obj) -> None:
    """And the words before it: of a trial's end three days ahead or at once, of an invoice a week ahead."""
    now, end = world.now_for(subscription), period_of(subscription)[1]
    world.plan("subscription.renew", subscription, end, rank=4)
    for what in ("subscription.warn", "subscription.upcoming"):
        world.unplan(what, subscription)
    if subscription["status"] == "trialing" and subscription.get("_warned_of") != end:
        world.plan("subscription.warn", subscription, max(end - 3 * DAY, now))
    elif subscription["status"] != "trialing" and end - 7 * DAY > now:
        world.plan("subscription.upcoming", subscription, end - 7 * DAY)


def plan_end(world: World, subscription: Obj) -> None:
    """Put a chosen end on the agenda, or take it off."""
    if subscription["cancel_at"]:
        world.plan("subscription.cancel", subscription, subscription["cancel_at"], rank=1)
    else:
        world.unplan("subscription.cancel", subscription)


def expect_first_payment(world: World, subscription: Obj) -> None:
    at = world.now_for(subscription) + INCOMPLETE_HOURS * HOUR
    world.plan("subscription.expire", subscription, at)


def after_paid(world: World, invoice: Obj) -> None:
    """What a paid invoice does to its subscription; a direct debit under way counts for a first one."""
    subscription = invoices.subscription_of(world, invoice)
    if subscription is None or subscription["status"] in ENDED:
        return
    if subscription.get("_pending") and subscription["_pending"]["invoice"] == invoice["id"]:
        apply_pending(world, subscription)
    elif subscription["status"] == "incomplete":
        world.unplan("subscription.expire", subscription)
        with world.changing(subscription, UPDATED):
            subscription["status"] = "active"
    elif subscription["status"] == "paused" and subscription.get("_resumes_with") == invoice["id"]:
        resume(world, subscription)
    elif subscription["status"] in ("past_due", "unpaid") and _is_last_owed(world, subscription, invoice):
        with world.changing(subscription, UPDATED):
            subscription["status"] = "active"


def _is_last_owed(world: World, subscription: Obj, invoice: Obj) -> bool:
    """Stripe looks at the latest finalised invoice alone; a void one was never owed."""
    rows = [
        row
        for row in world.all("invoice")
        if row["status"] not in ("draft", "void") and invoices.subscription_id_of(row) == subscription["id"]
    ]
    return bool(rows) and max(rows, key=lambda row: row["_n"])["id"] == invoice["id"]


def after_failed(world: World, invoice: Obj) -> None:
    """A failed first payment leaves a subscription incomplete, a failed change leaves it as it was."""
    subscription = invoices.subscription_of(world, invoice)
    if subscription is None or subscription["status"] not in ("active", "trialing"):
        return
    if (subscription.get("_pending") or {}).get("invoice") == invoice["id"]:
        return
    with world.changing(subscription, UPDATED):
        subscription["status"] = "past_due"


def after_last_try(world: World, invoice: Obj) -> None:
    subscription = invoices.subscription_of(world, invoice)
    if subscription is None or subscription["status"] != "past_due":
        return
    after = world.settings["after_last_try"]
    if after == "canceled":
        cancel(world, subscription, reason="payment_failed")
    elif after == "unpaid":
        with world.changing(subscription, UPDATED):
            subscription["status"] = "unpaid"


# --- Pending updates -----------------------------------------------------------------------------


def show_pending(world: World, subscription: Obj) -> None:
    """The change was not paid: it waits, for 23 hours or until the period ends."""
    pending, now = subscription["_pending"], world.now_for(subscription)
    expires = min(now + INCOMPLETE_HOURS * HOUR, period_of(subscription)[1])
    with world.changing(subscription, UPDATED):
        subscription["pending_update"] = {
            "billing_cycle_anchor": pending["anchor"]
            if pending["anchor"] != subscription["billing_cycle_anchor"]
            else None,
            "expires_at": expires,
            "subscription_items": pending["items"],
            "trial_end": None,
            "trial_from_plan": None,
        }
    world.plan("subscription.drop_update", subscription, expires, rank=3)


def apply_pending(world: World, subscription: Obj) -> None:
    pending = subscription.pop("_pending")
    was_shown = subscription["pending_update"] is not None
    world.unplan("subscription.drop_update", subscription)
    with world.changing(subscription, UPDATED):
        subscription["pending_update"] = None
        if pending.get("ends_trial"):
            subscription["status"], subscription["trial_end"] = "active", world.now_for(subscription)
        write_items(world, subscription, pending["items"], pending["anchor"])
    if was_shown:
        world.say("customer.subscription.pending_update_applied", subscription)


def drop_pending(world: World, subscription: Obj) -> None:
    """The change is forgotten, and so is its invoice."""
    pending = subscription.pop("_pending", None)
    if pending is None:
        return
    world.unplan("subscription.drop_update", subscription)
    invoice = world.find("invoice", pending["invoice"])
    if invoice is not None and invoice["status"] == "open":
        invoices.void(world, invoice)
    with world.changing(subscription, UPDATED):
        subscription["pending_update"] = None
    world.say("customer.subscription.pending_update_expired", subscription)


def write_items(world: World, subscription: Obj, items: list[Obj], anchor: int) -> None:
    subscription["items"] = {**subscription["items"], "data": items}
    subscription["billing_cycle_anchor"] = anchor
    subscription["currency"] = items[0]["price"]["currency"]
    plan_renewal(world, subscription)


# --- Pauses and ends -----------------------------------------------------------------------------


def pause(world: World, subscription: Obj, why: str) -> None:
    now = world.now_for(subscription)
    for what in ("subscription.renew", "subscription.warn", "subscription.upcoming"):
        world.unplan(what, subscription)
    with world.changing(subscription, UPDATED):
        subscription["status"] = "paused"
        subscription["status_details"] = {
            "paused": {"subscription": {"type": why}, "transitioned_at": now, "type": "subscription"}
        }
    world.say("customer.subscription.paused", subscription)


def resume(world: World, subscription: Obj) -> None:
    subscription.pop("_resumes_with", None)
    with world.changing(subscription, UPDATED):
        subscription["status"] = "active"
        subscription["status_details"] = None
    plan_renewal(world, subscription)
    world.say("customer.subscription.resumed", subscription)


def cancel(world: World, subscription: Obj, *, reason: str | None, details: Obj | None = None) -> None:
    """The end. Drafts stop going on by themselves; what is owed stays owed."""
    if subscription["status"] in ENDED:
        return
    now = world.now_for(subscription)
    _stop(world, subscription)
    subscription.pop("_pending", None)
    subscription.update(
        {
            "status": "canceled",
            "canceled_at": subscription["canceled_at"] or now,
            "ended_at": now,
            "pending_update": None,
            "cancellation_details": {**subscription["cancellation_details"], **(details or {})},
        }
    )
    if reason:
        subscription["cancellation_details"]["reason"] = reason
    _end_schedule(world, subscription, now)
    world.say("customer.subscription.deleted", subscription)


def expire(world: World, subscription: Obj) -> None:
    """Nobody paid the first invoice."""
    _stop(world, subscription)
    invoice = world.find("invoice", subscription["latest_invoice"])
    if invoice is not None and invoice["status"] == "open":
        invoices.void(world, invoice)
    with world.changing(subscription, UPDATED):
        subscription["status"] = "incomplete_expired"
        subscription["ended_at"] = world.now_for(subscription)


def _stop(world: World, subscription: Obj) -> None:
    for what in _JOBS:
        world.unplan(what, subscription)
    for invoice in world.all("invoice", status="draft"):
        if invoices.subscription_id_of(invoice) == subscription["id"]:
            world.unplan("invoice.finalize", invoice)
            invoice.update({"auto_advance": False, "automatically_finalizes_at": None})


def _end_schedule(world: World, subscription: Obj, now: int) -> None:
    schedule = world.find("subscription_schedule", subscription["schedule"])
    if schedule is None or schedule["status"] not in ("active", "not_started"):
        return
    world.unplan("schedule.turn", schedule)
    schedule.update({"status": "canceled", "canceled_at": now, "current_phase": None})
    world.say("subscription_schedule.canceled", schedule)
