"""Customers and their tax ids."""

from __future__ import annotations

import re
from typing import Any

from billing.standin import catalogue, methods
from billing.standin.answers import PAGE, included, page, whole_list
from billing.standin.errors import invalid
from billing.standin.parameters import ADDRESS, Kind, each, group, merged, one_of, pairs, text, texts, whole
from billing.standin.routes import api, deleted
from billing.standin.world import Obj, World

_SHIPPING: Kind = group({"address": ADDRESS, "name": text, "phone": text})
_EMPTY_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
_CUSTOMER: dict[str, Kind] = {
    "address": ADDRESS,
    "balance": whole,
    "business_name": text,
    "description": text,
    "email": text,
    "individual_name": text,
    "invoice_prefix": text,
    "invoice_settings": group({"default_payment_method": text, "footer": text}),
    "metadata": pairs,
    "name": text,
    "next_invoice_sequence": whole,
    "phone": text,
    "preferred_locales": texts,
    "shipping": _SHIPPING,
    "tax_exempt": one_of("none", "exempt", "reverse"),
}
_TAX_ID: dict[str, Kind] = {"type": text, "value": text}
#: What a tax id has to look like at all; whether it exists is another question.
_FORMS = {
    "eu_vat": re.compile(r"^[A-Z]{2}[0-9A-Z+*]{2,13}$"),
    "gb_vat": re.compile(r"^(GB|XI)\d{9}(\d{3})?$"),
}


@api(
    "POST",
    "/v1/customers",
    {
        **_CUSTOMER,
        "payment_method": text,
        "test_clock": text,
        "tax_id_data": each(group(_TAX_ID, "type", "value")),
    },
)
def create(world: World, given: Obj) -> Obj:
    if given.get("test_clock"):
        world.get("test_helpers.test_clock", given["test_clock"], param="test_clock")
    for one in given.get("tax_id_data", []):
        _check_tax_id(one)
    customer = make(world, given)
    if given.get("payment_method"):
        methods.attach_to(world, given["payment_method"], customer, param="payment_method")
    if given.get("invoice_settings"):
        _settle_invoice_settings(world, customer, given["invoice_settings"])
    for one in given.get("tax_id_data", []):
        _add_tax_id(world, customer, one)
    return customer


def make(world: World, given: Obj) -> Obj:
    clock = given.get("test_clock")
    customer = world.add(
        {
            "object": "customer",
            "address": _whole_address(given.get("address")),
            "balance": given.get("balance") or 0,
            "business_name": given.get("business_name"),
            "created": world.now(clock),
            "currency": None,
            "customer_account": None,
            "default_source": None,
            "delinquent": False,
            "description": given.get("description"),
            "email": given.get("email"),
            "individual_name": given.get("individual_name"),
            "invoice_prefix": given.get("invoice_prefix") or world.ids.letters(8).upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": merged(None, given.get("metadata")),
            "name": given.get("name"),
            "next_invoice_sequence": given.get("next_invoice_sequence") or 1,
            "phone": given.get("phone"),
            "preferred_locales": given.get("preferred_locales", []),
            "shipping": given.get("shipping"),
            "tax_exempt": given.get("tax_exempt") or "none",
            "test_clock": clock,
        }
    )
    world.say("customer.created", customer)
    return customer


def _whole_address(address: Obj | None) -> Obj | None:
    return address and {**_EMPTY_ADDRESS, **address}


@api("GET", "/v1/customers", {**PAGE, "email": text, "test_clock": text})
def list_(world: World, given: Obj) -> Obj:
    """Those with a test clock are listed only for that clock, as at Stripe."""
    rows = world.all("customer", test_clock=given.get("test_clock"))
    return page(world, "/v1/customers", rows, given, equal=("email",))


@api("GET", "/v1/customers/{customer}")
def retrieve(world: World, given: Obj, customer_id: str) -> Obj:
    gone = world.find("deleted_customer", customer_id)
    return deleted({**gone, "object": "customer"}) if gone else world.get("customer", customer_id)


@api("POST", "/v1/customers/{customer}", _CUSTOMER)
def update(world: World, given: Obj, customer_id: str) -> Obj:
    customer = world.get("customer", customer_id)
    settings = given.pop("invoice_settings", None)
    if "address" in given:
        given["address"] = _whole_address(given["address"])
    with world.changing(customer, "customer.updated"):
        catalogue.apply(customer, given)
        if settings:
            _settle_invoice_settings(world, customer, settings)
    return customer


def _settle_invoice_settings(world: World, customer: Obj, settings: Obj) -> None:
    name = settings.get("default_payment_method")
    if name:
        param = "invoice_settings[default_payment_method]"
        settings["default_payment_method"] = methods.of_customer(world, name, customer, param=param)["id"]
    customer["invoice_settings"] = {**customer["invoice_settings"], **settings}


@api("DELETE", "/v1/customers/{customer}")
def delete(world: World, given: Obj, customer_id: str) -> Any:
    """Ends the subscriptions too. The invoices stay; that is the law."""
    from billing.standin import standing  # standing knows customers

    customer = world.get("customer", customer_id)
    for subscription in world.all("subscription", customer=customer_id):
        standing.cancel(world, subscription, reason=None)
    for method in world.all("payment_method", customer=customer_id):
        method["customer"] = None
    world.say("customer.deleted", customer)
    world.remove(customer)
    world.objects.setdefault("deleted_customer", {})[customer_id] = customer
    return deleted(customer)


@included("customer", "subscriptions")
def subscriptions_of(world: World, customer: Obj) -> Obj:
    rows = [row for row in world.all("subscription", customer=customer["id"]) if row["status"] != "canceled"]
    return whole_list(f"/v1/customers/{customer['id']}/subscriptions", rows[::-1])


@included("customer", "tax_ids")
def tax_ids_of(world: World, customer: Obj) -> Obj:
    rows = world.all("tax_id", customer=customer["id"])
    return whole_list(f"/v1/customers/{customer['id']}/tax_ids", rows[::-1])


# --- Tax ids -------------------------------------------------------------------------------------

_TAX_IDS = "/v1/customers/{customer}/tax_ids"


def _check_tax_id(given: Obj) -> None:
    form = _FORMS.get(given["type"])
    if form and not form.match(given["value"].replace(" ", "").upper()):
        raise invalid("Invalid value for " + given["type"] + ".", param="value", code="tax_id_invalid")


@api("POST", _TAX_IDS, _TAX_ID, "type", "value")
def create_tax_id(world: World, given: Obj, customer_id: str) -> Obj:
    customer = world.get("customer", customer_id, param="customer")
    _check_tax_id(given)
    return _add_tax_id(world, customer, given)


def _add_tax_id(world: World, customer: Obj, given: Obj) -> Obj:
    """Pending at first; the control API says what came of it."""
    checked = given["type"] in ("eu_vat", "gb_vat")
    verification = {"status": "pending", "verified_address": None, "verified_name": None}
    tax_id = world.add(
        {
            "object": "tax_id",
            "country": given["value"][:2].upper() if checked else None,
            "created": world.now_for(customer),
            "customer": customer["id"],
            "customer_account": None,
            "livemode": False,
            "owner": {"customer": customer["id"], "type": "customer"},
            "type": given["type"],
            "value": given["value"],
            "verification": verification if checked else None,
        }
    )
    world.say("customer.tax_id.created", tax_id)
    return tax_id


def verify_tax_id(world: World, tax_id: Obj, *, status: str, name: str | None, address: str | None) -> None:
    with world.changing(tax_id, "customer.tax_id.updated"):
        tax_id["verification"] = {"status": status, "verified_address": address, "verified_name": name}


@api("GET", _TAX_IDS, PAGE)
def list_tax_ids(world: World, given: Obj, customer_id: str) -> Obj:
    world.get("customer", customer_id)
    rows = world.all("tax_id", customer=customer_id)
    return page(world, f"/v1/customers/{customer_id}/tax_ids", rows, given)


@api("GET", _TAX_IDS + "/{tax_id}")
def retrieve_tax_id(world: World, given: Obj, customer_id: str, tax_id: str) -> Obj:
    return _tax_id_of(world, customer_id, tax_id)


@api("DELETE", _TAX_IDS + "/{tax_id}")
def delete_tax_id(world: World, given: Obj, customer_id: str, tax_id: str) -> Any:
    found = _tax_id_of(world, customer_id, tax_id)
    world.remove(found)
    world.say("customer.tax_id.deleted", found)
    return deleted(found)


def _tax_id_of(world: World, customer_id: str, tax_id: str) -> Obj:
    found = world.get("tax_id", tax_id)
    return found if found["customer"] == customer_id else world.get("tax_id", f"{tax_id}@{customer_id}")


def tax_ids_on_paper(world: World, customer: Obj) -> list[Obj]:
    """As they stand on an invoice."""
    return [
        {"type": row["type"], "value": row["value"]} for row in world.all("tax_id", customer=customer["id"])
    ]
