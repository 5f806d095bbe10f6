"""The lines of an invoice: what one says, its taxes, and what a part of a period costs."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from billing.standin.catalogue import cost, rounded
from billing.standin.periods import plain_date
from billing.standin.world import Obj, World


def line(
    world: World,
    customer: Obj,
    *,
    amount: int,
    currency: str,
    description: str,
    period: tuple[int, int],
    rates: Iterable[Obj],
    price: Obj | None = None,
    quantity: int = 1,
    parent: Obj,
    metadata: Obj | None = None,
) -> Obj:
    """One line. Its id is given when it is stored: a preview has lines too, and nobody keeps them."""
    return {
        "object": "line_item",
        "amount": amount,
        "currency": currency,
        "description": description,
        "discount_amounts": [],
        "discountable": not _is_proration(parent),
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": metadata or {},
        "parent": parent,
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "pricing": price and pricing(price),
        "quantity": quantity,
        "quantity_decimal": str(quantity),
        "subtotal": amount,
        "taxes": taxes(amount, rates, customer),
    }


def pricing(price: Obj) -> Obj:
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


def _is_proration(parent: Obj) -> bool:
    details: Obj = parent.get(parent["type"]) or {}
    return bool(details.get("proration"))


def of_item(item: Obj, *, proration: bool, invoice_item: str | None = None) -> Obj:
    """A line that comes from an item of a subscription."""
    return {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": invoice_item,
            "proration": proration,
            "proration_details": {"credited_items": None},
            "subscription": item["subscription"],
            "subscription_item": item["id"],
        },
        "type": "subscription_item_details",
    }


def of_invoice_item(invoice_item: str, subscription: str | None = None) -> Obj:
    """A line that was asked for by itself."""
    return {
        "invoice_item_details": {
            "invoice_item": invoice_item,
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": subscription,
        },
        "subscription_item_details": None,
        "type": "invoice_item_details",
    }


# --- Taxes ---------------------------------------------------------------------------------------


def taxes(amount: int, rates: Iterable[Obj], customer: Obj) -> list[Obj]:
    """Each rate's part. Whoever is exempt pays none, and the line says why."""
    exempt = {"exempt": "customer_exempt", "reverse": "reverse_charge"}.get(customer["tax_exempt"])
    return [
        {
            "amount": 0 if exempt else _tax(amount, rate),
            "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
            "tax_rate_details": {"tax_rate": rate["id"]},
            "taxability_reason": exempt or "not_available",
            "taxable_amount": amount,
            "type": "tax_rate_details",
        }
        for rate in rates
    ]


def _tax(amount: int, rate: Obj) -> int:
    share = Decimal(str(rate["percentage"]))
    return rounded(Decimal(amount) * share / (100 + share if rate["inclusive"] else 100))


def totals(lines: Iterable[Obj]) -> Obj:
    """The sums below the lines."""
    found = list(lines)
    subtotal = sum(one["amount"] for one in found)
    by_rate: dict[tuple[str, str, str], Obj] = {}
    for tax in (tax for one in found for tax in one["taxes"]):
        key = (tax["tax_rate_details"]["tax_rate"], tax["tax_behavior"], tax["taxability_reason"])
        whole = by_rate.setdefault(key, {**tax, "amount": 0, "taxable_amount": 0})
        whole["amount"] += tax["amount"]
        whole["taxable_amount"] += tax["taxable_amount"]
    on_top = sum(tax["amount"] for tax in by_rate.values() if tax["tax_behavior"] == "exclusive")
    within = sum(tax["amount"] for tax in by_rate.values() if tax["tax_behavior"] == "inclusive")
    return {
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal - within,
        "total": subtotal + on_top,
        "total_excluding_tax": subtotal - within,
        "total_taxes": list(by_rate.values()),
    }


# --- Periods and parts of them -------------------------------------------------------------------


def whole_period(world: World, customer: Obj, item: Obj, *, rates: Iterable[Obj]) -> Obj:
    """A full period of an item."""
    price, quantity = item["price"], item["quantity"]
    return line(
        world,
        customer,
        amount=cost(price, quantity),
        currency=price["currency"],
        description=f"{quantity} × {_name(world, price)} (at {_each(price)})",
        period=(item["current_period_start"], item["current_period_end"]),
        rates=item["tax_rates"] or rates,
        price=price,
        quantity=quantity,
        parent=of_item(item, proration=False),
    )


def trial_period(world: World, customer: Obj, item: Obj) -> Obj:
    price, quantity = item["price"], item["quantity"]
    return line(
        world,
        customer,
        amount=0,
        currency=price["currency"],
        description=f"Trial period for {_name(world, price)}",
        period=(item["current_period_start"], item["current_period_end"]),
        rates=[],
        price=price,
        quantity=quantity,
        parent=of_item(item, proration=False),
    )


def part(world: World, customer: Obj, item: Obj, *, at: int, credit: bool, rates: Iterable[Obj]) -> Obj:
    """What is left of an item's period at a moment: to be given back, or to be paid. Counted in seconds."""
    start, end = item["current_period_start"], item["current_period_end"]
    price, quantity = item["price"], item["quantity"]
    share = Decimal(end - at) / Decimal(end - start)
    amount = rounded(Decimal(price["unit_amount_decimal"]) * quantity * share)
    words = "Unused time on" if credit else "Remaining time on"
    many = f"{quantity} × " if quantity != 1 else ""
    return line(
        world,
        customer,
        amount=-amount if credit else amount,
        currency=price["currency"],
        description=f"{words} {many}{_name(world, price)} after {plain_date(at)}",
        period=(at, end),
        rates=item["tax_rates"] or rates,
        price=price,
        quantity=quantity,
        parent=of_item(item, proration=True),
    )


def _name(world: World, price: Obj) -> str:
    product: Any = world.find("product", price["product"]) or {}
    return str(price["nickname"] or product.get("name") or price["product"])


def _each(price: Obj) -> str:
    each = f"{Decimal(price['unit_amount_decimal']) / 100:.2f} {price['currency'].upper()}"
    recurring = price["recurring"]
    if recurring is None:
        return each
    often = (
        recurring["interval"]
        if recurring["interval_count"] == 1
        else f"{recurring['interval_count']} {recurring['interval']}s"
    )
    return f"{each} / {often}"
