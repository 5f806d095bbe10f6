"""Disputes: the customer's bank takes back what was paid."""

from __future__ import annotations

from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid
from billing.standin.parameters import merged, pairs, text
from billing.standin.periods import DAY
from billing.standin.routes import api
from billing.standin.world import Obj, World

_DAYS_TO_ANSWER = 7
_EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation",
    "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt", "refund_policy",
    "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation",
    "shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation",
    "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip


def begin(world: World, charge: Obj, *, reason: str = "fraudulent") -> Obj:
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


def close(world: World, found: Obj, *, won: bool) -> None:
    with world.changing(found, "charge.dispute.closed"):
        found["status"] = "won" if won else "lost"
    if won:
        world.say("charge.dispute.funds_reinstated", found)


@api("GET", "/v1/disputes", {**PAGE, "charge": text, "payment_intent": text})
def list_(world: World, given: Obj) -> Obj:
    return page(world, "/v1/disputes", world.all("dispute"), given, equal=("charge", "payment_intent"))


@api("GET", "/v1/disputes/{dispute}")
def retrieve(world: World, given: Obj, dispute_id: str) -> Obj:
    return world.get("dispute", dispute_id)


@api("POST", "/v1/disputes/{dispute}", {"metadata": pairs})
def update(world: World, given: Obj, dispute_id: str) -> Obj:
    found = world.get("dispute", dispute_id)
    with world.changing(found, "charge.dispute.updated"):
        found["metadata"] = merged(found["metadata"], given.get("metadata"))
    return found


@api("POST", "/v1/disputes/{dispute}/close")
def give_up(world: World, given: Obj, dispute_id: str) -> Obj:
    found = world.get("dispute", dispute_id)
    close(world, found, won=False)
    return found
