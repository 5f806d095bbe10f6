"""What time does to a subscription: renewals, the end of a trial, and the ends that were chosen before."""

from __future__ import annotations

from billing.standin import collecting, invoice_items, invoices, lines, methods, standing
from billing.standin.periods import next_boundary
from billing.standin.standing import UPDATED
from billing.standin.world import Obj, World, due


def period_rows(world: World, customer: Obj, subscription: Obj, items: list[Obj] | None = None) -> list[Obj]:
    """The lines of a full period of each item."""
    rates = subscription["default_tax_rates"] or []
    return [
        lines.whole_period(world, customer, item, rates=rates)
        for item in items or subscription["items"]["data"]
    ]


def rolled(item: Obj, anchor: int) -> Obj:
    """An item in its next period."""
    start, recurring = item["current_period_end"], item["price"]["recurring"]
    end = next_boundary(anchor, recurring["interval"], recurring["interval_count"], start)
    return {**item, "current_period_start": start, "current_period_end": end}


def drawn_up(
    world: World,
    customer: Obj,
    subscription: Obj,
    *,
    rows: list[Obj],
    reason: str,
    period: tuple[int, int] | None = None,
    proration_date: int | None = None,
) -> tuple[Obj, list[Obj]]:
    """An invoice of a subscription, and what was waiting for one. A preview shows it and keeps nothing."""
    waiting = invoice_items.pending(world, customer, subscription)
    rates = subscription["default_tax_rates"] or []
    invoice = invoices.build(
        world,
        customer,
        subscription=subscription,
        rows=[*invoice_items.rows_of(world, customer, waiting, rates=rates), *rows],
        reason=reason,
        currency=subscription["currency"],
        period=period,
        given={"proration_date": proration_date},
    )
    return invoice, waiting


def draft(
    world: World,
    subscription: Obj,
    *,
    rows: list[Obj],
    reason: str,
    period: tuple[int, int] | None = None,
    proration_date: int | None = None,
    finalize_later: bool = False,
) -> Obj:
    """An invoice of a subscription with what was waiting for one."""
    invoice, waiting = drawn_up(
        world,
        world.get("customer", subscription["customer"]),
        subscription,
        rows=rows,
        reason=reason,
        period=period,
        proration_date=proration_date,
    )
    goes_on = subscription["status"] != "unpaid"
    invoice["auto_advance"] = (
        goes_on and (subscription["pause_collection"] or {}).get("behavior") != "keep_as_draft"
    )
    invoices.store(world, invoice, finalize_later=finalize_later)
    invoice_items.put(waiting, invoice)
    return invoice


@due("subscription.renew")
def renew(world: World, subscription_id: str) -> None:
    """The period is over. Its invoice is a draft for an hour, so that something may still be put on it."""
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] in (*standing.ENDED, "incomplete", "paused"):
        return
    if subscription["cancel_at_period_end"]:
        standing.cancel(world, subscription, reason="cancellation_requested")
    elif subscription["status"] == "trialing":
        _end_trial(world, subscription)
    else:
        _next_period(world, subscription)


def _next_period(world: World, subscription: Obj, *, status: str | None = None) -> None:
    standing.drop_pending(world, subscription)
    before = standing.period_of(subscription)
    anchor = subscription["billing_cycle_anchor"]
    with world.changing(subscription, UPDATED):
        subscription["status"] = status or subscription["status"]
        items = [rolled(item, anchor) for item in subscription["items"]["data"]]
        standing.write_items(world, subscription, items, anchor)
        rows = period_rows(world, world.get("customer", subscription["customer"]), subscription)
        invoice = draft(
            world, subscription, rows=rows, reason="subscription_cycle", period=before, finalize_later=True
        )
    _heed_pause(world, subscription, invoice)


def _heed_pause(world: World, subscription: Obj, invoice: Obj) -> None:
    """While collection is paused an invoice is made and let go of."""
    behaviour = (subscription["pause_collection"] or {}).get("behavior")
    if behaviour in ("void", "mark_uncollectible"):
        invoices.finalize(world, invoice)
        if invoice["status"] == "open":
            (invoices.void if behaviour == "void" else invoices.write_off)(world, invoice)


def _end_trial(world: World, subscription: Obj) -> None:
    customer = world.get("customer", subscription["customer"])
    by_itself = subscription["collection_method"] == "charge_automatically"
    if by_itself and methods.default_for(world, subscription, customer) is None:
        then = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
        if then == "pause":
            standing.pause(world, subscription, "trial_end_without_payment_method")
            return
        if then == "cancel":
            standing.cancel(world, subscription, reason="payment_failed")
            return
    _next_period(world, subscription, status="active")


@due("subscription.warn")
def warn(world: World, subscription_id: str) -> None:
    """Three days before a trial ends."""
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] == "trialing":
        subscription["_warned_of"] = subscription["trial_end"]
        world.say("customer.subscription.trial_will_end", subscription)


@due("subscription.cancel")
def cancel_when_due(world: World, subscription_id: str) -> None:
    standing.cancel(world, world.get("subscription", subscription_id), reason="cancellation_requested")


@due("subscription.expire")
def expire(world: World, subscription_id: str) -> None:
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] == "incomplete":
        standing.expire(world, subscription)


@due("subscription.drop_update")
def drop_update(world: World, subscription_id: str) -> None:
    standing.drop_pending(world, world.get("subscription", subscription_id))


def start_paying(
    world: World, subscription: Obj, *, rows: list[Obj], reason: str, proration_date: int | None = None
) -> Obj:
    """An invoice that does not wait an hour. Whether it is paid at once is for the caller to see to."""
    invoice = draft(world, subscription, rows=rows, reason=reason, proration_date=proration_date)
    invoices.finalize(world, invoice)
    if invoice["status"] == "paid":
        standing.after_paid(world, invoice)
    return invoice


def pay_now(world: World, invoice: Obj) -> None:
    if invoice["status"] == "open" and invoice["collection_method"] == "charge_automatically":
        collecting.collect(world, invoice)
