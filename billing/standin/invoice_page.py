"""The page of an invoice, on which it can be paid, and the one to print."""

from __future__ import annotations

from html import escape

from billing.standin import collecting, invoices, methods
from billing.standin.errors import StripeError
from billing.standin.method_fields import name_of
from billing.standin.pages import (
    Page,
    Visit,
    Words,
    button,
    field_for,
    form,
    go,
    html,
    link,
    on,
    paragraph,
    refused,
    table,
    words_for,
)
from billing.standin.world import Obj, World

_PATH = "/invoice/{invoice}"


@on("GET", _PATH)
def show(visit: Visit, invoice_id: str) -> Page:
    return _page(visit, visit.world.get("invoice", invoice_id))


@on("GET", _PATH + "/print")
def show_print(visit: Visit, invoice_id: str) -> Page:
    return _page(visit, visit.world.get("invoice", invoice_id), on_paper=True)


@on("POST", _PATH)
def pay(visit: Visit, invoice_id: str) -> Page:
    """With the saved method, or a card that is saved along the way."""
    world = visit.world
    invoice = world.get("invoice", invoice_id)
    try:
        method = _given_method(world, invoice, visit.form)
        collecting.pay_on_request(world, invoice, {"payment_method": method["id"]} if method else {})
    except StripeError as refusal:
        intent = invoices.intent_of(world, invoice)
        if intent is not None and intent["status"] == "requires_action":
            return go(f"/ask/{intent['id']}")
        return _page(visit, invoice, refusal=refusal)
    return go(f"/invoice/{invoice_id}")


def _given_method(world: World, invoice: Obj, given: Obj) -> Obj | None:
    if not given.get("number"):
        return None
    method = methods.make(world, {"type": "card", "card": {"number": given["number"]}})
    if refusal := methods.refusal_on_saving(method):
        raise methods.declined(refusal)
    methods.keep_with(world, method, world.get("customer", invoice["customer"]))
    return method


def _page(visit: Visit, invoice: Obj, *, refusal: Exception | None = None, on_paper: bool = False) -> Page:
    world = visit.world
    customer = world.find("customer", invoice["customer"]) or {"preferred_locales": []}
    words = words_for((customer["preferred_locales"] or [None])[0], visit.accept_language)
    title = words("invoice", number=invoice["number"] or words("draft"))
    parts = [
        refused(words, refusal),
        paragraph(_status(world, words, invoice)),
        _head(words, invoice),
        _lines(words, invoice),
    ]
    if not on_paper:
        parts += _ways_to_pay(world, words, invoice)
        parts.append(link(words("print"), f"/invoice/{invoice['id']}/print"))
    return html(words, title, *parts, status=402 if refusal else 200)


def _status(world: World, words: Words, invoice: Obj) -> str:
    intent = invoices.intent_of(world, invoice)
    if invoice["status"] == "paid":
        return words("status_paid", date=words.date(invoice["status_transitions"]["paid_at"]))
    if intent is not None and intent["status"] == "processing":
        return words("status_processing")
    return words(f"status_{invoice['status']}")


def _head(words: Words, invoice: Obj) -> str:
    rows = [
        (words("date"), words.date(invoice["effective_at"] or invoice["created"])),
        (words("billed_to"), invoice["customer_name"] or invoice["customer_email"] or ""),
    ]
    rows += [(words("vat_number"), one["value"]) for one in invoice["customer_tax_ids"]]
    return table(rows)


def _lines(words: Words, invoice: Obj) -> str:
    currency = invoice["currency"]
    rows = [
        (row["description"] or "", words.money(row["amount"], currency)) for row in invoice["lines"]["data"]
    ]
    for tax in invoice["total_taxes"]:
        name = words("reverse_charge" if tax["taxability_reason"] == "reverse_charge" else "tax")
        rows.append((name, words.money(tax["amount"], currency)))
    return table(rows, (words("total"), words.money(invoice["total"], currency)))


def _ways_to_pay(world: World, words: Words, invoice: Obj) -> list[str]:
    intent = invoices.intent_of(world, invoice)
    if invoice["status"] != "open" or intent is None or intent["status"] == "processing":
        return []
    owed = words.money(invoice["amount_remaining"], invoice["currency"])
    found = [f"<h2>{escape(words('to_pay'))}: {escape(owed)}</h2>"]
    if intent["status"] == "requires_action":
        found.append(link(words("confirm_payment"), f"/ask/{intent['id']}"))
    action = f"/invoice/{invoice['id']}"
    saved = collecting.method_for(world, invoice)
    if saved is not None:
        found.append(form(action, button(words("pay_saved", method=name_of(words, saved)))))
    other = field_for(
        words("number"), "number", hint=words("number_hint"), complete="cc-number", numeric=True
    )
    found.append(form(action, other, button(words("pay_other"), kind="second")))
    return found
