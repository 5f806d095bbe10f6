"""A price book of the demo: what two products share, with a price that changes at the new year."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from configurators.price_books.books import Line, add_entries, create_book
from configurators.price_books.days import today


@dataclass(frozen=True, slots=True)
class Tariffs:
    """One book: what each article is called and costs. The first of them becomes dearer."""

    key: str
    name: str
    articles: tuple[tuple[str, str, str], ...]

    def make(self, *, by: UUID) -> None:
        """From the year before, so that all of the demo's requests have a price."""
        year = today().year
        lines = [
            Line(sku, label, Decimal(amount), date(year - 1, 1, 1)) for sku, label, amount in self.articles
        ]
        first = lines[0]
        dearer = Line(first.sku, first.label, first.amount * Decimal("1.04"), date(year + 1, 1, 1))
        book = create_book(key=self.key, name=self.name, currency="EUR", by=by)
        add_entries(book, [*lines, dearer], ends_former=True, by=by)

    def fill_in(self, definition: dict[str, Any], places: tuple[tuple[str, str], ...]) -> None:
        """Let some groups or options, ``lamps`` or ``roof.glass``, take their price from the book."""
        priced = {place: owner["price"] for place, owner in _owners(definition)}
        for place, sku in places:
            price = priced[place]
            del price["amount"]
            price["from_book"] = {"book": self.key, "sku": sku}


def _owners(definition: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    groups = [group for step in definition["steps"] for group in step["groups"]]
    options = [
        (f"{group['key']}.{option['key']}", option) for group in groups for option in group.get("options", ())
    ]
    return [
        (key, owner)
        for key, owner in [*((one["key"], one) for one in groups), *options]
        if owner.get("price")
    ]


ELECTRICS = Tariffs(
    "elektra",
    "Elektra en bediening",
    (
        ("spot", "Ledspot met bekabeling", "65"),
        ("heater", "Infraroodverwarming", "745"),
        ("dimmer", "Afstandsbediening met dimmer", "95"),
        ("motor", "Buismotor", "189"),
        ("motor-zon", "Buismotor met zonnecel", "279"),
        ("sensor", "Zon- en windsensor", "129"),
        ("zender", "Handzender", "59"),
    ),
)
