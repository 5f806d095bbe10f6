"""The portal: a customer looks after their subscription, ways to pay and invoices."""

from __future__ import annotations

from html import escape

from billing.standin import methods, setups, standing, subscriptions
from billing.standin.errors import StripeError, invalid, missing, missing_parameter
from billing.standin.method_fields import fields, name_of
from billing.standin.pages import (
    Page,
    Visit,
    Words,
    button,
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

_PATH = "/portal/{session}"
_KINDS = ["card", "sepa_debit", "ideal", "bancontact"]


@on("GET", _PATH)
def show(visit: Visit, session_id: str) -> Page:
    return _page(visit, visit.world.get("billing_portal.session", session_id))


@on("POST", _PATH + "/cancel")
def cancel(visit: Visit, session_id: str) -> Page:
    session, subscription = _named(visit, session_id)
    configuration = visit.world.get("billing_portal.configuration", session["configuration"])
    how = configuration["features"]["subscription_cancel"]
    if not how["enabled"]:
        raise invalid("This portal does not cancel subscriptions.")
    if how["mode"] == "immediately":
        subscriptions.cancel(visit.world, {}, subscription["id"])
    else:
        subscriptions.update(visit.world, {"cancel_at_period_end": True}, subscription["id"])
    return _after(session, "cancelled")


@on("POST", _PATH + "/keep")
def keep(visit: Visit, session_id: str) -> Page:
    session, subscription = _named(visit, session_id)
    subscriptions.update(visit.world, {"cancel_at_period_end": False}, subscription["id"])
    return _after(session, "kept")


def _named(visit: Visit, session_id: str) -> tuple[Obj, Obj]:
    """The subscription that the form names, if it is this customer's."""
    session = visit.world.get("billing_portal.session", session_id)
    subscription = visit.world.get("subscription", visit.form.get("subscription"))
    if subscription["customer"] != session["customer"]:
        raise missing("subscription", subscription["id"])
    return session, subscription


@on("POST", _PATH + "/methods")
def add_method(visit: Visit, session_id: str) -> Page:
    """Saved and at once the default, as it is for the subscriptions too."""
    world, given = visit.world, visit.form
    session = world.get("billing_portal.session", session_id)
    try:
        if given.get("method") not in _KINDS:
            raise missing_parameter("method")
        method = methods.make(
            world,
            {
                "type": given["method"],
                "card": {"number": given.get("number")},
                "sepa_debit": {"iban": given.get("iban") or ""},
            },
        )
        if refusal := methods.refusal_on_saving(method):
            raise methods.declined(refusal)
    except StripeError as refusal_:
        return _page(visit, session, refusal=refusal_)
    intent = setups.make(world, {"customer": session["customer"]})
    if setups.asks(method):
        intent["_makes_default"] = True
        setups.ask(world, intent, method, return_url=f"{world.url}/portal/{session_id}/saved/{intent['id']}")
        return go(f"/ask/{intent['id']}")
    _make_default(world, session, setups.succeed(world, intent, method))
    return _after(session, "added")


@on("GET", _PATH + "/saved/{intent}")
def saved(visit: Visit, session_id: str, intent_id: str) -> Page:
    """Back from the bank: what was saved becomes the default."""
    world = visit.world
    session, intent = world.get("billing_portal.session", session_id), world.get("setup_intent", intent_id)
    if intent["status"] == "succeeded" and intent.pop("_makes_default", False):
        attempt = world.get("setup_attempt", intent["latest_attempt"])
        details = attempt["payment_method_details"][attempt["payment_method_details"]["type"]]
        name = details.get("generated_sepa_debit") or intent["payment_method"]
        _make_default(world, session, world.get("payment_method", name))
        return _after(session, "added")
    return go(f"/portal/{session_id}")


@on("POST", _PATH + "/default")
def choose_default(visit: Visit, session_id: str) -> Page:
    session = visit.world.get("billing_portal.session", session_id)
    method = visit.world.get("payment_method", visit.form.get("payment_method"))
    if method["customer"] == session["customer"]:
        _make_default(visit.world, session, method)
    return go(f"/portal/{session_id}")


def _make_default(world: World, session: Obj, method: Obj) -> None:
    customer = world.get("customer", session["customer"])
    with world.changing(customer, "customer.updated"):
        customer["invoice_settings"] = {
            **customer["invoice_settings"],
            "default_payment_method": method["id"],
        }
    for subscription in _current(world, session):
        with world.changing(subscription, "customer.subscription.updated"):
            subscription["default_payment_method"] = method["id"]


def _after(session: Obj, done: str) -> Page:
    after = (session["flow"] or {}).get("after_completion") or {}
    if after.get("type") == "redirect":
        return go(after["redirect"]["return_url"])
    return go(f"/portal/{session['id']}?done={done}")


def _current(world: World, session: Obj) -> list[Obj]:
    rows = world.all("subscription", customer=session["customer"])
    return [row for row in rows if row["status"] not in standing.ENDED]


# --- The page ------------------------------------------------------------------------------------


def _page(visit: Visit, session: Obj, *, refusal: Exception | None = None) -> Page:
    world = visit.world
    words = words_for(session["locale"], visit.accept_language)
    features = world.get("billing_portal.configuration", session["configuration"])["features"]
    flow = (session["flow"] or {}).get("type")
    parts = [refused(words, refusal), _done(world, words, session, visit.query.get("done"))]
    if flow in (None, "subscription_cancel"):
        parts += _subscriptions(world, words, session, may_cancel=features["subscription_cancel"]["enabled"])
    if flow in (None, "payment_method_update") and features["payment_method_update"]["enabled"]:
        parts += _methods(world, words, session, visit.form)
    if flow is None and features["invoice_history"]["enabled"]:
        parts += _invoices(world, words, session)
    parts.append(link(words("return"), session["return_url"]))
    return html(words, words("portal"), *parts, status=402 if refusal else 200)


def _done(world: World, words: Words, session: Obj, done: str | None) -> str:
    if done not in ("cancelled", "kept", "added"):
        return ""
    current = _current(world, session)
    date = words.date(standing.period_of(current[0])[1]) if current else ""
    return paragraph(words(done, date=date), "done")


def _subscriptions(world: World, words: Words, session: Obj, *, may_cancel: bool) -> list[str]:
    current = _current(world, session)
    if not current:
        return [paragraph(words("no_subscription"))]
    return [_subscription(words, session, one, may_cancel=may_cancel) for one in current]


def _subscription(words: Words, session: Obj, subscription: Obj, *, may_cancel: bool) -> str:
    end = standing.period_of(subscription)[1]
    leaves = subscription["cancel_at_period_end"]
    rows = [
        (words("status"), words(f"state_{subscription['status']}")),
        (words("ends" if leaves else "next"), words.date(end)),
    ]
    action, text = ("keep", words("keep")) if leaves else ("cancel", words("cancel"))
    act = form(
        f"/portal/{session['id']}/{action}",
        f'<input type="hidden" name="subscription" value="{subscription["id"]}">',
        button(text, kind="second"),
    )
    return table(rows) + (act if may_cancel else "")


def _methods(world: World, words: Words, session: Obj, given: Obj) -> list[str]:
    customer = world.get("customer", session["customer"])
    default = customer["invoice_settings"]["default_payment_method"]
    saved = world.all("payment_method", customer=session["customer"])
    rows = [(name_of(words, one), words("default") if one["id"] == default else "") for one in saved]
    others = [
        form(
            f"/portal/{session['id']}/default",
            f'<input type="hidden" name="payment_method" value="{one["id"]}">',
            button(words("make_default", method=name_of(words, one)), kind="second"),
        )
        for one in saved
        if one["id"] != default
    ]
    add = form(
        f"/portal/{session['id']}/methods", fields(words, _KINDS, form=given), button(words("add_method"))
    )
    return [f"<h2>{escape(words('methods'))}</h2>", table(rows) if rows else "", *others, add]


def _invoices(world: World, words: Words, session: Obj) -> list[str]:
    rows = [one for one in world.all("invoice", customer=session["customer"]) if one["status"] != "draft"]
    head = f"<h2>{escape(words('invoices'))}</h2>"
    if not rows:
        return [head, paragraph(words("no_invoices"))]
    listed = "".join(
        f'<tr><th scope=row><a href="/invoice/{one["id"]}">{escape(one["number"])}</a></th>'
        f"<td>{escape(words.money(one['total'], one['currency']))}</td></tr>"
        for one in reversed(rows)
    )
    return [head, f"<table><tbody>{listed}</tbody></table>"]
