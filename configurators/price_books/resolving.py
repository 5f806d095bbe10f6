"""What the price books of the organisation in force hold of what a definition asks for."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from configurators.formula import Prices
from configurators.formula.prices import Place
from configurators.models import PriceBook, PriceEntry
from configurators.price_books.days import today

KEY_PATTERN = r"[a-z][a-z0-9_-]*"
SKU_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._/+-]*"
LONGEST_NAME = 60
_NAME = re.compile(SKU_PATTERN, re.ASCII)
_CALL = re.compile(r"price", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"\n]*)"')
_LOOKED_UP = re.compile(r'\bprice\s*\(\s*"([^"\n]*)"\s*[;,]\s*"([^"\n]*)"\s*\)', re.IGNORECASE)


def prices_for(definition: object, *, day: date | None = None) -> Prices:
    """On that day, or today: all that the definition names, and nothing else. Any JSON will do."""
    day, names = day or today(), names_in(definition)
    if not names:
        return Prices(day)
    entries = PriceEntry.objects.filter(book__key__in=names, sku__in=names).select_related("book")
    amounts: dict[Place, Decimal | None] = {}
    for entry in entries:
        place = (entry.book.key, entry.sku)
        amounts[place] = entry.amount if entry.holds_on(day) else amounts.get(place)
    books = dict(PriceBook.objects.values_list("key", "currency"))
    return Prices(day, books, amounts)


def names_in(definition: object) -> frozenset[str]:
    """Every text that could be the key of a book or an article: some more than there are."""
    return frozenset(filter(_could_be_a_name, _named(definition)))


def places_in(definition: object) -> frozenset[Place]:
    """What the definition looks up, as it is usually written."""
    found: set[Place] = set()
    for value in _values(definition):
        if isinstance(value, str):
            found.update(_LOOKED_UP.findall(value))
        elif place := _from_book(value):
            found.add(place)
    return frozenset(found)


def _could_be_a_name(text: str) -> bool:
    return len(text) <= LONGEST_NAME and _NAME.fullmatch(text) is not None


def _named(definition: object) -> Iterator[str]:
    for value in _values(definition):
        if isinstance(value, str):
            if _CALL.search(value):
                yield from _QUOTED.findall(value)
        elif place := _from_book(value):
            yield from place


def _from_book(value: object) -> Place | None:
    place = value.get("from_book") if isinstance(value, dict) else None
    if not isinstance(place, dict):
        return None
    book, sku = place.get("book"), place.get("sku")
    return (book, sku) if isinstance(book, str) and isinstance(sku, str) else None


def _values(document: object) -> Iterator[object]:
    """Every object and every text in it, without recursion."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield value
