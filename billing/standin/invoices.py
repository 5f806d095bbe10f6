"""Invoices on paper: made as drafts, finalised with a number, and what may be done to them by hand.

Taking the money is told in ``collecting.py``.
"""

from __future__ import annotations

from typing import Any

from billing.standin import customers, lines, payments
from billing.standin.answers import included, whole_list
from billing.standin.errors import invalid
from billing.standin.periods import DAY, HOUR
from billing.standin.world import Obj, World

_ENDED = ("paid", "void")


def build(
    world: World,
    customer: Obj,
    *,
    subscription: Obj | None,
    rows: list[Obj],
    reason: str,
    currency: str,
    period: tuple[int, int] | None = None,
    given: Obj | None = None,
) -> Obj:
    """An invoice as a draft would be. Stored by ``store``; a preview is not."""
    now, given = world.now_for(customer), given or {}
    by_hand = subscription or {}
    start, end = period or (now, now)
    manner = given.get("collection_method") or by_hand.get("collection_method") or "charge_automatically"
    invoice: Obj = {
        "object": "invoice",
        "account_country": "NL",
        "account_name": "Stand-in",
        "account_tax_ids": None,
        "amount_due": 0,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": 0,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": given.get("auto_advance", True),
        "automatic_tax": dict.fromkeys(("disabled_reason", "liability", "provider", "status"))
        | {"enabled": False},
        "automatically_finalizes_at": None,
        "billing_reason": reason,
        "collection_method": manner,
        "created": now,
        "currency": currency,
        "custom_fields": given.get("custom_fields"),
        "customer": customer["id"],
        "customer_account": None,
        **on_paper(world, customer),
        "default_payment_method": given.get("default_payment_method"),
        "default_source": None,
        "default_tax_rates": given.get("default_tax_rates") or by_hand.get("default_tax_rates") or [],
        "description": given.get("description") or by_hand.get("description"),
        "discounts": [],
        "due_date": given.get("due_date"),
        "effective_at": None,
        "ending_balance": None,
        "footer": given.get("footer"),
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": whole_list("", rows),
        "livemode": False,
        "metadata": given.get("metadata") or {},
        "next_payment_attempt": None,
        "number": None,
        "on_behalf_of": None,
        "parent": _parent(subscription, given.get("proration_date")),
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": (by_hand.get("payment_settings") or {}).get("payment_method_types"),
        },
        "period_end": end,
        "period_start": start,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": 0,
        "statement_descriptor": None,
        "status": "draft",
        "status_transitions": dict.fromkeys(
            ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
        ),
        "test_clock": customer["test_clock"],
        "total_discount_amounts": [],
        "total_pretax_credit_amounts": [],
        "webhooks_delivered_at": None,
        "_days_until_due": given.get("days_until_due") or by_hand.get("days_until_due"),
        "_retries": 0,
        "_first_failed_at": None,
    }
    add_up(invoice, customer)
    return invoice


def on_paper(world: World, customer: Obj) -> Obj:
    """The customer as the invoice shows them; a draft follows what changes, a finalised invoice does not."""
    return {
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": customers.tax_ids_on_paper(world, customer),
    }


def _parent(subscription: Obj | None, proration_date: int | None) -> Obj | None:
    if subscription is None:
        return None
    details: Obj = {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]}
    if proration_date:
        details["subscription_proration_date"] = proration_date
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def add_up(invoice: Obj, customer: Obj) -> None:
    """Sums, and the part that the customer's balance takes or adds."""
    invoice.update(lines.totals(invoice["lines"]["data"]))
    invoice["starting_balance"] = customer["balance"]
    invoice["amount_due"] = max(0, invoice["total"] + customer["balance"])
    invoice["amount_remaining"] = invoice["amount_due"]


def subscription_id_of(invoice: Obj) -> str | None:
    parent = invoice["parent"]
    return str(parent["subscription_details"]["subscription"]) if parent else None


def subscription_of(world: World, invoice: Obj) -> Obj | None:
    return world.find("subscription", subscription_id_of(invoice))


def store(world: World, invoice: Obj, *, finalize_later: bool) -> Obj:
    """Keep a draft; it finalises itself after an hour, if it goes on by itself at all."""
    world.add(invoice)
    invoice["lines"]["url"] = f"/v1/invoices/{invoice['id']}/lines"
    for row in invoice["lines"]["data"]:
        row.update({"id": world.ids.new("line_item"), "invoice": invoice["id"]})
    customer = world.get("customer", invoice["customer"])
    customer["currency"] = customer["currency"] or invoice["currency"]
    if subscription := subscription_of(world, invoice):
        subscription["latest_invoice"] = invoice["id"]
    if finalize_later and invoice["auto_advance"]:
        invoice["automatically_finalizes_at"] = world.now_for(invoice) + HOUR
        world.plan("invoice.finalize", invoice, invoice["automatically_finalizes_at"])
    world.say("invoice.created", invoice)
    return invoice


def finalize(world: World, invoice: Obj) -> None:
    """Give it a number and make it owed; one that comes to nothing is paid at once."""
    if invoice["status"] != "draft":
        raise invalid("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    world.unplan("invoice.finalize", invoice)
    customer, now = world.get("customer", invoice["customer"]), world.now_for(invoice)
    invoice.update(on_paper(world, customer))
    add_up(invoice, customer)
    _use_balance(world, invoice, customer)
    base = f"{world.url}/invoice/{invoice['id']}"
    invoice.update(
        {
            "number": _next_number(customer),
            "status": "open",
            "automatically_finalizes_at": None,
            "effective_at": now,
            "hosted_invoice_url": base,
            "invoice_pdf": f"{base}/print",
        }
    )
    invoice["status_transitions"]["finalized_at"] = now
    if invoice["collection_method"] == "send_invoice" and not invoice["due_date"]:
        invoice["due_date"] = now + (invoice["_days_until_due"] or 30) * DAY
    if invoice["amount_due"]:
        _ask_for_payment(world, invoice, customer)
    world.say("invoice.finalized", invoice)
    if not invoice["amount_due"]:
        mark_paid(world, invoice)
    elif invoice["due_date"]:
        world.plan("invoice.overdue", invoice, invoice["due_date"])


def _use_balance(world: World, invoice: Obj, customer: Obj) -> None:
    left = customer["balance"] + invoice["total"] - invoice["amount_due"]
    with world.changing(customer, "customer.updated"):
        customer["balance"] = left
    invoice["ending_balance"] = left


def _next_number(customer: Obj) -> str:
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    customer["next_invoice_sequence"] += 1
    return number


def _ask_for_payment(world: World, invoice: Obj, customer: Obj) -> None:
    intent = payments.make_intent(
        world,
        customer,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        description="Subscription update" if invoice["parent"] else f"Invoice {invoice['number']}",
    )
    intent["_invoice"] = invoice["id"]
    world.add(
        {
            "object": "invoice_payment",
            "amount_paid": None,
            "amount_requested": invoice["amount_due"],
            "created": world.now_for(invoice),
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": False,
            "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
            "_clock": world.clock_of(invoice),
        }
    )


def payment_of(world: World, invoice: Obj) -> Obj | None:
    return next(iter(world.all("invoice_payment", invoice=invoice["id"])), None)


def intent_of(world: World, invoice: Obj) -> Obj | None:
    payment = payment_of(world, invoice)
    return world.find("payment_intent", payment["payment"]["payment_intent"]) if payment else None


def mark_paid(world: World, invoice: Obj, *, outside: bool = False) -> None:
    """``outside``: the money came another way, and nothing was charged."""
    now = world.now_for(invoice)
    for what in ("invoice.retry", "invoice.exhaust", "invoice.overdue"):
        world.unplan(what, invoice)
    with world.changing(invoice, "invoice.updated"):
        invoice.update(
            {
                "amount_paid": invoice["amount_due"],
                "amount_remaining": 0,
                "attempted": True,
                "auto_advance": False,
                "next_payment_attempt": None,
                "status": "paid",
            }
        )
        invoice["status_transitions"] = {**invoice["status_transitions"], "paid_at": now}
    if outside:
        invoice["amount_paid_off_stripe"] = invoice["amount_due"]
        if intent := intent_of(world, invoice):
            payments.cancel(world, intent, "automatic")
    _close_payment(world, invoice, "canceled" if outside else "paid", now)
    world.say("invoice.paid", invoice)
    world.say("invoice.payment_succeeded", invoice)


def _close_payment(world: World, invoice: Obj, status: str, now: int) -> None:
    payment = payment_of(world, invoice)
    if payment is None:
        return
    payment["status"] = status
    payment["status_transitions"][f"{status}_at"] = now
    if status == "paid":
        payment["amount_paid"] = invoice["amount_due"]
        world.say("invoice_payment.paid", payment)


def void(world: World, invoice: Obj) -> None:
    _end(world, invoice, "void", "voided_at")
    world.say("invoice.voided", invoice)


def write_off(world: World, invoice: Obj) -> None:
    _end(world, invoice, "uncollectible", "marked_uncollectible_at")
    world.say("invoice.marked_uncollectible", invoice)


def _end(world: World, invoice: Obj, status: str, moment: str) -> None:
    if invoice["status"] in (*_ENDED, "draft", status):
        raise invalid(
            f"You can only do this to an open invoice. This invoice's status is {invoice['status']}."
        )
    for what in ("invoice.retry", "invoice.exhaust", "invoice.overdue"):
        world.unplan(what, invoice)
    invoice.update({"status": status, "next_payment_attempt": None, "auto_advance": False})
    invoice["status_transitions"][moment] = world.now_for(invoice)
    if status == "void":
        if intent := intent_of(world, invoice):
            payments.cancel(world, intent, "void_invoice")
        _close_payment(world, invoice, "canceled", world.now_for(invoice))


@included("invoice", "payments")
def payments_of(world: World, invoice: Obj) -> Any:
    rows = world.all("invoice_payment", invoice=invoice["id"])
    return whole_list(f"/v1/invoice_payments?invoice={invoice['id']}", rows[::-1])


@included("invoice", "confirmation_secret")
def confirmation_secret_of(world: World, invoice: Obj) -> Any:
    intent = intent_of(world, invoice)
    return intent and {"client_secret": intent["client_secret"], "type": "payment_intent"}
