"""Invoice items: what is to stand on a next invoice, asked for by us or left by a change."""

from __future__ import annotations

from typing import Any

from billing.standin import catalogue, invoices, lines
from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid, missing_parameter
from billing.standin.parameters import Kind, flag, group, merged, number, pairs, text, texts, whole
from billing.standin.routes import api, deleted
from billing.standin.world import Obj, World

_PATH = "/v1/invoiceitems"
_ITEM: dict[str, Kind] = {
    "amount": whole,
    "description": text,
    "discountable": flag,
    "metadata": pairs,
    "period": group({"start": whole, "end": whole}, "start", "end"),
    "quantity": whole,
    "tax_rates": texts,
    "unit_amount_decimal": number,
}


@api(
    "POST",
    _PATH,
    {
        **_ITEM,
        "currency": text,
        "customer": text,
        "invoice": text,
        "pricing": group({"price": text}, "price"),
        "price_data": catalogue.PRICE_DATA,
        "subscription": text,
    },
    "customer",
)
def create(world: World, given: Obj) -> Obj:
    customer = world.get("customer", given["customer"], param="customer")
    invoice = _draft(world, given, customer)
    price = _price(world, given)
    quantity = given.get("quantity") or 1
    amount = _amount(given, price, quantity)
    now = world.now_for(customer)
    item = make(
        world,
        customer,
        amount=amount,
        currency=price["currency"]
        if price
        else (given.get("currency") or customer["currency"] or "eur").lower(),
        description=given.get("description"),
        period=given.get("period") or {"start": now, "end": now},
        rates=catalogue.tax_rates(world, given.get("tax_rates"), param="tax_rates"),
        price=price,
        quantity=quantity,
        subscription=given.get("subscription"),
        metadata=given.get("metadata"),
    )
    if invoice:
        _put_on(world, invoice, item, customer)
    return item


def _draft(world: World, given: Obj, customer: Obj) -> Obj | None:
    if given.get("subscription"):
        world.get("subscription", given["subscription"], param="subscription")
    if not given.get("invoice"):
        return None
    invoice = world.get("invoice", given["invoice"], param="invoice")
    if invoice["status"] != "draft" or invoice["customer"] != customer["id"]:
        raise invalid("Invoice items can only be added to a draft of the same customer.", param="invoice")
    return invoice


def _amount(given: Obj, price: Obj | None, quantity: int) -> int:
    if price:
        return catalogue.cost(price, quantity)
    if given.get("unit_amount_decimal") is not None:
        return catalogue.rounded(given["unit_amount_decimal"] * quantity)
    if given.get("amount") is None:
        raise missing_parameter("amount")
    return int(given["amount"])


def _price(world: World, given: Obj) -> Obj | None:
    if given.get("price_data"):
        return catalogue.make_price(world, given["price_data"])
    if given.get("pricing"):
        return world.get("price", given["pricing"]["price"], param="pricing[price]")
    return None


def make(
    world: World,
    customer: Obj,
    *,
    amount: int,
    currency: str,
    description: str | None,
    period: Obj,
    rates: list[Obj],
    price: Obj | None = None,
    quantity: int = 1,
    subscription: str | None = None,
    of_item: str | None = None,
    metadata: Obj | None = None,
) -> Obj:
    """``of_item``: the item of the subscription whose change left this."""
    details = {"subscription": subscription, "subscription_item": of_item}
    item = world.add(
        {
            "object": "invoiceitem",
            "amount": amount,
            "currency": currency,
            "customer": customer["id"],
            "customer_account": None,
            "date": world.now_for(customer),
            "description": description,
            "discountable": of_item is None,
            "discounts": [],
            "invoice": None,
            "livemode": False,
            "metadata": merged(None, metadata),
            "net_amount": amount,
            "parent": {"subscription_details": details, "type": "subscription_details"}
            if subscription
            else None,
            "period": period,
            "pricing": price and lines.pricing(price),
            "proration": of_item is not None,
            "quantity": quantity,
            "quantity_decimal": str(quantity),
            "tax_rates": rates,
            "test_clock": customer["test_clock"],
            "_subscription": subscription,
            "_of_item": of_item,
        }
    )
    world.say("invoiceitem.created", item)
    return item


def leave(world: World, customer: Obj, row: Obj) -> Obj:
    """Keep a line of a change for the next invoice."""
    details = row["parent"]["subscription_item_details"]
    price = world.get("price", row["pricing"]["price_details"]["price"])
    names = [tax["tax_rate_details"]["tax_rate"] for tax in row["taxes"]]
    return make(
        world,
        customer,
        amount=row["amount"],
        currency=row["currency"],
        description=row["description"],
        period=row["period"],
        rates=catalogue.tax_rates(world, names, param="tax_rates"),
        price=price,
        quantity=row["quantity"],
        subscription=details["subscription"],
        of_item=details["subscription_item"],
    )


def pending(world: World, customer: Obj, subscription: Obj | None) -> list[Obj]:
    """What waits for an invoice: of this subscription, and what is no subscription's."""
    ours = (None, subscription["id"] if subscription else None)
    rows = world.all("invoiceitem", customer=customer["id"], invoice=None)
    return [row for row in rows if row["_subscription"] in ours]


def rows_of(world: World, customer: Obj, items: list[Obj], *, rates: list[Obj]) -> list[Obj]:
    """The lines that they become."""
    return [_row(world, customer, item, rates) for item in items]


def _row(world: World, customer: Obj, item: Obj, rates: list[Obj]) -> Obj:
    details: Any = (item["pricing"] or {}).get("price_details")
    if item["_of_item"]:
        origin = {"id": item["_of_item"], "subscription": item["_subscription"]}
        parent = lines.of_item(origin, proration=True, invoice_item=item["id"])
    else:
        parent = lines.of_invoice_item(item["id"], item["_subscription"])
    return lines.line(
        world,
        customer,
        amount=item["amount"],
        currency=item["currency"],
        description=item["description"],
        period=(item["period"]["start"], item["period"]["end"]),
        rates=item["tax_rates"] or rates,
        price=world.find("price", details["price"]) if details else None,
        quantity=item["quantity"],
        parent=parent,
        metadata=dict(item["metadata"]),
    )


def put(items: list[Obj], invoice: Obj) -> None:
    """They wait no longer."""
    for item in items:
        item["invoice"] = invoice["id"]


def _put_on(world: World, invoice: Obj, item: Obj, customer: Obj) -> None:
    (row,) = rows_of(world, customer, [item], rates=invoice["default_tax_rates"])
    with world.changing(invoice, "invoice.updated"):
        row.update({"id": world.ids.new("line_item"), "invoice": invoice["id"]})
        invoice["lines"] = {**invoice["lines"], "data": [*invoice["lines"]["data"], row]}
        invoices.add_up(invoice, customer)
    put([item], invoice)


@api("GET", _PATH, {**PAGE, "customer": text, "invoice": text, "pending": flag})
def list_(world: World, given: Obj) -> Obj:
    rows = world.all("invoiceitem")
    if "pending" in given:
        rows = [row for row in rows if (row["invoice"] is None) == given["pending"]]
    return page(world, _PATH, rows, given, equal=("customer", "invoice"))


@api("GET", _PATH + "/{item}")
def retrieve(world: World, given: Obj, item_id: str) -> Obj:
    return world.get("invoiceitem", item_id)


@api("POST", _PATH + "/{item}", _ITEM)
def update(world: World, given: Obj, item_id: str) -> Obj:
    item = _waiting(world, item_id)
    if "tax_rates" in given:
        given["tax_rates"] = catalogue.tax_rates(world, given["tax_rates"], param="tax_rates")
    if given.get("unit_amount_decimal") is not None:
        quantity = given.get("quantity") or item["quantity"]
        given["amount"] = catalogue.rounded(given.pop("unit_amount_decimal") * quantity)
    catalogue.apply(item, given)
    item["net_amount"] = item["amount"]
    item["quantity_decimal"] = str(item["quantity"])
    return item


@api("DELETE", _PATH + "/{item}")
def delete(world: World, given: Obj, item_id: str) -> Any:
    item = _waiting(world, item_id)
    world.remove(item)
    world.say("invoiceitem.deleted", item)
    return deleted(item)


def _waiting(world: World, item_id: str) -> Obj:
    item = world.get("invoiceitem", item_id)
    if item["invoice"]:
        raise invalid("This invoice item is already attached to an invoice and can no longer be changed.")
    return item
