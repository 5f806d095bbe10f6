"""The page of a Checkout session."""

from __future__ import annotations

from billing.standin import checkout
from billing.standin.errors import StripeError
from billing.standin.method_fields import fields
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
from billing.standin.world import Obj

_PATH = "/pay/{session}"


@on("GET", _PATH)
def show(visit: Visit, session_id: str) -> Page:
    session = visit.world.get("checkout.session", session_id)
    return _page(visit, session)


@on("POST", _PATH)
def submit(visit: Visit, session_id: str) -> Page:
    session = visit.world.get("checkout.session", session_id)
    try:
        asked = checkout.submit(visit.world, session, visit.form)
    except StripeError as refusal:
        return _page(visit, session, refusal=refusal)
    if asked:
        return go(f"/ask/{session_id}")
    return go(checkout.thanks(session))


def _page(visit: Visit, session: Obj, *, refusal: Exception | None = None) -> Page:
    words = words_for(session["locale"], visit.accept_language)
    subscribes = session["mode"] == "subscription"
    title = words("subscribe" if subscribes else "save_method")
    if session["status"] != "open":
        return html(words, title, paragraph(words("closed")), link(words("back"), session["cancel_url"]))
    parts = [refused(words, refusal), _summary(words, session) if subscribes else ""]
    return html(
        words,
        title,
        *parts,
        form(f"/pay/{session['id']}", *_fields(words, session, visit.form), button(_button(words, session))),
        link(words("back"), session["cancel_url"]),
        status=402 if refusal else 200,
    )


def _summary(words: Words, session: Obj) -> str:
    rows = [(_named(row), _price(words, row)) for row in session["_line_items"]]
    currency = session["currency"]
    if session["total_details"]["amount_tax"]:
        rows.append((words("tax"), words.money(session["total_details"]["amount_tax"], currency)))
    shown = table(rows, (words("due_today"), words.money(session["amount_total"], currency)))
    if session["_trial_end"] is None:
        return shown
    later = ", ".join(_price(words, row) for row in session["_line_items"])
    return shown + paragraph(words("trial", date=words.date(session["_trial_end"]), price=later))


def _named(row: Obj) -> str:
    return f"{row['quantity']} × {row['description']}" if row["quantity"] != 1 else str(row["description"])


def _price(words: Words, row: Obj) -> str:
    price = row["price"]
    each = words.money((price["unit_amount"] or 0) * row["quantity"], price["currency"])
    return words(f"per_{price['recurring']['interval']}", price=each)


def _fields(words: Words, session: Obj, given: Obj) -> list[str]:
    details = session["customer_details"] or {}
    name, email = (given.get(one) or details.get(one) or "" for one in ("name", "email"))
    found = [
        field_for(words("name"), "name", value=name, complete="name"),
        field_for(words("email"), "email", value=email, complete="email"),
    ]
    if session["_asks_tax_id"]:
        found.append(field_for(words("tax_id"), "tax_id", value=given.get("tax_id", "")))
    if checkout.needs_method(session):
        found.append(fields(words, session["payment_method_types"], form=given))
    return found


def _button(words: Words, session: Obj) -> str:
    if session["mode"] == "setup":
        return words("save")
    if session["amount_total"]:
        return words("pay", price=words.money(session["amount_total"], session["currency"]))
    return words("start_trial") if session["_trial_end"] else words("subscribe")
