"""What the builder proposes of price books: their articles, and what each costs today."""

from typing import Any

from configurators.decimals import canonical
from configurators.models import PriceBook, PriceEntry
from configurators.price_books.days import today

#: Of all books together; what lies beyond can be written, and is checked as any other.
MOST_PROPOSED = 3000


def known_books() -> list[dict[str, Any]]:
    """Each with [article, description, amount or null] of what holds today or later, by name."""
    day = today()
    coming = PriceEntry.objects.touching(day, None).order_by("sku", "valid_from").select_related("book")
    books = PriceBook.objects.order_by("name", "key")
    articles: dict[str, dict[str, list[str | None]]] = {book.key: {} for book in books}
    for entry in coming[:MOST_PROPOSED]:
        amount = canonical(entry.amount) if entry.holds_on(day) else None
        known = articles.get(entry.book.key, {})
        if entry.sku not in known or amount is not None:
            known[entry.sku] = [entry.sku, entry.label, amount]
    return [
        {
            "key": book.key,
            "name": book.name,
            "currency": book.currency,
            "entries": list(articles[book.key].values()),
        }
        for book in books
    ]
