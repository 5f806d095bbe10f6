"""The price book of the demo: two products take their prices from it, and cost what they did."""

from typing import Any

import pytest

from configurators.compiling import compile_definition
from configurators.price_books.resolving import prices_for
from leads.demo.businesses import BUSINESSES
from leads.demo.products import Product
from tenancy.context import tenant
from tests.cast import Member

VELDKAMP = BUSINESSES[0]


def priced(document: dict[str, Any]) -> list[Any]:
    """Every price of a compiled definition."""
    groups = [group for step in document["steps"] for group in step["groups"]]
    return [part.get("price") for group in groups for part in (group, *group.get("options", ()))]


@pytest.mark.parametrize("product", VELDKAMP.products, ids=lambda product: product.starter)
def test_a_product_costs_the_same_with_prices_of_the_book(alice: Member, product: Product) -> None:
    assert VELDKAMP.tariffs is not None
    definition = product.definition("nl")
    before = priced(compile_definition(definition).to_json())

    with tenant(alice.organisation.pk):
        VELDKAMP.tariffs.make(by=alice.user.pk)
        VELDKAMP.tariffs.fill_in(definition, product.articles)
        compiled = compile_definition(definition, prices_for(definition))

    assert (priced(compiled.to_json()), len(compiled.booked)) == (before, len(product.articles))
