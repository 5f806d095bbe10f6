"""What an invoice would be: the next one as things stand, or the one that a change would make."""

from __future__ import annotations

from billing.standin import catalogue, changes, cycles, invoices, lines, standing
from billing.standin.answers import whole_list
from billing.standin.errors import StripeError, missing_parameter
from billing.standin.parameters import (
    ADDRESS,
    Kind,
    each,
    either,
    flag,
    group,
    off,
    one_of,
    pairs,
    text,
    texts,
    whole,
)
from billing.standin.routes import api
from billing.standin.world import Obj, World, due

_ITEM: Kind = group(
    {
        "amount": whole,
        "currency": text,
        "description": text,
        "metadata": pairs,
        "period": group({"start": whole, "end": whole}, "start", "end"),
        "price": text,
        "quantity": whole,
        "tax_rates": texts,
    }
)
_DETAILS: Kind = group(
    {
        "billing_cycle_anchor": changes.ANCHOR,
        "billing_mode": changes.BILLING_MODE,
        "cancel_at_period_end": flag,
        "default_tax_rates": texts,
        "items": each(changes.CHANGED_ITEM),
        "metadata": pairs,
        "proration_behavior": changes.PRORATION,
        "proration_date": whole,
        "trial_end": either("now", whole),
    }
)
#: Of the details, those that change something.
_CHANGES = ("items", "billing_cycle_anchor", "trial_end")


@api(
    "POST",
    "/v1/invoices/create_preview",
    {
        "automatic_tax": group({"enabled": off}),
        "currency": text,
        "customer": text,
        "customer_details": group({"tax_exempt": one_of("none", "exempt", "reverse"), "address": ADDRESS}),
        "invoice_items": each(_ITEM),
        "preview_mode": one_of("next", "recurring"),
        "subscription": text,
        "subscription_details": _DETAILS,
    },
)
def create(world: World, given: Obj) -> Obj:
    details = given.get("subscription_details") or {}
    if given.get("subscription"):
        subscription = world.get("subscription", given["subscription"], param="subscription")
        invoice = _of_change(world, subscription, details)
    else:
        invoice = _of_beginning(world, _customer(world, given), details)
    _add_rows(world, invoice, given)
    return invoice


def _customer(world: World, given: Obj) -> Obj:
    if not given.get("customer"):
        raise missing_parameter("customer")
    customer = world.get("customer", given["customer"], param="customer")
    other = (given.get("customer_details") or {}).get("tax_exempt")
    return {**customer, "tax_exempt": other} if other else customer


def _of_beginning(world: World, customer: Obj, details: Obj) -> Obj:
    if not details.get("items"):
        raise missing_parameter("subscription_details[items]")
    trial_end = details.get("trial_end")
    subscription = changes.build(
        world, customer, {**details, "trial_end": trial_end}, world.now_for(customer)
    )
    rows = changes.first_rows(world, customer, subscription)
    return _shown(world, customer, subscription, rows, reason="upcoming")


def _of_change(world: World, subscription: Obj, details: Obj) -> Obj:
    if subscription["status"] in standing.ENDED:
        raise _no_upcoming()
    if not any(details.get(name) for name in _CHANGES):
        leaving = details.get("cancel_at_period_end", subscription["cancel_at_period_end"])
        if leaving:
            raise _no_upcoming()
        return upcoming(world, subscription)
    change = changes.work_out(world, subscription, details)
    customer = world.get("customer", subscription["customer"])
    at = details.get("proration_date")
    if change.is_invoiced(details.get("proration_behavior") or "create_prorations"):
        return _shown(
            world, customer, subscription, change.rows, reason="subscription_update", proration_date=at
        )
    later = [cycles.rolled(item, change.anchor) for item in change.items]
    rows = [*change.rows, *cycles.period_rows(world, customer, subscription, later)]
    return _shown(world, customer, subscription, rows, reason="upcoming", proration_date=at)


def _no_upcoming() -> StripeError:
    return StripeError(
        404,
        type="invalid_request_error",
        code="invoice_upcoming_none",
        message="No upcoming invoices for customer",
    )


def upcoming(world: World, subscription: Obj) -> Obj:
    """The invoice of the next period, as things stand; a downgrade on the schedule counts."""
    customer = world.get("customer", subscription["customer"])
    items = _scheduled_items(world, subscription) or subscription["items"]["data"]
    later = [cycles.rolled(item, subscription["billing_cycle_anchor"]) for item in items]
    rows = cycles.period_rows(world, customer, subscription, later)
    return _shown(world, customer, subscription, rows, reason="upcoming")


@due("subscription.upcoming")
def announce(world: World, subscription_id: str) -> None:
    """A week before a renewal: what it will cost, as things stand. Such an invoice has no id yet."""
    subscription = world.get("subscription", subscription_id)
    if subscription["status"] in ("active", "past_due") and not subscription["cancel_at_period_end"]:
        invoice = upcoming(world, subscription)
        _add_rows(world, invoice, {})
        del invoice["id"]
        world.say("invoice.upcoming", invoice)


def _scheduled_items(world: World, subscription: Obj) -> list[Obj] | None:
    from billing.standin import schedules  # schedules know changes, and changes know what a preview shows

    schedule = world.find("subscription_schedule", subscription["schedule"])
    return schedules.items_at(world, schedule, subscription) if schedule else None


def _shown(
    world: World,
    customer: Obj,
    subscription: Obj,
    rows: list[Obj],
    *,
    reason: str,
    proration_date: int | None = None,
) -> Obj:
    invoice, _waiting = cycles.drawn_up(
        world, customer, subscription, rows=rows, reason=reason, proration_date=proration_date
    )
    invoice["_customer"] = customer
    return {"id": "upcoming_" + world.ids.new("invoice"), **invoice}


def _add_rows(world: World, invoice: Obj, given: Obj) -> None:
    customer, now = invoice["_customer"], invoice["created"]
    for one in given.get("invoice_items", []):
        price = world.get("price", one["price"], param="invoice_items[price]") if one.get("price") else None
        quantity = one.get("quantity") or 1
        period = one.get("period") or {"start": now, "end": now}
        rates = catalogue.tax_rates(world, one.get("tax_rates"), param="invoice_items[tax_rates]")
        invoice["lines"]["data"].append(
            lines.line(
                world,
                customer,
                amount=catalogue.cost(price, quantity) if price else one.get("amount") or 0,
                currency=invoice["currency"],
                description=one.get("description") or "",
                period=(period["start"], period["end"]),
                rates=rates or invoice["default_tax_rates"],
                price=price,
                quantity=quantity,
                parent=lines.of_invoice_item("ii_preview"),
            )
        )
    invoice["lines"] = whole_list(f"/v1/invoices/{invoice['id']}/lines", invoice["lines"]["data"])
    for row in invoice["lines"]["data"]:
        row.update({"id": "il_tmp_" + world.ids.letters(24), "invoice": invoice["id"]})
    invoices.add_up(invoice, customer)
