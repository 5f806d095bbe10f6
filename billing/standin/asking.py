"""Asking the holder: 3-D Secure for a card, the bank's own page for iDEAL and Bancontact."""

from __future__ import annotations

from dataclasses import dataclass

from billing.standin import checkout, collecting, setups, test_numbers
from billing.standin.errors import invalid
from billing.standin.world import Obj, World


@dataclass(frozen=True, slots=True)
class Question:
    method: Obj
    amount: int
    currency: str
    back: str


def question(world: World, about: str) -> Question:
    """What is asked, for the page that asks it."""
    if session := world.find("checkout.session", about):
        method = world.get("payment_method", session["_chosen"], param="payment_method")
        back = f"{world.url}/pay/{about}"
        return Question(method, session["amount_total"] or 0, session["currency"] or "eur", back)
    intent = _intent(world, about)
    if intent["status"] != "requires_action":
        raise invalid("There is nothing to answer here any more.")
    method = world.get("payment_method", intent["payment_method"])
    return Question(method, intent.get("amount", 0), intent.get("currency", "eur"), _back(world, intent))


def _intent(world: World, about: str) -> Obj:
    return world.get("payment_intent" if about.startswith("pi_") else "setup_intent", about)


def _back(world: World, intent: Obj) -> str:
    given = (intent["next_action"] or {}).get("redirect_to_url", {}).get("return_url")
    if given:
        return str(given)
    return f"{world.url}/invoice/{intent['_invoice']}" if intent.get("_invoice") else world.url


def answer(world: World, about: str, *, accepted: bool) -> str:
    """Take the answer; answers where the holder goes from here."""
    if session := world.find("checkout.session", about):
        checkout.answered(world, session, accepted=accepted)
        return checkout.thanks(session)
    intent = _intent(world, about)
    back = _back(world, intent)
    if intent["object"] == "payment_intent":
        collecting.answered(world, intent, accepted=accepted)
    else:
        _answer_setup(world, intent, accepted=accepted)
    return back


def _answer_setup(world: World, intent: Obj, *, accepted: bool) -> None:
    if intent["status"] != "requires_action":
        return
    method = world.get("payment_method", intent["payment_method"])
    if accepted:
        setups.succeed(world, intent, method)
    else:
        setups.fail(world, intent, method, test_numbers.REFUSED_3DS)
