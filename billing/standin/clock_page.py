"""The first page: what time it is here, and the way on. At a press months pass, and what is due is done."""

from __future__ import annotations

from html import escape

from billing.standin import debits, disputes, standing
from billing.standin.errors import invalid
from billing.standin.pages import Page, Visit, Words, button, form, go, html, on, paragraph, table, words_for
from billing.standin.test_numbers import Decline
from billing.standin.world import Obj, World

_DAY = 86_400
_STEPS = {"day": 1, "week": 7, "month": 31}
_NO_FUNDS = Decline(
    "insufficient_funds", None, "The customer's account has insufficient funds to cover this payment."
)


@on("GET", "/")
def show(visit: Visit) -> Page:
    world, words = visit.world, words_for(None, visit.accept_language)
    return html(
        words,
        words("clock"),
        paragraph(words("clock_now", date=words.date(world.now()))),
        paragraph(words("clock_more")),
        form("/clock", *(button(words(f"clock_{step}"), name="step", value=step) for step in _STEPS)),
        _subscriptions(world, words),
        *(_debit(words, row) for row in world.all("payment_intent", status="processing")),
        *(_collected(words, row) for row in _newest_debits(world)),
    )


@on("POST", "/clock")
def move_on(visit: Visit) -> Page:
    days = _STEPS.get(visit.form.get("step", ""))
    if days is None:
        raise invalid("A clock moves on by a day, a week or a month.", param="step")
    visit.world.advance(days * _DAY)
    return go("/")


@on("POST", "/clock/payments/{intent}")
def decide(visit: Visit, intent_id: str) -> Page:
    """The bank's word on a direct debit."""
    intent = visit.world.get("payment_intent", intent_id)
    debits.settle(visit.world, intent, refused=None if visit.form.get("say") == "yes" else _NO_FUNDS)
    return go("/")


@on("POST", "/clock/charges/{charge}")
def take_back(visit: Visit, charge_id: str) -> Page:
    """Somebody has a direct debit returned, as they may for eight weeks."""
    disputes.begin(visit.world, visit.world.get("charge", charge_id), reason="debit_not_authorized")
    return go("/")


def _subscriptions(world: World, words: Words) -> str:
    rows = [row for row in world.all("subscription") if row["status"] not in standing.ENDED]
    if not rows:
        return paragraph(words("clock_nobody"), "soft")
    head = f"<h2>{escape(words('clock_who'))}</h2>"
    return head + table(
        [(_name(world, row), f"{words('state_' + row['status'])}. {_next(words, row)}") for row in rows]
    )


def _name(world: World, about: Obj) -> str:
    customer = world.find("customer", about["customer"]) or {}
    return str(customer.get("name") or about["customer"])


def _next(words: Words, subscription: Obj) -> str:
    ends = subscription["items"]["data"][0]["current_period_end"]
    name = "ends" if subscription["cancel_at"] else "next"
    return words("labelled", label=words(name), text=words.date(ends))


def _debit(words: Words, intent: Obj) -> str:
    asked = words("clock_debit", price=words.money(intent["amount"], intent["currency"]))
    yes, no = (("clock_yes", "yes", ""), ("clock_no", "no", "second"))
    answers = (button(words(text), name="say", value=value, kind=kind) for text, value, kind in (yes, no))
    return paragraph(asked) + form(f"/clock/payments/{intent['id']}", *answers)


def _newest_debits(world: World) -> list[Obj]:
    rows = world.all("charge", status="succeeded")
    kinds = ((row, row["payment_method_details"]["type"]) for row in rows if not row["disputed"])
    return [row for row, kind in kinds if kind == "sepa_debit"][-3:]


def _collected(words: Words, charge: Obj) -> str:
    said = words("clock_collected", price=words.money(charge["amount"], charge["currency"]))
    return paragraph(said) + form(
        f"/clock/charges/{charge['id']}", button(words("clock_back"), kind="second")
    )
