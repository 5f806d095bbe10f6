"""Beginning a subscription and changing it: what the change costs, and when it takes hold.

``work_out`` only reckons; the real change and its preview both use it, so they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from billing.standin import catalogue, cycles, invoice_items, invoices, lines, methods, payments, standing
from billing.standin.answers import whole_list
from billing.standin.errors import invalid
from billing.standin.parameters import Kind, each, flag, group, merged, one_of, pairs, text, texts, whole
from billing.standin.periods import DAY, next_boundary
from billing.standin.test_numbers import ASKS_3DS, Decline
from billing.standin.world import Obj, World

BEHAVIOUR = one_of("allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete")
PRORATION = one_of("always_invoice", "create_prorations", "none")
ITEM: dict[str, Kind] = {
    "metadata": pairs,
    "price": text,
    "price_data": catalogue.PRICE_DATA,
    "quantity": whole,
    "tax_rates": texts,
}
CHANGED_ITEM: Kind = group({**ITEM, "id": text, "deleted": flag, "clear_usage": flag})
TRIAL_SETTINGS: Kind = group(
    {
        "end_behavior": group(
            {"missing_payment_method": one_of("cancel", "create_invoice", "pause")}, "missing_payment_method"
        )
    },
    "end_behavior",
)
PAYMENT_SETTINGS: Kind = group(
    {
        "payment_method_types": texts,
        "save_default_payment_method": one_of("off", "on_subscription"),
        "payment_method_options": group(
            {
                "card": group({"request_three_d_secure": text}),
                "bancontact": group({"preferred_language": text}),
            }
        ),
    }
)
BILLING_MODE: Kind = group(
    {
        "type": one_of("flexible"),
        "flexible": group({"proration_discounts": one_of("included", "itemized")}),
    },
    "type",
)
INVOICE_SETTINGS: Kind = group({"description": text, "footer": text, "account_tax_ids": texts})
ANCHOR: Kind = group({"type": one_of("now", "unchanged")}, "type")
items_of = each(group(ITEM))


# --- Items ---------------------------------------------------------------------------------------


def make_item(world: World, given: Obj, *, subscription_id: str, now: int, param: str) -> Obj:
    if given.get("price_data"):
        price = catalogue.make_price(world, given["price_data"])
    elif given.get("price"):
        price = world.get("price", given["price"], param=f"{param}[price]")
    else:
        raise invalid("You must pass a price for each item.", param=param, code="parameter_missing")
    if price["type"] != "recurring":
        raise invalid("This field only accepts prices with `type=recurring`.", param=f"{param}[price]")
    if not price["active"]:
        raise invalid(
            "The price specified is inactive. This field only accepts active prices.", param=f"{param}[price]"
        )
    return {
        "id": world.ids.new("subscription_item"),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": now,
        "current_period_start": now,
        "discounts": [],
        "metadata": merged(None, given.get("metadata")),
        "plan": catalogue.plan_of(price),
        "price": dict(price),
        "quantity": 1 if given.get("quantity") is None else given["quantity"],
        "subscription": subscription_id,
        "tax_rates": catalogue.tax_rates(world, given.get("tax_rates"), param=f"{param}[tax_rates]"),
    }


def _check_together(items: list[Obj]) -> None:
    """One rhythm and one currency; what Stripe allows beyond that is not done here."""
    if not items:
        raise invalid("A subscription must have at least one item.", param="items")
    if len({item["price"]["currency"] for item in items}) > 1:
        raise invalid("All prices on a subscription must have the same currency.", param="items")
    if len({(_rhythm(item)) for item in items}) > 1:
        raise invalid("This stand-in bills all items of a subscription at the same interval.", param="items")


def _rhythm(item: Obj) -> tuple[str, int]:
    recurring = item["price"]["recurring"]
    return recurring["interval"], recurring["interval_count"]


def _in_period(items: list[Obj], start: int, end: int) -> list[Obj]:
    return [{**item, "current_period_start": start, "current_period_end": end} for item in items]


# --- Beginning -----------------------------------------------------------------------------------


def begin(world: World, customer: Obj, given: Obj, *, method: Obj | None = None) -> Obj:
    """A new subscription, with its first invoice; ``given`` as the API takes it.

    With ``method`` it was chosen at Checkout and is the subscription's own.
    """
    now = world.now_for(customer)
    subscription = build(world, customer, given, now)
    if method is not None:
        subscription["default_payment_method"] = method["id"]
    behaviour = given.get("payment_behavior") or "allow_incomplete"
    rows = first_rows(world, customer, subscription)
    owed = (
        subscription["collection_method"] == "charge_automatically" and sum(row["amount"] for row in rows) > 0
    )
    if owed:
        _check_payable(world, subscription, customer, behaviour)
    world.add(subscription)
    standing.plan_renewal(world, subscription)
    standing.plan_end(world, subscription)
    if owed:
        subscription["status"] = "incomplete"
        standing.expect_first_payment(world, subscription)
    world.say("customer.subscription.created", subscription)
    invoice = cycles.draft(world, subscription, rows=rows, reason="subscription_create")
    pay_first(world, invoice, try_now=behaviour != "default_incomplete" and method is None)
    return subscription


def pay_first(world: World, invoice: Obj, *, try_now: bool = True) -> None:
    """Finalise an invoice that does not wait an hour, and try for its money."""
    invoices.finalize(world, invoice)
    if invoice["status"] == "paid":
        standing.after_paid(world, invoice)
    elif try_now:
        cycles.pay_now(world, invoice)


def first_rows(world: World, customer: Obj, subscription: Obj) -> list[Obj]:
    items = subscription["items"]["data"]
    if subscription["status"] == "trialing":
        return [lines.trial_period(world, customer, item) for item in items]
    if subscription.get("_first_part_free"):
        return []
    rates, start, end = subscription["default_tax_rates"], *standing.period_of(subscription)
    if subscription["billing_cycle_anchor"] != start:
        whole_start = _whole_start(subscription, start)
        spread = _in_period(items, whole_start, end)
        return [lines.part(world, customer, item, at=start, credit=False, rates=rates) for item in spread]
    return cycles.period_rows(world, customer, subscription)


def _whole_start(subscription: Obj, start: int) -> int:
    """When the period began of which the first part is not used."""
    anchor = subscription["billing_cycle_anchor"]
    interval, count = _rhythm(subscription["items"]["data"][0])
    day = start
    while next_boundary(anchor, interval, count, day) > start:
        day -= DAY
    return next_boundary(anchor, interval, count, day)


def _check_payable(world: World, subscription: Obj, customer: Obj, behaviour: str) -> None:
    if behaviour == "default_incomplete":
        return
    method = methods.default_for(world, subscription, customer)
    if method is None:
        raise invalid(
            "This customer has no attached payment source or default payment method. Please consider adding a"
            " default payment method.",
            code="resource_missing",
        )
    if behaviour == "error_if_incomplete":
        _check_method(method)


def _check_method(method: Obj) -> None:
    outcome = payments.prospect(method, authenticated=False)
    if isinstance(outcome, Decline):
        raise methods.declined(outcome)
    if outcome == "requires_action":
        raise methods.declined(ASKS_3DS)


def build(world: World, customer: Obj, given: Obj, now: int) -> Obj:
    name = world.ids.new("subscription")
    items = [
        make_item(world, one, subscription_id=name, now=now, param=f"items[{n}]")
        for n, one in enumerate(given["items"])
    ]
    _check_together(items)
    if given.get("default_payment_method"):
        methods.of_customer(world, given["default_payment_method"], customer, param="default_payment_method")
    trial_end = _trial_end(given, now)
    anchor = given.get("billing_cycle_anchor") or trial_end or now
    end = trial_end or next_boundary(anchor, *_rhythm(items[0]), now)
    manner = given.get("collection_method") or "charge_automatically"
    if manner == "send_invoice" and given.get("days_until_due") is None:
        raise invalid(
            "You must pass `days_until_due` with `collection_method=send_invoice`.", param="days_until_due"
        )
    settings = given.get("payment_settings") or {}
    subscription: Obj = {
        "id": name,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": anchor,
        "billing_cycle_anchor_config": None,
        "billing_mode": {
            "flexible": {"proration_discounts": "included"},
            "type": "flexible",
            "updated_at": now,
        },
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": given.get("cancel_at_period_end", False),
        "canceled_at": now if given.get("cancel_at_period_end") else None,
        "cancellation_details": dict.fromkeys(("comment", "feedback", "reason")),
        "collection_method": manner,
        "created": now,
        "currency": items[0]["price"]["currency"],
        "customer": customer["id"],
        "customer_account": None,
        "days_until_due": given.get("days_until_due"),
        "default_payment_method": given.get("default_payment_method"),
        "default_source": None,
        "default_tax_rates": catalogue.tax_rates(
            world, given.get("default_tax_rates"), param="default_tax_rates"
        ),
        "description": given.get("description"),
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {
            "account_tax_ids": None,
            "issuer": {"type": "self"},
            **(given.get("invoice_settings") or {}),
        },
        "items": whole_list(f"/v1/subscription_items?subscription={name}", _in_period(items, now, end)),
        "latest_invoice": None,
        "livemode": False,
        "metadata": merged(None, given.get("metadata")),
        "next_pending_invoice_item_invoice": None,
        "on_behalf_of": None,
        "pause_collection": None,
        "payment_settings": {
            "payment_method_options": settings.get("payment_method_options"),
            "payment_method_types": settings.get("payment_method_types"),
            "save_default_payment_method": settings.get("save_default_payment_method") or "off",
        },
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": now,
        "status": "trialing" if trial_end else "active",
        "status_details": None,
        "test_clock": customer["test_clock"],
        "transfer_data": None,
        "trial_end": trial_end,
        "trial_settings": {"end_behavior": {"missing_payment_method": _without_method(given)}},
        "trial_start": now if trial_end else None,
        "_first_part_free": anchor > now and not trial_end and given.get("proration_behavior") == "none",
    }
    subscription["cancel_at"] = chosen_end(subscription, given.get("cancel_at"))
    return subscription


def _without_method(given: Obj) -> str:
    settings = given.get("trial_settings") or {"end_behavior": {"missing_payment_method": "create_invoice"}}
    return str(settings["end_behavior"]["missing_payment_method"])


def _trial_end(given: Obj, now: int) -> int | None:
    if given.get("trial_period_days") and given.get("trial_end"):
        raise invalid("You can only pass one of `trial_end` and `trial_period_days`.", param="trial_end")
    if given.get("trial_period_days"):
        return now + int(given["trial_period_days"]) * DAY
    end = given.get("trial_end")
    if end in (None, "now"):
        return None
    if end <= now:
        raise invalid("The trial end date has to be in the future.", param="trial_end")
    return int(end)


def chosen_end(subscription: Obj, end: int | str | None) -> int | None:
    """``min_period_end`` and its like mean the same while all items share a period."""
    if isinstance(end, str):
        return standing.period_of(subscription)[1]
    return end


# --- Changing ------------------------------------------------------------------------------------


@dataclass
class Change:
    """What a change comes to: the items afterwards, the anchor, and the lines that it costs."""

    items: list[Obj]
    anchor: int
    rows: list[Obj] = field(default_factory=list)
    #: A new period begins, so there is an invoice whatever was asked about prorations.
    restarts: bool = False
    ends_trial: bool = False

    def is_invoiced(self, behaviour: str) -> bool:
        return self.restarts or (behaviour == "always_invoice" and bool(self.rows))


def work_out(world: World, subscription: Obj, given: Obj) -> Change:
    """Reckon a change. ``proration_date`` reckons as of then; nothing of the world is touched."""
    customer, now = world.get("customer", subscription["customer"]), world.now_for(subscription)
    start, end = standing.period_of(subscription)
    at = given.get("proration_date") or now
    if not start <= at <= end:
        raise invalid(
            "Cannot specify a proration date outside of the current period.", param="proration_date"
        )
    old = subscription["items"]["data"]
    new = _changed_items(world, subscription, given.get("items") or [], now)
    _check_together(new)
    change = Change(items=new, anchor=subscription["billing_cycle_anchor"])
    in_trial = subscription["status"] == "trialing"
    change.ends_trial = in_trial and given.get("trial_end") == "now"
    if in_trial and not change.ends_trial:
        return change
    restart = (
        _rhythm(old[0]) != _rhythm(new[0]) or (given.get("billing_cycle_anchor") or {}).get("type") == "now"
    )
    behaviour = given.get("proration_behavior") or "create_prorations"
    rates = _rates(world, subscription, given)
    if restart or change.ends_trial:
        _restart(
            world,
            customer,
            change,
            old=[] if in_trial or behaviour == "none" else old,
            at=at,
            now=now,
            rates=rates,
        )
    elif behaviour != "none":
        _prorate(
            world, customer, change, old=old, at=at, rates=rates, old_rates=subscription["default_tax_rates"]
        )
    return change


def _rates(world: World, subscription: Obj, given: Obj) -> list[Obj]:
    if "default_tax_rates" in given:
        return catalogue.tax_rates(world, given["default_tax_rates"], param="default_tax_rates")
    return subscription["default_tax_rates"] or []


def _changed_items(world: World, subscription: Obj, wanted: list[Obj], now: int) -> list[Obj]:
    items = {item["id"]: item for item in subscription["items"]["data"]}
    start, end = standing.period_of(subscription)
    for n, one in enumerate(wanted):
        param = f"items[{n}]"
        name = one.get("id")
        if name is None:
            added = make_item(world, one, subscription_id=subscription["id"], now=now, param=param)
            items[added["id"]] = _in_period([added], start, end)[0]
        elif name not in items:
            raise invalid(
                f"No such subscription item: '{name}'", param=f"{param}[id]", code="resource_missing"
            )
        elif one.get("deleted"):
            del items[name]
        else:
            items[name] = _changed_item(world, items[name], one, param)
    return list(items.values())


def _changed_item(world: World, item: Obj, given: Obj, param: str) -> Obj:
    changed = dict(item)
    if given.get("price") or given.get("price_data"):
        other = make_item(
            world, given, subscription_id=item["subscription"], now=item["created"], param=param
        )
        changed |= {"price": other["price"], "plan": other["plan"]}
    if given.get("quantity") is not None:
        changed["quantity"] = given["quantity"]
    if "tax_rates" in given:
        changed["tax_rates"] = catalogue.tax_rates(world, given["tax_rates"], param=f"{param}[tax_rates]")
    changed["metadata"] = merged(item["metadata"], given.get("metadata"))
    return changed


def _prorate(
    world: World,
    customer: Obj,
    change: Change,
    *,
    old: list[Obj],
    at: int,
    rates: list[Obj],
    old_rates: list[Obj],
) -> None:
    before = {item["id"]: item for item in old}
    after = {item["id"]: item for item in change.items}
    for name in before | after:
        was, is_ = before.get(name), after.get(name)
        if was and is_ and _costs_alike(was, is_):
            continue
        if was:
            change.rows.append(lines.part(world, customer, was, at=at, credit=True, rates=old_rates))
        if is_:
            change.rows.append(lines.part(world, customer, is_, at=at, credit=False, rates=rates))


def _costs_alike(was: Obj, is_: Obj) -> bool:
    return (was["price"]["id"], was["quantity"]) == (is_["price"]["id"], is_["quantity"])


def _restart(
    world: World, customer: Obj, change: Change, *, old: list[Obj], at: int, now: int, rates: list[Obj]
) -> None:
    """A new period from now: what was paid of the old one goes back, the new one is paid in full."""
    change.rows += [lines.part(world, customer, item, at=at, credit=True, rates=rates) for item in old]
    change.anchor, change.restarts = now, True
    end = next_boundary(now, *_rhythm(change.items[0]), now)
    change.items = _in_period(change.items, now, end)
    change.rows += [lines.whole_period(world, customer, item, rates=rates) for item in change.items]


def make_change(world: World, subscription: Obj, given: Obj, attributes: Obj) -> None:
    """Change what is subscribed to, and pay for it as ``payment_behavior`` says.

    ``attributes`` are written along with it; those of a change that waits have been refused before.
    """
    behaviour = given.get("payment_behavior") or "allow_incomplete"
    proration = given.get("proration_behavior") or "create_prorations"
    customer = world.get("customer", subscription["customer"])
    if behaviour == "pending_if_incomplete":
        _check_pending_possible(world, subscription, customer)
    change = work_out(world, subscription, given)
    invoiced = change.is_invoiced(proration) and subscription["status"] not in ("incomplete", "paused")
    if invoiced and behaviour == "error_if_incomplete" and sum(row["amount"] for row in change.rows) > 0:
        method = methods.default_for(world, subscription, customer)
        _check_method(method) if method else None
    if invoiced and behaviour == "pending_if_incomplete":
        _change_when_paid(world, subscription, change, given)
        return
    with world.changing(subscription, standing.UPDATED):
        subscription.update(attributes)
        _take_hold(world, subscription, change)
    if invoiced:
        _invoice_change(world, subscription, change, given, try_now=behaviour != "default_incomplete")
        return
    for row in change.rows:
        invoice_items.leave(world, customer, row)


def _check_pending_possible(world: World, subscription: Obj, customer: Obj) -> None:
    """Stripe lets a change wait for a card alone: a bank's answer takes longer than a change may wait."""
    method = methods.default_for(world, subscription, customer)
    by_debit = method is not None and method["type"] == "sepa_debit"
    if by_debit or subscription["collection_method"] != "charge_automatically":
        raise invalid(
            "`payment_behavior=pending_if_incomplete` is not supported for bank debits, nor with"
            " `collection_method=send_invoice`.",
            param="payment_behavior",
        )


def _take_hold(world: World, subscription: Obj, change: Change) -> None:
    if change.ends_trial:
        subscription["status"], subscription["trial_end"] = "active", world.now_for(subscription)
    standing.write_items(world, subscription, change.items, change.anchor)


def _invoice_change(world: World, subscription: Obj, change: Change, given: Obj, *, try_now: bool) -> Obj:
    invoice = cycles.start_paying(
        world,
        subscription,
        rows=change.rows,
        reason="subscription_update",
        proration_date=given.get("proration_date"),
    )
    if try_now:
        cycles.pay_now(world, invoice)
    elif invoice["status"] == "open":
        standing.after_failed(world, invoice)
    return invoice


def _change_when_paid(world: World, subscription: Obj, change: Change, given: Obj) -> None:
    """The change waits until its invoice is paid; paid at once, it takes hold at once."""
    standing.drop_pending(world, subscription)
    pending = {"invoice": "", "items": change.items, "anchor": change.anchor}
    subscription["_pending"] = pending
    invoice = cycles.draft(
        world,
        subscription,
        rows=change.rows,
        reason="subscription_update",
        proration_date=given.get("proration_date"),
    )
    pending["invoice"] = invoice["id"]
    if change.ends_trial:
        pending["ends_trial"] = True
    pay_first(world, invoice)
    if subscription.get("_pending"):
        standing.show_pending(world, subscription)
