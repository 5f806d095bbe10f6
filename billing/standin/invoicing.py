"""Invoices by API, and their payments and lines."""

from __future__ import annotations

from typing import Any

from billing.standin import catalogue, collecting, invoice_items, invoices, standing
from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid
from billing.standin.parameters import Kind, each, flag, group, merged, off, one_of, pairs, text, texts, whole
from billing.standin.routes import api, deleted
from billing.standin.world import Obj, World

_PATH = "/v1/invoices"
_ONE = _PATH + "/{invoice}"
_INVOICE: dict[str, Kind] = {
    "auto_advance": flag,
    "automatic_tax": group({"enabled": off}),
    "collection_method": one_of("charge_automatically", "send_invoice"),
    "custom_fields": each(group({"name": text, "value": text}, "name", "value")),
    "days_until_due": whole,
    "default_payment_method": text,
    "default_tax_rates": texts,
    "description": text,
    "due_date": whole,
    "footer": text,
    "metadata": pairs,
}


@api(
    "POST",
    _PATH,
    {
        **_INVOICE,
        "customer": text,
        "currency": text,
        "pending_invoice_items_behavior": one_of("include", "exclude"),
        "subscription": text,
    },
    "customer",
)
def create(world: World, given: Obj) -> Obj:
    """By default without what waits: an invoice made by hand holds what is put on it by hand."""
    customer = world.get("customer", given["customer"], param="customer")
    subscription = given.get("subscription") and world.get(
        "subscription", given["subscription"], param="subscription"
    )
    _read_rates(world, given)
    takes = given.get("pending_invoice_items_behavior") == "include" or subscription
    items = invoice_items.pending(world, customer, subscription) if takes else []
    given.setdefault("auto_advance", False)
    given["metadata"] = merged(None, given.get("metadata"))
    invoice = invoices.build(
        world,
        customer,
        subscription=subscription,
        rows=invoice_items.rows_of(world, customer, items, rates=given.get("default_tax_rates") or []),
        reason="manual",
        currency=(given.get("currency") or customer["currency"] or "eur").lower(),
        given=given,
    )
    invoices.store(world, invoice, finalize_later=True)
    invoice_items.put(items, invoice)
    return invoice


def _read_rates(world: World, given: Obj) -> None:
    if "default_tax_rates" in given:
        given["default_tax_rates"] = catalogue.tax_rates(
            world, given["default_tax_rates"], param="default_tax_rates"
        )
    given.pop("automatic_tax", None)


@api(
    "GET",
    _PATH,
    {
        **PAGE,
        "collection_method": text,
        "customer": text,
        "status": one_of("draft", "open", "paid", "uncollectible", "void"),
        "subscription": text,
    },
)
def list_(world: World, given: Obj) -> Obj:
    rows = world.all("invoice")
    if given.get("subscription"):
        rows = [row for row in rows if invoices.subscription_id_of(row) == given["subscription"]]
    return page(world, _PATH, rows, given, equal=("collection_method", "customer", "status"))


@api("GET", _ONE)
def retrieve(world: World, given: Obj, invoice_id: str) -> Obj:
    return world.get("invoice", invoice_id)


@api("POST", _ONE, _INVOICE)
def update(world: World, given: Obj, invoice_id: str) -> Obj:
    invoice = world.get("invoice", invoice_id)
    open_fields = {"metadata", "auto_advance", "default_payment_method"}
    if invoice["status"] != "draft" and not set(given) <= open_fields:
        raise invalid("Finalized invoices can't be updated in this way.", code="invoice_not_editable")
    _read_rates(world, given)
    if "days_until_due" in given:
        given["_days_until_due"] = given.pop("days_until_due")
    with world.changing(invoice, "invoice.updated"):
        catalogue.apply(invoice, given)
    return invoice


@api("DELETE", _ONE)
def delete(world: World, given: Obj, invoice_id: str) -> Any:
    """A draft made by hand alone; what stood on it waits again."""
    invoice = world.get("invoice", invoice_id)
    if invoice["status"] != "draft" or invoice["billing_reason"] != "manual":
        raise invalid("You can only delete draft invoices that are not of a subscription.")
    world.unplan("invoice.finalize", invoice)
    for item in world.all("invoiceitem", invoice=invoice_id):
        item["invoice"] = None
    world.remove(invoice)
    world.say("invoice.deleted", invoice)
    return deleted(invoice)


@api("POST", _ONE + "/finalize", {"auto_advance": flag})
def finalize(world: World, given: Obj, invoice_id: str) -> Obj:
    """With ``auto_advance`` the money is tried for at once, where Stripe takes an hour."""
    invoice = world.get("invoice", invoice_id)
    if "auto_advance" in given:
        invoice["auto_advance"] = given["auto_advance"]
    invoices.finalize(world, invoice)
    if invoice["auto_advance"] or invoice["status"] == "paid":
        collecting.collect_if_automatic(world, invoice)
    return invoice


@api(
    "POST",
    _ONE + "/pay",
    {"payment_method": text, "paid_out_of_band": flag, "off_session": flag, "forgive": flag},
)
def pay(world: World, given: Obj, invoice_id: str) -> Obj:
    invoice = world.get("invoice", invoice_id)
    collecting.pay_on_request(world, invoice, given)
    return invoice


@api("POST", _ONE + "/send")
def send(world: World, given: Obj, invoice_id: str) -> Obj:
    invoice = world.get("invoice", invoice_id)
    if invoice["status"] == "draft":
        invoices.finalize(world, invoice)
    world.say("invoice.sent", invoice)
    return invoice


@api("POST", _ONE + "/void")
def void(world: World, given: Obj, invoice_id: str) -> Obj:
    """A change that waited for this invoice is dropped with it."""
    invoice = world.get("invoice", invoice_id)
    invoices.void(world, invoice)
    subscription = invoices.subscription_of(world, invoice)
    if subscription is not None and (subscription.get("_pending") or {}).get("invoice") == invoice_id:
        standing.drop_pending(world, subscription)
    return invoice


@api("POST", _ONE + "/mark_uncollectible")
def write_off(world: World, given: Obj, invoice_id: str) -> Obj:
    invoice = world.get("invoice", invoice_id)
    invoices.write_off(world, invoice)
    return invoice


@api("GET", _ONE + "/lines", PAGE)
def list_lines(world: World, given: Obj, invoice_id: str) -> Obj:
    invoice = world.get("invoice", invoice_id)
    rows = [{**row, "_n": -n} for n, row in enumerate(invoice["lines"]["data"])]
    return page(world, f"{_PATH}/{invoice_id}/lines", rows, given)


@api(
    "GET",
    "/v1/invoice_payments",
    {**PAGE, "invoice": text, "status": text, "payment": group({"type": text, "payment_intent": text})},
)
def list_payments(world: World, given: Obj) -> Obj:
    rows = world.all("invoice_payment")
    if intent_id := (given.get("payment") or {}).get("payment_intent"):
        rows = [row for row in rows if row["payment"]["payment_intent"] == intent_id]
    return page(world, "/v1/invoice_payments", rows, given, equal=("invoice", "status"))


@api("GET", "/v1/invoice_payments/{payment}")
def retrieve_payment(world: World, given: Obj, payment_id: str) -> Obj:
    return world.get("invoice_payment", payment_id)
