"""Payment methods: cards, accounts for direct debit, and what a bank's page leaves behind."""

from __future__ import annotations

import hashlib
from typing import Any

from billing.standin import test_numbers
from billing.standin.answers import PAGE, page
from billing.standin.errors import StripeError, card_error, invalid, missing_parameter
from billing.standin.parameters import ADDRESS, Kind, group, merged, one_of, pairs, text, whole
from billing.standin.routes import api
from billing.standin.world import Obj, World

TYPES = ("card", "sepa_debit", "ideal", "bancontact")
_PATH = "/v1/payment_methods"
BILLING_DETAILS: Kind = group({"address": ADDRESS, "email": text, "name": text, "phone": text})
_CARD: Kind = group({"number": text, "exp_month": whole, "exp_year": whole, "cvc": text, "token": text})
_METHOD: dict[str, Kind] = {
    "type": one_of(*TYPES),
    "billing_details": BILLING_DETAILS,
    "card": _CARD,
    "sepa_debit": group({"iban": text}, "iban"),
    "ideal": group({"bank": text}),
    "bancontact": group({}),
    "metadata": pairs,
}


@api("POST", _PATH, _METHOD, "type")
def create(world: World, given: Obj) -> Obj:
    return make(world, given)


def make(world: World, given: Obj) -> Obj:
    """A payment method of its own, not yet anyone's."""
    kind = given["type"]
    details = {
        **dict.fromkeys(("address", "email", "name", "phone", "tax_id")),
        **(given.get("billing_details") or {}),
    }
    number = _number(kind, given)
    method: Obj = {
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": details,
        "created": world.now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": merged(None, given.get("metadata")),
        "type": kind,
        kind: _FORMS[kind](number, given),
        "_number": number,
        "_authenticated": False,
    }
    return world.add(method)


def _number(kind: str, given: Obj) -> str:
    if kind == "card":
        details = given.get("card") or {}
        number = (details.get("number") or test_numbers.READY_MADE.get(_of_token(details), "")).replace(
            " ", ""
        )
        if not number:
            raise missing_parameter("card[number]")
        if test_numbers.card(number) is None:
            raise card_error("incorrect_number", "Your card number is incorrect.", param="number")
        return number
    if kind == "sepa_debit":
        if not given.get("sepa_debit"):
            raise missing_parameter("sepa_debit[iban]")
        iban = str(given["sepa_debit"]["iban"]).replace(" ", "").upper()
        if test_numbers.account(iban) is None:
            raise invalid(
                "The IBAN you provided is invalid.",
                param="sepa_debit[iban]",
                code="invalid_bank_account_iban",
            )
        return iban
    return test_numbers.BEHIND_BANK[kind]


def _of_token(details: Obj) -> str:
    return str(details.get("token") or "").replace("tok_", "pm_card_", 1)


def _fingerprint(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()[:16]


def _card_details(number: str, given: Obj) -> Obj:
    details = given.get("card") or {}
    brand = (test_numbers.card(number) or test_numbers.Card()).brand
    return {
        "brand": brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "NL",
        "display_brand": brand,
        "exp_month": details.get("exp_month") or 12,
        "exp_year": details.get("exp_year") or 2034,
        "fingerprint": _fingerprint(number),
        "funding": "credit",
        "generated_from": None,
        "last4": number[-4:],
        "networks": {"available": [brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _account_details(number: str, given: Obj) -> Obj:
    return {
        "bank_code": number[4:12],
        "branch_code": "",
        "country": number[:2],
        "fingerprint": _fingerprint(number),
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": number[-4:],
    }


_FORMS: dict[str, Any] = {
    "card": _card_details,
    "sepa_debit": _account_details,
    "ideal": lambda number, given: {"bank": "rabobank", "bic": "RABONL2U"},
    "bancontact": lambda number, given: {},
}


@api("GET", _PATH, {**PAGE, "customer": text, "type": one_of(*TYPES)})
def list_(world: World, given: Obj) -> Obj:
    if not given.get("customer"):
        return page(world, _PATH, [], given)
    return page(world, _PATH, world.all("payment_method"), given, equal=("customer", "type"))


@api("GET", "/v1/customers/{customer}/payment_methods", {**PAGE, "type": one_of(*TYPES)})
def list_of_customer(world: World, given: Obj, customer_id: str) -> Obj:
    world.get("customer", customer_id)
    rows = world.all("payment_method", customer=customer_id)
    return page(world, f"/v1/customers/{customer_id}/payment_methods", rows, given, equal=("type",))


@api("GET", _PATH + "/{method}")
def retrieve(world: World, given: Obj, method_id: str) -> Obj:
    return world.get("payment_method", method_id)


@api("GET", "/v1/customers/{customer}/payment_methods/{method}")
def retrieve_of_customer(world: World, given: Obj, customer_id: str, method_id: str) -> Obj:
    method = world.get("payment_method", method_id)
    return (
        method
        if method["customer"] == customer_id
        else world.get("payment_method", f"{method_id}@{customer_id}")
    )


@api("POST", _PATH + "/{method}", {"billing_details": BILLING_DETAILS, "metadata": pairs})
def update(world: World, given: Obj, method_id: str) -> Obj:
    method = world.get("payment_method", method_id)
    with world.changing(method, "payment_method.updated"):
        method["billing_details"].update(given.get("billing_details") or {})
        method["metadata"] = merged(method["metadata"], given.get("metadata"))
    return method


@api("POST", _PATH + "/{method}/attach", {"customer": text}, "customer")
def attach(world: World, given: Obj, method_id: str) -> Obj:
    customer = world.get("customer", given["customer"], param="customer")
    return attach_to(world, method_id, customer)


def attach_to(world: World, method_id: str, customer: Obj, *, param: str | None = None) -> Obj:
    """Save a method with a customer; a ready-made one is copied first."""
    method = copied(world, method_id, param=param)
    if method["customer"] not in (None, customer["id"]):
        raise invalid("The payment method you provided has already been attached to a customer.")
    if decline := refusal_on_saving(method):
        raise declined(decline)
    keep_with(world, method, customer)
    return method


def keep_with(world: World, method: Obj, customer: Obj) -> None:
    if method["customer"] is None:
        method["customer"] = customer["id"]
        world.say("payment_method.attached", method)


def of_customer(world: World, method_id: str, customer: Obj, *, param: str) -> Obj:
    """A method that an invoice of theirs may be charged to: it has to be saved with them."""
    method = copied(world, method_id, param=param)
    if method_id in test_numbers.READY_MADE:
        keep_with(world, method, customer)
    if method["customer"] != customer["id"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {method_id}."
            " The payment method must be attached to the customer.",
            param=param,
            code="resource_missing",
        )
    return method


def copied(world: World, method_id: str, *, param: str | None = None) -> Obj:
    """The method of that name; of a ready-made one a copy."""
    number = test_numbers.READY_MADE.get(method_id)
    if number is None:
        return world.get("payment_method", method_id, param=param)
    if number.isdecimal():
        return make(world, {"type": "card", "card": {"number": number}})
    return make(world, {"type": "sepa_debit", "sepa_debit": {"iban": number}})


def refusal_on_saving(method: Obj) -> test_numbers.Decline | None:
    if method["type"] != "card":
        return None
    known = test_numbers.card(method["_number"])
    return known.on_saving if known else test_numbers.GENERIC


def declined(decline: test_numbers.Decline, **more: Any) -> StripeError:
    return card_error(decline.code, decline.message, decline_code=decline.decline_code, **more)


@api("POST", _PATH + "/{method}/detach")
def detach(world: World, given: Obj, method_id: str) -> Obj:
    """It stops being the default of anything, too."""
    method = world.get("payment_method", method_id)
    customer = world.find("customer", method["customer"])
    if customer is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    if customer["invoice_settings"]["default_payment_method"] == method_id:
        with world.changing(customer, "customer.updated"):
            customer["invoice_settings"] = {**customer["invoice_settings"], "default_payment_method": None}
    for subscription in world.all("subscription", default_payment_method=method_id):
        with world.changing(subscription, "customer.subscription.updated"):
            subscription["default_payment_method"] = None
    method["customer"] = None
    world.say("payment_method.detached", method, {"customer": customer["id"]})
    return method


def default_for(world: World, subscription: Obj | None, customer: Obj) -> Obj | None:
    """The method that an invoice of theirs is charged to."""
    names = [
        subscription and subscription["default_payment_method"],
        customer["invoice_settings"]["default_payment_method"],
    ]
    return next((world.find("payment_method", name) for name in names if name), None)


# --- Mandates ------------------------------------------------------------------------------------


def mandate_for(world: World, method: Obj) -> Obj | None:
    """The mandate under which an account may be debited; the first use makes it."""
    if method["type"] != "sepa_debit":
        return None
    for mandate in world.all("mandate", payment_method=method["id"]):
        return mandate
    reference = world.ids.letters(12).upper()
    mandate = {
        "id": world.ids.new("mandate"),
        "object": "mandate",
        "customer_acceptance": {
            "accepted_at": world.now_for(method),
            "online": {"ip_address": "127.0.0.1", "user_agent": "stand-in"},
            "type": "online",
        },
        "livemode": False,
        "multi_use": {},
        "payment_method": method["id"],
        "payment_method_details": {
            "sepa_debit": {"reference": reference, "url": f"{world.url}/mandates/{reference}"},
            "type": "sepa_debit",
        },
        "status": "active",
        "type": "multi_use",
    }
    return world.add(mandate)


@api("GET", "/v1/mandates/{mandate}")
def retrieve_mandate(world: World, given: Obj, mandate_id: str) -> Obj:
    return world.get("mandate", mandate_id)


def account_behind(world: World, method: Obj, customer: Obj, *, found_by: Obj) -> Obj:
    """The account that a payment at a bank's page makes chargeable later, with its mandate."""
    iban = test_numbers.BEHIND_BANK[method["type"]]
    account = make(world, {"type": "sepa_debit", "sepa_debit": {"iban": iban}})
    account["billing_details"] = dict(method["billing_details"])
    came_from = {"charge": None, "setup_attempt": None, found_by["object"]: found_by["id"]}
    account["sepa_debit"]["generated_from"] = came_from
    keep_with(world, account, customer)
    mandate_for(world, account)
    return account
