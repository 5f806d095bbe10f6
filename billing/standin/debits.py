"""Direct debits: days later it is known whether the bank paid."""

from __future__ import annotations

from billing.standin import collecting, payments
from billing.standin.errors import invalid
from billing.standin.test_numbers import Decline
from billing.standin.world import Obj, World, due


@due("debit.known")
def known(world: World, intent_id: str) -> None:
    intent = world.get("payment_intent", intent_id)
    method = world.get("payment_method", intent["payment_method"])
    settle(world, intent, refused=payments.refusal_of_account(method))


def settle(world: World, intent: Obj, *, refused: Decline | None) -> None:
    """The bank's word on a debit that is under way, wherever it comes from."""
    if intent["status"] != "processing":
        raise invalid(
            f"This PaymentIntent's status is {intent['status']}; only one that is processing can be settled."
        )
    invoice = world.find("invoice", intent.get("_invoice"))
    method = world.get("payment_method", intent["payment_method"])
    payments.settle(world, intent, refused=refused)
    if invoice is not None and invoice["status"] in ("open", "uncollectible"):
        if refused:
            collecting.debit_failed(world, invoice, method, refused)
        else:
            collecting.paid(world, invoice)
    _tell_checkout(world, intent, refused)


def _tell_checkout(world: World, intent: Obj, refused: Decline | None) -> None:
    """The Checkout that began with this debit has its outcome."""
    for session in world.all("checkout.session", status="complete", payment_status="unpaid"):
        if session.get("_invoice") != intent.get("_invoice"):
            continue
        if refused is None:
            session["payment_status"] = "paid"
        outcome = "failed" if refused else "succeeded"
        world.say(f"checkout.session.async_payment_{outcome}", session)
