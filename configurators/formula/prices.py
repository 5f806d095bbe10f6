"""Prices of price books on one day: what PRICE in a formula, and a price of a definition, become.

They are looked up while a definition is compiled: what is compiled holds the figure and knows no book.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: The key of a book, and an article in it.
Place = tuple[str, str]

#: Another day, there may be one.
NO_PRICE_THAT_DAY = "no_price_that_day"


@dataclass(frozen=True, slots=True)
class NoPrice:
    """Why there is none, and whether that is to be mended at the book or at the article (``about``)."""

    about: str
    code: str
    text: _StrPromise
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, order=True)
class BookedPrice:
    """What was looked up, as it is kept beside the version that was made with it."""

    book: str
    sku: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Prices:
    """On that day, as far as a definition asks for them."""

    day: date | None = None
    #: The currency of each book, by its key.
    books: Mapping[str, str] = field(default_factory=dict)
    #: None for an article that has a price on other days only.
    amounts: Mapping[Place, Decimal | None] = field(default_factory=dict)

    def look_up(self, book: str, sku: str, *, currency: str) -> Decimal | NoPrice:
        """What the article costs, or why that cannot be said. An empty currency fits every book."""
        if book not in self.books:
            return self._unknown_book(book)
        if currency and self.books[book] != currency:
            text = _("The price book “%(book)s” is in %(its)s, and this configurator in %(currency)s.")
            told: dict[str, object] = {"book": book, "its": self.books[book], "currency": currency}
            return NoPrice("book", "other_currency", text, told)
        if (book, sku) not in self.amounts:
            text = _("There is no article “%(sku)s” in the price book “%(book)s”.")
            return NoPrice("sku", "unknown_sku", text, {"sku": sku[:60], "book": book})
        amount = self.amounts[book, sku]
        if amount is None:
            text = _("“%(sku)s” has no price in the price book “%(book)s” on %(day)s.")
            return NoPrice("sku", NO_PRICE_THAT_DAY, text, {"sku": sku, "book": book, "day": self._day()})
        return amount

    def _unknown_book(self, book: str) -> NoPrice:
        near = next(iter(difflib.get_close_matches(book[:60], list(self.books), n=1)), None)
        if near:
            text = _("There is no price book “%(book)s”. Did you mean “%(near)s”?")
            return NoPrice("book", "unknown_book", text, {"book": book[:60], "near": near})
        text = _("There is no price book with the key “%(book)s”.")
        return NoPrice("book", "unknown_book", text, {"book": book[:60]})

    def _day(self) -> object:
        """As the reader writes it, whoever that will be."""
        return _Day(self.day) if self.day else ""


@dataclass(frozen=True, slots=True)
class _Day:
    day: date

    def __str__(self) -> str:
        return date_format(self.day, "DATE_FORMAT")


NO_PRICES = Prices()
