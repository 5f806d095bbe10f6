"""Money that goes back: refunds by us, disputes by the customer's bank."""

from __future__ import annotations

from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid, missing_parameter
from billing.standin.parameters import merged, one_of, pairs, text, whole
from billing.standin.periods import DAY
from billing.standin.routes import api
from billing.standin.world import Obj, World

_DAYS_TO_ANSWER = 7


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


# --- Disputes ------------------------------------------------------------------------------------

_EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation",
    "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt", "refund_policy",
    "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation",
    "shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation",
    "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip


def dispute(world: World, charge: Obj, *, reason: str = "fraudulent") -> Obj:
    """The customer's bank takes the money back. A direct debit is lost at once, a card may be fought for."""
    if charge["status"] != "succeeded" or charge["disputed"]:
        raise invalid("Only a charge that succeeded can be disputed, and only once.", param="charge")
    by_card, now = charge["payment_method_details"]["type"] == "card", world.now_for(charge)
    found = world.add(
        {
            "object": "dispute",
            "amount": charge["amount"],
            "balance_transactions": [],
            "charge": charge["id"],
            "created": now,
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
            "evidence_details": {
                "due_by": now + _DAYS_TO_ANSWER * DAY if by_card else None,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            "is_charge_refundable": False,
            "livemode": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "payment_method_details": _method_details(charge) if by_card else None,
            "reason": reason if by_card else "debit_not_authorized",
            "status": "needs_response" if by_card else "lost",
            "_clock": world.clock_of(charge),
        }
    )
    charge["disputed"] = True
    world.say("charge.dispute.created", found)
    world.say("charge.dispute.funds_withdrawn", found)
    if not by_card:
        world.say("charge.dispute.closed", found)
    return found


def _method_details(charge: Obj) -> Obj:
    brand = charge["payment_method_details"]["card"]["brand"]
    card = {"brand": brand, "case_type": "chargeback", "network": brand, "network_reason_code": "10.4"}
    return {"card": card, "type": "card"}


def close_dispute(world: World, found: Obj, *, won: bool) -> None:
    with world.changing(found, "charge.dispute.closed"):
        found["status"] = "won" if won else "lost"
    if won:
        world.say("charge.dispute.funds_reinstated", found)


@api("GET", "/v1/disputes", {**PAGE, "charge": text, "payment_intent": text})
def list_disputes(world: World, given: Obj) -> Obj:
    return page(world, "/v1/disputes", world.all("dispute"), given, equal=("charge", "payment_intent"))


@api("GET", "/v1/disputes/{dispute}")
def retrieve_dispute(world: World, given: Obj, dispute_id: str) -> Obj:
    return world.get("dispute", dispute_id)


@api("POST", "/v1/disputes/{dispute}", {"metadata": pairs})
def update_dispute(world: World, given: Obj, dispute_id: str) -> Obj:
    found = world.get("dispute", dispute_id)
    with world.changing(found, "charge.dispute.updated"):
        found["metadata"] = merged(found["metadata"], given.get("metadata"))
    return found


@api("POST", "/v1/disputes/{dispute}/close")
def give_up_dispute(world: World, given: Obj, dispute_id: str) -> Obj:
    found = world.get("dispute", dispute_id)
    close_dispute(world, found, won=False)
    return found
