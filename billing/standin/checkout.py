"""Checkout sessions: a page of ours on which a customer subscribes, or leaves a way of paying."""

from __future__ import annotations

from billing.standin import (
    catalogue,
    changes,
    collecting,
    customers,
    invoices,
    lines,
    methods,
    payments,
    setups,
    test_numbers,
)
from billing.standin.answers import PAGE, included, page, whole_list
from billing.standin.errors import invalid, missing_parameter
from billing.standin.parameters import Kind, each, flag, group, merged, off, one_of, pairs, text, texts, whole
from billing.standin.periods import HOUR
from billing.standin.routes import api
from billing.standin.test_numbers import Decline
from billing.standin.world import Obj, World, due

_KIND = "checkout.session"
_PATH = "/v1/checkout/sessions"
_ONE = _PATH + "/{session}"
LOCALES = ("auto", "nl", "en", "en-GB", "fr", "de", "es", "it")
_AUTO: Kind = one_of("auto", "never")
_CUSTOM_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
_SUBSCRIPTION_DATA: Kind = group(
    {
        "billing_cycle_anchor": whole,
        "billing_mode": changes.BILLING_MODE,
        "default_tax_rates": texts,
        "description": text,
        "invoice_settings": changes.INVOICE_SETTINGS,
        "metadata": pairs,
        "proration_behavior": one_of("create_prorations", "none"),
        "trial_end": whole,
        "trial_period_days": whole,
        "trial_settings": changes.TRIAL_SETTINGS,
    }
)
_SESSION: dict[str, Kind] = {
    "allow_promotion_codes": flag,
    "automatic_tax": group({"enabled": off}),
    "billing_address_collection": one_of("auto", "required"),
    "cancel_url": text,
    "client_reference_id": text,
    "currency": text,
    "customer": text,
    "customer_email": text,
    "customer_update": group({"address": _AUTO, "name": _AUTO, "shipping": _AUTO}),
    "expires_at": whole,
    "line_items": each(
        group(
            {
                "metadata": pairs,
                "price": text,
                "price_data": catalogue.PRICE_DATA,
                "quantity": whole,
                "tax_rates": texts,
            }
        )
    ),
    "locale": one_of(*LOCALES),
    "metadata": pairs,
    "mode": one_of("subscription", "setup"),
    "payment_method_collection": one_of("always", "if_required"),
    "payment_method_types": each(one_of(*methods.TYPES)),
    "setup_intent_data": group({"description": text, "metadata": pairs}),
    "subscription_data": _SUBSCRIPTION_DATA,
    "success_url": text,
    "tax_id_collection": group({"enabled": flag}, "enabled"),
    "ui_mode": one_of("hosted_page"),
}


@api("POST", _PATH, _SESSION, "mode")
def create(world: World, given: Obj) -> Obj:
    _check(world, given)
    customer = world.find("customer", given.get("customer"))
    now = world.now_for(customer) if customer else world.now()
    session = _build(world, given, customer, now)
    if given["mode"] == "subscription":
        _reckon(world, session, given, customer)
    else:
        intended = {
            **(given.get("setup_intent_data") or {}),
            "customer": given.get("customer"),
            "payment_method_types": session["payment_method_types"],
        }
        intent = setups.make(world, intended)
        session["setup_intent"] = intent["id"]
    world.add(session)
    session["url"] = f"{world.url}/pay/{session['id']}"
    world.plan("checkout.expire", session, session["expires_at"])
    return session


def _check(world: World, given: Obj) -> None:
    if not given.get("success_url"):
        raise missing_parameter("success_url")
    if given["mode"] == "subscription" and not given.get("line_items"):
        raise missing_parameter("line_items")
    if given["mode"] == "setup" and not (given.get("currency") or given.get("payment_method_types")):
        raise invalid(
            "You must specify `currency` or `payment_method_types` in setup mode.", param="currency"
        )
    if given.get("customer") and given.get("customer_email"):
        raise invalid(
            "You may only specify one of these parameters: customer, customer_email.", param="customer_email"
        )
    if given.get("customer"):
        world.get("customer", given["customer"], param="customer")
    if given.get("customer_update") and not given.get("customer"):
        raise invalid("`customer_update` can only be used with `customer`.", param="customer_update")


def _build(world: World, given: Obj, customer: Obj | None, now: int) -> Obj:
    expires = given.get("expires_at") or now + 24 * HOUR
    if not now + HOUR // 2 <= expires <= now + 24 * HOUR:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", param="expires_at"
        )
    subscribes = given["mode"] == "subscription"
    return {
        "id": world.ids.new(_KIND),
        "object": _KIND,
        "adaptive_pricing": None,
        "after_expiration": None,
        "allow_promotion_codes": given.get("allow_promotion_codes"),
        "amount_subtotal": None,
        "amount_total": None,
        "automatic_tax": dict.fromkeys(("liability", "provider", "status")) | {"enabled": False},
        "billing_address_collection": given.get("billing_address_collection"),
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "client_secret": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "currency": given.get("currency"),
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": dict.fromkeys(_CUSTOM_TEXTS),
        "customer": given.get("customer"),
        "customer_account": None,
        "customer_creation": None if given.get("customer") else "always",
        "customer_details": _details(world, customer, given),
        "customer_email": given.get("customer_email"),
        "discounts": [],
        "expires_at": expires,
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": given.get("locale"),
        "metadata": merged(None, given.get("metadata")),
        "mode": given["mode"],
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": _collection(given) if subscribes else None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": given.get("payment_method_types") or list(methods.TYPES),
        "payment_status": "unpaid" if subscribes else "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": given["success_url"],
        "total_details": None,
        "ui_mode": "hosted_page",
        "url": None,
        "wallet_options": None,
        "_begins": {
            **(given.get("subscription_data") or {}),
            "items": [_item(one) for one in given.get("line_items", [])],
        },
        "_customer_update": given.get("customer_update") or {},
        "_asks_tax_id": bool((given.get("tax_id_collection") or {}).get("enabled")),
        "_chosen": None,
        "_line_items": [],
        "_clock": world.clock_of(customer),
    }


def _collection(given: Obj) -> str:
    return given.get("payment_method_collection") or "always"


def _item(line: Obj) -> Obj:
    """A line of the page as an item of the subscription."""
    return {name: line[name] for name in changes.ITEM if name in line}


def _details(world: World, customer: Obj | None, given: Obj) -> Obj | None:
    email = customer["email"] if customer else given.get("customer_email")
    if customer is None and not email:
        return None
    return {
        "address": customer and customer["address"],
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": customer and customer["name"],
        "phone": customer and customer["phone"],
        "tax_exempt": customer["tax_exempt"] if customer else "none",
        "tax_ids": customers.tax_ids_on_paper(world, customer) if customer else [],
    }


_NOBODY: Obj = {"object": "customer", "id": None, "tax_exempt": "none", "test_clock": None}


def _reckon(world: World, session: Obj, given: Obj, customer: Obj | None) -> None:
    """What is due today, and the lines that the page shows."""
    who = customer or _NOBODY
    begins = session["_begins"]
    planned = changes.build(world, who, begins, session["created"])
    for wanted, item in zip(begins["items"], planned["items"]["data"], strict=True):
        wanted.pop("price_data", None)
        wanted["price"] = item["price"]["id"]
    sums = lines.totals(changes.first_rows(world, who, planned))
    session.update(
        {
            "amount_subtotal": sums["subtotal"],
            "amount_total": sums["total"],
            "currency": planned["currency"],
            "total_details": {
                "amount_discount": 0,
                "amount_shipping": 0,
                "amount_tax": sums["total"] - sums["subtotal"],
            },
            "_trial_end": planned["trial_end"],
        }
    )
    session["_line_items"] = [_line_item(world, item, planned, who) for item in planned["items"]["data"]]


def _line_item(world: World, item: Obj, planned: Obj, who: Obj) -> Obj:
    row = lines.whole_period(world, who, item, rates=planned["default_tax_rates"])
    due_now = 0 if planned["trial_end"] else row["amount"]
    tax = sum(one["amount"] for one in row["taxes"] if one["tax_behavior"] == "exclusive") if due_now else 0
    product = world.find("product", item["price"]["product"]) or {}
    return {
        "id": world.ids.new("item"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": due_now,
        "amount_tax": tax,
        "amount_total": due_now + tax,
        "currency": item["price"]["currency"],
        "description": product.get("name") or item["price"]["nickname"],
        "metadata": {},
        "price": item["price"],
        "quantity": item["quantity"],
    }


@api("GET", _PATH, {**PAGE, "customer": text, "status": text, "subscription": text, "payment_intent": text})
def list_(world: World, given: Obj) -> Obj:
    equal = ("customer", "status", "subscription", "payment_intent")
    return page(world, _PATH, world.all(_KIND), given, equal=equal)


@api("GET", _ONE)
def retrieve(world: World, given: Obj, session_id: str) -> Obj:
    return world.get(_KIND, session_id)


@api("POST", _ONE, {"metadata": pairs})
def update(world: World, given: Obj, session_id: str) -> Obj:
    session = world.get(_KIND, session_id)
    session["metadata"] = merged(session["metadata"], given.get("metadata"))
    return session


@api("GET", _ONE + "/line_items", PAGE)
def list_line_items(world: World, given: Obj, session_id: str) -> Obj:
    session = world.get(_KIND, session_id)
    rows = [{**row, "_n": -n} for n, row in enumerate(session["_line_items"])]
    return page(world, f"{_PATH}/{session_id}/line_items", rows, given)


@included(_KIND, "line_items")
def line_items_of(world: World, session: Obj) -> Obj:
    rows = world.get(_KIND, session["id"])["_line_items"]
    return whole_list(f"{_PATH}/{session['id']}/line_items", rows)


@api("POST", _ONE + "/expire")
def expire_now(world: World, given: Obj, session_id: str) -> Obj:
    session = world.get(_KIND, session_id)
    if session["status"] != "open":
        raise invalid(f"Only an open Checkout Session can be expired. This one is {session['status']}.")
    _expire(world, session)
    return session


@due("checkout.expire")
def expire_when_due(world: World, session_id: str) -> None:
    session = world.get(_KIND, session_id)
    if session["status"] == "open":
        _expire(world, session)


def _expire(world: World, session: Obj) -> None:
    world.unplan("checkout.expire", session)
    session.update({"status": "expired", "url": None})
    world.say("checkout.session.expired", session)


# --- On the page ---------------------------------------------------------------------------------


def needs_method(session: Obj) -> bool:
    """A trial may begin without one, if it was asked so."""
    return session["payment_method_collection"] != "if_required" or bool(session["amount_total"])


def thanks(session: Obj) -> str:
    """Where the customer goes who has finished."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def submit(world: World, session: Obj, form: Obj) -> bool:
    """The customer presses the button. True where the holder of the method has to be asked first.

    ``form``: ``method``, ``number`` or ``iban``, ``name``, ``email``, ``tax_id``. Raises what the page shows.
    """
    _check_open(session)
    _note_details(session, form)
    if not needs_method(session) and form.get("method") in (None, "", "none"):
        _finish(world, session, None)
        return False
    method = _chosen_method(world, session, form)
    session["_chosen"] = method["id"]
    if refusal := methods.refusal_on_saving(method):
        raise methods.declined(refusal)
    outcome = payments.prospect(method, authenticated=False) if session["amount_total"] else None
    if isinstance(outcome, Decline):
        raise methods.declined(outcome)
    if outcome == "requires_action" or setups.asks(method):
        return True
    _finish(world, session, method)
    return False


def _check_open(session: Obj) -> None:
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}.")


def _note_details(session: Obj, form: Obj) -> None:
    known: Obj = session["customer_details"] or {
        **dict.fromkeys(("address", "business_name", "email", "individual_name", "name", "phone")),
        "tax_exempt": "none",
        "tax_ids": [],
    }
    named = {name: form[name] for name in ("name", "email") if form.get(name)}
    session["customer_details"] = {**known, **named}
    if session["_asks_tax_id"] and form.get("tax_id"):
        session["customer_details"]["tax_ids"] = [{"type": "eu_vat", "value": form["tax_id"]}]
    if not session["customer_details"]["email"]:
        raise missing_parameter("email")


def _chosen_method(world: World, session: Obj, form: Obj) -> Obj:
    kind = form.get("method")
    if kind not in session["payment_method_types"]:
        raise missing_parameter("method")
    given: Obj = {
        "type": kind,
        "billing_details": {name: session["customer_details"][name] for name in ("name", "email")},
        "card": {"number": form.get("number"), **_expiry(form)},
        "sepa_debit": {"iban": form.get("iban") or ""},
    }
    return methods.make(world, given)


def _expiry(form: Obj) -> Obj:
    month, _slash, year = str(form.get("expiry") or "").replace(" ", "").partition("/")
    if not (month.isdecimal() and year.isdecimal()):
        return {}
    return {"exp_month": int(month), "exp_year": 2000 + int(year) % 100}


def answered(world: World, session: Obj, *, accepted: bool) -> None:
    """The holder was asked, and has answered; a refusal leaves the session open for another try."""
    _check_open(session)
    method = world.get("payment_method", session["_chosen"], param="payment_method")
    if not accepted:
        session["_chosen"] = None
        raise methods.declined(test_numbers.REFUSED_3DS)
    outcome = payments.prospect(method, authenticated=True) if session["amount_total"] else None
    if isinstance(outcome, Decline):
        raise methods.declined(outcome)
    method["_authenticated"] = True
    _finish(world, session, method)


def _finish(world: World, session: Obj, method: Obj | None) -> None:
    customer = _customer(world, session)
    session["customer"] = customer["id"]
    if session["mode"] == "setup":
        assert method is not None
        intent = world.get("setup_intent", session["setup_intent"])
        intent["customer"] = customer["id"]
        setups.succeed(world, intent, method)
    else:
        _subscribe(world, session, customer, method)
    world.unplan("checkout.expire", session)
    session.update({"status": "complete", "url": None})
    world.say("checkout.session.completed", session)


def _customer(world: World, session: Obj) -> Obj:
    details = session["customer_details"]
    if session["customer"] is None:
        customer = customers.make(world, {"email": details["email"], "name": details["name"]})
    else:
        customer = world.get("customer", session["customer"])
        if session["_customer_update"].get("name") == "auto" and details["name"] != customer["name"]:
            with world.changing(customer, "customer.updated"):
                customer["name"] = details["name"]
    have = customers.tax_ids_on_paper(world, customer)
    for one in details["tax_ids"]:
        if one not in have:
            customers.create_tax_id(world, one, customer["id"])
    return customer


def _subscribe(world: World, session: Obj, customer: Obj, method: Obj | None) -> None:
    chargeable = method
    if method is not None and not session["amount_total"]:
        chargeable = setups.succeed(world, setups.make(world, {"customer": customer["id"]}), method)
    elif method is not None:
        methods.keep_with(world, method, customer) if method["type"] not in test_numbers.BEHIND_BANK else None
    subscription = changes.begin(world, customer, session["_begins"], method=chargeable)
    invoice = world.get("invoice", subscription["latest_invoice"])
    if invoice["status"] == "open" and method is not None:
        _pay_first(world, subscription, invoice, method)
    session["subscription"], session["invoice"] = subscription["id"], invoice["id"]
    session["_invoice"] = invoice["id"]
    session["payment_status"] = _payment_status(session, invoice)


def _payment_status(session: Obj, invoice: Obj) -> str:
    if not session["amount_total"]:
        return "no_payment_required"
    return "paid" if invoice["status"] == "paid" else "unpaid"


def _pay_first(world: World, subscription: Obj, invoice: Obj, method: Obj) -> None:
    """After a bank's page the account behind it pays from then on."""
    intent = invoices.intent_of(world, invoice)
    assert intent is not None
    intent["_authenticated"] = method["_authenticated"]
    collecting.collect(world, invoice, method=method)
    charge = world.find("charge", intent["latest_charge"])
    if charge is not None and method["type"] in test_numbers.BEHIND_BANK:
        with world.changing(subscription, "customer.subscription.updated"):
            subscription["default_payment_method"] = charge["payment_method_details"][method["type"]][
                "generated_sepa_debit"
            ]
