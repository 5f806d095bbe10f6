"""Which versions that visitors see took what from price books, and when that will no longer be the price."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from configurators.decimals import canonical
from configurators.formula.prices import BookedPrice, Place
from configurators.models import Configurator, ConfiguratorVersion, PriceBook, PriceEntry, Publication
from configurators.price_books.days import after, today
from configurators.price_books.resolving import places_in
from tenancy.context import current_organisation_id

Entries = Mapping[Place, list[PriceEntry]]


@dataclass(frozen=True, slots=True)
class Use:
    """A configurator whose live version, of this number, was made with these prices."""

    configurator_id: UUID
    name: str
    number: int
    prices: Mapping[Place, Decimal]

    @property
    def articles(self) -> int:
        return len(self.prices)


def booked_json(booked: Iterable[BookedPrice]) -> list[list[str]]:
    """As a version keeps what it took."""
    return [[price.book, price.sku, canonical(price.amount)] for price in booked]


def prices_of(stored: Iterable[list[str]]) -> dict[Place, Decimal]:
    """The same, read again."""
    return {(book, sku): Decimal(amount) for book, sku, amount in stored}


def live_uses() -> list[Use]:
    """Every configurator that was published with prices of a book, by name."""
    shown = Publication.objects.filter(organisation_id=current_organisation_id()).values("version_id")
    versions = ConfiguratorVersion.objects.filter(pk__in=list(shown.values_list("version_id", flat=True)))
    rows = versions.exclude(prices=[]).values("configurator_id", "configurator__name", "number", "prices")
    return sorted(
        (_use(dict(row)) for row in rows), key=lambda use: (use.name.casefold(), use.configurator_id)
    )


def uses_of(book: PriceBook) -> list[Use]:
    """Those that took something from this book, with what they took from it."""
    found = []
    for use in live_uses():
        prices = {place: amount for place, amount in use.prices.items() if place[0] == book.key}
        if prices:
            found.append(Use(use.configurator_id, use.name, use.number, prices))
    return found


def drafts_with(book: PriceBook) -> list[Configurator]:
    """Those whose draft takes something from it, by name."""
    drafts = Configurator.objects.filter(archived_at=None).only("name", "draft").order_by("name")
    return [one for one in drafts if any(key == book.key for key, _sku in places_in(one.lifted_draft))]


def entries_of(uses: Iterable[Use]) -> Entries:
    """All that is known of the articles that they took."""
    places = {place for use in uses for place in use.prices}
    found: dict[Place, list[PriceEntry]] = {place: [] for place in places}
    books, skus = {book for book, _sku in places}, {sku for _book, sku in places}
    for entry in PriceEntry.objects.filter(book__key__in=books, sku__in=skus).select_related("book"):
        if (entry.book.key, entry.sku) in found:
            found[entry.book.key, entry.sku].append(entry)
    return found


def amount_on(entries: Iterable[PriceEntry], day: date) -> Decimal | None:
    """What an article costs on that day; None where nothing holds."""
    return next((entry.amount for entry in entries if entry.holds_on(day)), None)


def next_change(use: Use, entries: Entries) -> date | None:
    """The first day, from today, on which something that it took has another price or none."""
    days = {today()}
    for place in use.prices:
        for entry in entries[place]:
            days |= {entry.valid_from} | ({after(entry.valid_until)} if entry.valid_until else set())
    for day in sorted(one for one in days if one >= today()):
        if any(amount_on(entries[place], day) != amount for place, amount in use.prices.items()):
            return day
    return None


def next_changes(uses: list[Use]) -> list[tuple[Use, date | None]]:
    """Each with the day on which it is published anew, as far as anybody knows by now."""
    entries = entries_of(uses)
    return [(use, next_change(use, entries)) for use in uses]


def _use(row: dict[str, Any]) -> Use:
    name = row["configurator__name"]
    return Use(row["configurator_id"], name, row["number"], prices_of(row["prices"]))
