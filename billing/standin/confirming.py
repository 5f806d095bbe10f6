"""Confirming and cancelling a payment intent by API; here every one belongs to an invoice."""

from __future__ import annotations

from billing.standin import collecting, methods, payments
from billing.standin.errors import invalid
from billing.standin.parameters import flag, text
from billing.standin.routes import api
from billing.standin.setups import MANDATE_DATA
from billing.standin.world import Obj, World, visible

_PATH = "/v1/payment_intents/{intent}"


@api(
    "POST",
    _PATH + "/confirm",
    {"payment_method": text, "return_url": text, "mandate_data": MANDATE_DATA, "off_session": flag},
)
def confirm(world: World, given: Obj, intent_id: str) -> Obj:
    intent = world.get("payment_intent", intent_id)
    if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        raise _unexpected(intent)
    invoice = world.get("invoice", intent["_invoice"])
    name = given.get("payment_method")
    method = (
        methods.copied(world, name, param="payment_method") if name else collecting.method_for(world, invoice)
    )
    if method is None:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            param="payment_method",
        )
    customer = world.get("customer", invoice["customer"])
    refusal = collecting.collect(world, invoice, method=method, return_url=given.get("return_url"))
    if refusal:
        raise methods.declined(refusal, payment_intent=visible(intent))
    methods.keep_with(world, method, customer)
    return intent


@api("POST", _PATH + "/cancel", {"cancellation_reason": text})
def cancel(world: World, given: Obj, intent_id: str) -> Obj:
    intent = world.get("payment_intent", intent_id)
    if intent["status"] in ("succeeded", "canceled", "processing"):
        raise _unexpected(intent)
    payments.cancel(world, intent, given.get("cancellation_reason") or "requested_by_customer")
    return intent


def _unexpected(intent: Obj) -> Exception:
    return invalid(
        f"This PaymentIntent's status is {intent['status']}, which does not allow this.",
        code="payment_intent_unexpected_state",
    )
