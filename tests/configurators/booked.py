"""A price book to test with, and definitions that take their prices from it."""

from datetime import date
from decimal import Decimal
from typing import Any

from configurators.formula import Prices
from configurators.models import PriceBook, PriceEntry
from configurators.price_books.books import Line, add_entry, create_book
from tests.cast import Member
from tests.configurators.definitions import definition, group, option

Json = dict[str, Any]


def from_book(sku: str = "glass", *, book: str = "tariffs", **more: Any) -> Json:
    return {"kind": "fixed", "from_book": {"book": book, "sku": sku}, **more}


def booked(price: Json | None = None, **more: Any) -> Json:
    """One roof that costs what the book says of glass."""
    roof = option("glass", price=price or from_book())
    return definition(group("roof", "single", required=True, default="glass", options=[roof]), **more)


def prices(**amounts: str) -> Prices:
    """A book of tariffs with these articles, on the first day of 2027."""
    return Prices(
        date(2027, 1, 1),
        {"tariffs": "EUR", "dollars": "USD"},
        {("tariffs", sku): Decimal(amount) for sku, amount in amounts.items()} | {("tariffs", "over"): None},
    )


def make_book(by: Member, key: str = "tariffs") -> PriceBook:
    return create_book(key=key, name="Tariffs", currency="EUR", by=by.user.pk)


def line(amount: str, first: date, last: date | None = None, *, sku: str = "glass", label: str = "") -> Line:
    return Line(sku=sku, label=label, amount=Decimal(amount), valid_from=first, valid_until=last)


def put(
    book: PriceBook,
    by: Member,
    amount: str,
    first: date,
    last: date | None = None,
    *,
    ends_former: bool = False,
) -> PriceEntry:
    """What glass costs in that period."""
    return add_entry(book, line(amount, first, last), ends_former=ends_former, by=by.user.pk)
