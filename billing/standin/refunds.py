"""Refunds: money that we give back."""

from __future__ import annotations

from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid, missing_parameter
from billing.standin.parameters import merged, one_of, pairs, text, whole
from billing.standin.routes import api
from billing.standin.world import Obj, World


@api(
    "POST",
    "/v1/refunds",
    {
        "amount": whole,
        "charge": text,
        "metadata": pairs,
        "payment_intent": text,
        "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
    },
)
def create(world: World, given: Obj) -> Obj:
    charge = _charge_of(world, given)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = left if given.get("amount") is None else given["amount"]
    if charge["disputed"]:
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if not 0 < amount <= left:
        raise invalid(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    return make(world, charge, amount=amount, reason=given.get("reason"), metadata=given.get("metadata"))


def _charge_of(world: World, given: Obj) -> Obj:
    if given.get("charge"):
        return world.get("charge", given["charge"], param="charge")
    if not given.get("payment_intent"):
        raise missing_parameter("payment_intent")
    intent = world.get("payment_intent", given["payment_intent"], param="payment_intent")
    if intent["status"] != "succeeded":
        raise invalid(
            "This PaymentIntent does not have a successful charge to refund.", param="payment_intent"
        )
    return world.get("charge", intent["latest_charge"])


def make(
    world: World, charge: Obj, *, amount: int, reason: str | None = None, metadata: Obj | None = None
) -> Obj:
    refund = world.add(
        {
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "created": world.now_for(charge),
            "currency": charge["currency"],
            "customer": charge["customer"],
            "destination_details": None,
            "metadata": merged(None, metadata),
            "payment_intent": charge["payment_intent"],
            "payment_method": charge["payment_method"],
            "reason": reason,
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "succeeded",
            "transfer_reversal": None,
        }
    )
    world.say("refund.created", refund)
    with world.changing(charge, "charge.refunded"):
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    return refund


@api("GET", "/v1/refunds", {**PAGE, "charge": text, "payment_intent": text})
def list_(world: World, given: Obj) -> Obj:
    return page(world, "/v1/refunds", world.all("refund"), given, equal=("charge", "payment_intent"))


@api("GET", "/v1/refunds/{refund}")
def retrieve(world: World, given: Obj, refund_id: str) -> Obj:
    return world.get("refund", refund_id)


@api("POST", "/v1/refunds/{refund}", {"metadata": pairs})
def update(world: World, given: Obj, refund_id: str) -> Obj:
    refund = world.get("refund", refund_id)
    with world.changing(refund, "refund.updated"):
        refund["metadata"] = merged(refund["metadata"], given.get("metadata"))
    return refund
