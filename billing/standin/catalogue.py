"""What is for sale: products, prices and tax rates."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid, missing_parameter
from billing.standin.parameters import (
    Kind,
    Shape,
    flag,
    group,
    merged,
    number,
    one_of,
    pairs,
    text,
    texts,
    whole,
)
from billing.standin.routes import api, deleted
from billing.standin.world import Obj, World

INTERVAL = one_of("day", "week", "month", "year")
_BEHAVIOUR = one_of("exclusive", "inclusive", "unspecified")
_RECURRING: Shape = {"interval": INTERVAL, "interval_count": whole, "usage_type": one_of("licensed")}
#: A price that is made together with what it is for.
PRICE_DATA: Kind = group(
    {
        "currency": text,
        "product": text,
        "product_data": group({"name": text, "description": text, "metadata": pairs}, "name"),
        "recurring": group(_RECURRING, "interval"),
        "tax_behavior": _BEHAVIOUR,
        "unit_amount": whole,
        "unit_amount_decimal": number,
    },
    "currency",
)


# --- Products ------------------------------------------------------------------------------------

_PRODUCT: dict[str, Kind] = {
    "name": text,
    "active": flag,
    "description": text,
    "images": texts,
    "metadata": pairs,
    "statement_descriptor": text,
    "tax_code": text,
    "unit_label": text,
    "url": text,
}


@api("POST", "/v1/products", {**_PRODUCT, "id": text, "default_price_data": PRICE_DATA}, "name")
def create_product(world: World, given: Obj) -> Obj:
    if given.get("id") and world.find("product", given["id"]):
        raise invalid(f"Product already exists: '{given['id']}'", param="id", code="resource_already_exists")
    product = world.add(
        {
            "id": given.get("id") or world.ids.new("product"),
            "object": "product",
            "active": given.get("active", True),
            "created": world.now(),
            "default_price": None,
            "description": given.get("description"),
            "images": given.get("images", []),
            "livemode": False,
            "marketing_features": [],
            "metadata": merged(None, given.get("metadata")),
            "name": given["name"],
            "package_dimensions": None,
            "shippable": None,
            "statement_descriptor": given.get("statement_descriptor"),
            "tax_code": given.get("tax_code"),
            "type": "service",
            "unit_label": given.get("unit_label"),
            "updated": world.now(),
            "url": given.get("url"),
        }
    )
    world.say("product.created", product)
    if data := given.get("default_price_data"):
        product["default_price"] = make_price(world, {**data, "product": product["id"]})["id"]
    return product


@api("GET", "/v1/products", {**PAGE, "active": flag, "ids": texts, "url": text})
def list_products(world: World, given: Obj) -> Obj:
    rows = world.all("product")
    if given.get("ids"):
        rows = [row for row in rows if row["id"] in given["ids"]]
    return page(world, "/v1/products", rows, given, equal=("active", "url"))


@api("GET", "/v1/products/{product}")
def retrieve_product(world: World, given: Obj, product_id: str) -> Obj:
    return world.get("product", product_id)


@api("POST", "/v1/products/{product}", {**_PRODUCT, "default_price": text})
def update_product(world: World, given: Obj, product_id: str) -> Obj:
    product = world.get("product", product_id)
    if given.get("default_price"):
        world.get("price", given["default_price"], param="default_price")
    with world.changing(product, "product.updated"):
        apply(product, given)
        product["updated"] = world.now()
    return product


@api("DELETE", "/v1/products/{product}")
def delete_product(world: World, given: Obj, product_id: str) -> Any:
    product = world.get("product", product_id)
    if world.all("price", product=product_id):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.")
    world.remove(product)
    world.say("product.deleted", product)
    return deleted(product)


def apply(obj: Obj, given: Obj) -> None:
    """Write plain attributes as given, metadata merged."""
    for name, value in given.items():
        obj[name] = merged(obj["metadata"], value) if name == "metadata" else value


# --- Prices --------------------------------------------------------------------------------------

_PRICE: dict[str, Kind] = {
    "active": flag,
    "lookup_key": text,
    "metadata": pairs,
    "nickname": text,
    "tax_behavior": _BEHAVIOUR,
    "transfer_lookup_key": flag,
}


@api(
    "POST",
    "/v1/prices",
    {
        **_PRICE,
        "currency": text,
        "product": text,
        "product_data": group({"name": text, "metadata": pairs, "active": flag}, "name"),
        "recurring": group(_RECURRING, "interval"),
        "unit_amount": whole,
        "unit_amount_decimal": number,
        "billing_scheme": one_of("per_unit"),
    },
    "currency",
)
def create_price(world: World, given: Obj) -> Obj:
    return make_price(world, given)


def make_price(world: World, given: Obj) -> Obj:
    product = _product_for(world, given)
    _take_lookup_key(world, given)
    amount, exact = _amount(given)
    recurring = given.get("recurring")
    price = world.add(
        {
            "object": "price",
            "active": given.get("active", True),
            "billing_scheme": "per_unit",
            "created": world.now(),
            "currency": given["currency"].lower(),
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": given.get("lookup_key"),
            "metadata": merged(None, given.get("metadata")),
            "nickname": given.get("nickname"),
            "product": product["id"],
            "recurring": recurring
            and {
                "interval": recurring["interval"],
                "interval_count": recurring.get("interval_count") or 1,
                "meter": None,
                "trial_period_days": None,
                "usage_type": "licensed",
            },
            "tax_behavior": given.get("tax_behavior") or "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "recurring" if recurring else "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": exact,
        }
    )
    world.say("price.created", price)
    return price


def _product_for(world: World, given: Obj) -> Obj:
    if given.get("product_data"):
        return create_product(world, given["product_data"])
    if not given.get("product"):
        raise missing_parameter("product")
    return world.get("product", given["product"], param="product")


def _amount(given: Obj) -> tuple[int | None, str]:
    """Whole cents, or None where a cent is divided; and the amount exactly."""
    if given.get("unit_amount") is not None:
        return given["unit_amount"], str(given["unit_amount"])
    exact: Decimal | None = given.get("unit_amount_decimal")
    if exact is None:
        raise missing_parameter("unit_amount")
    return (int(exact) if exact == exact.to_integral() else None), format(exact.normalize(), "f")


def _take_lookup_key(world: World, given: Obj, own: str = "") -> None:
    key = given.get("lookup_key")
    for other in world.all("price", lookup_key=key) if key else []:
        if other["id"] == own:
            continue
        if not given.get("transfer_lookup_key"):
            raise invalid(f"A price (`{other['id']}`) already uses that lookup key.", param="lookup_key")
        with world.changing(other, "price.updated"):
            other["lookup_key"] = None


@api(
    "GET",
    "/v1/prices",
    {**PAGE, "active": flag, "currency": text, "product": text, "lookup_keys": texts, "type": text,
     "recurring": group({"interval": INTERVAL})},
)  # fmt: skip
def list_prices(world: World, given: Obj) -> Obj:
    rows = world.all("price")
    if given.get("lookup_keys"):
        rows = [row for row in rows if row["lookup_key"] in given["lookup_keys"]]
    if interval := (given.get("recurring") or {}).get("interval"):
        rows = [row for row in rows if row["recurring"] and row["recurring"]["interval"] == interval]
    return page(world, "/v1/prices", rows, given, equal=("active", "currency", "product", "type"))


@api("GET", "/v1/prices/{price}")
def retrieve_price(world: World, given: Obj, price_id: str) -> Obj:
    return world.get("price", price_id)


@api("POST", "/v1/prices/{price}", _PRICE)
def update_price(world: World, given: Obj, price_id: str) -> Obj:
    price = world.get("price", price_id)
    _take_lookup_key(world, given, own=price_id)
    given.pop("transfer_lookup_key", None)
    with world.changing(price, "price.updated"):
        apply(price, given)
    return price


def cost(price: Obj, quantity: int) -> int:
    """So many of it, in whole cents."""
    return rounded(Decimal(price["unit_amount_decimal"]) * quantity)


def rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def plan_of(price: Obj) -> Obj:
    """The older name that subscription items still carry beside their price."""
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": price["billing_scheme"],
        "created": price["created"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"],
        "livemode": False,
        "metadata": price["metadata"],
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


# --- Tax rates -----------------------------------------------------------------------------------

_TAX_RATE: dict[str, Kind] = {
    "active": flag,
    "country": text,
    "description": text,
    "display_name": text,
    "jurisdiction": text,
    "metadata": pairs,
    "state": text,
    "tax_type": text,
}


@api(
    "POST",
    "/v1/tax_rates",
    {**_TAX_RATE, "percentage": number, "inclusive": flag},
    "display_name",
    "inclusive",
    "percentage",
)
def create_tax_rate(world: World, given: Obj) -> Obj:
    percentage = float(given["percentage"])
    rate = world.add(
        {
            "object": "tax_rate",
            "active": given.get("active", True),
            "country": given.get("country"),
            "created": world.now(),
            "description": given.get("description"),
            "display_name": given["display_name"],
            "effective_percentage": percentage,
            "flat_amount": None,
            "inclusive": given["inclusive"],
            "jurisdiction": given.get("jurisdiction"),
            "jurisdiction_level": None,
            "livemode": False,
            "metadata": merged(None, given.get("metadata")),
            "percentage": percentage,
            "rate_type": "percentage",
            "state": given.get("state"),
            "tax_type": given.get("tax_type"),
        }
    )
    world.say("tax_rate.created", rate)
    return rate


@api("GET", "/v1/tax_rates", {**PAGE, "active": flag, "inclusive": flag})
def list_tax_rates(world: World, given: Obj) -> Obj:
    return page(world, "/v1/tax_rates", world.all("tax_rate"), given, equal=("active", "inclusive"))


@api("GET", "/v1/tax_rates/{rate}")
def retrieve_tax_rate(world: World, given: Obj, rate_id: str) -> Obj:
    return world.get("tax_rate", rate_id)


@api("POST", "/v1/tax_rates/{rate}", _TAX_RATE)
def update_tax_rate(world: World, given: Obj, rate_id: str) -> Obj:
    rate = world.get("tax_rate", rate_id)
    with world.changing(rate, "tax_rate.updated"):
        apply(rate, given)
    return rate


def tax_rates(world: World, names: list[str] | None, *, param: str) -> list[Obj]:
    return [world.get("tax_rate", name, param=param) for name in names or []]
