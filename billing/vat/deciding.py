"""The decision: who pays how much VAT, to which state, and what the invoice has to say.

One table for services supplied by electronic means to businesses, and to those who could not show that they
are one (Directive 2006/112/EC articles 44, 58, 59c and 196; Implementing Regulation 282/2011 article 18).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.vat.rates import standard_rate
from billing.vat.territory import in_union, state

_HOME = "NL"
#: The protocol on Northern Ireland covers goods only: such a number shows nothing about a service.
_FOR_GOODS = "XI"


class Category(StrEnum):
    """As EN 16931 writes it (UNCL 5305)."""

    STANDARD = "S"
    REVERSE_CHARGE = "AE"
    OUTSIDE = "O"


class IdStatus(StrEnum):
    """What VIES said of a number. *Unknown* is not *invalid*: nobody answered, so nothing is known yet."""

    NONE = "none"
    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Seller:
    """Established in the Netherlands. ``oss_since``: the first day above the threshold of article 59c."""

    oss_since: date | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """``country`` as ISO 3166 alpha-2, ``id_country`` as VAT numbers write it (EL, XI)."""

    country: str
    postcode: str = ""
    id_country: str = ""
    id_status: IdStatus = IdStatus.NONE


@dataclass(frozen=True, slots=True)
class Treatment:
    """``rate`` in per cent, due in ``taxed_in``. ``listed``: goes into the EC sales list (ICP).

    ``provisional``: a number was given that nobody could check; a corrected invoice follows once it is valid.
    """

    category: Category
    rate: Decimal
    taxed_in: str
    articles: tuple[str, ...]
    listed: bool = False
    oss: bool = False
    provisional: bool = False

    @property
    def id_on_invoice(self) -> bool:
        """Whether the invoice is unlawful without the buyer's number (article 226(4))."""
        return self.category is Category.REVERSE_CHARGE


def decide(seller: Seller, buyer: Buyer, on: date) -> Treatment:
    """The treatment of a service whose tax point is that day. Raises UnknownRate where no rate is known."""
    if _contradicts_itself(buyer, on):
        buyer = replace(buyer, country=state(buyer.id_country), postcode="")
    there = state(buyer.country)
    if not in_union(buyer.country, buyer.postcode, on):
        return Treatment(Category.OUTSIDE, Decimal(0), there, ("44", "58"))
    if there == _HOME:
        return Treatment(Category.STANDARD, standard_rate(_HOME, on), _HOME, ("44",))
    if _shows_a_business(buyer, on):
        return Treatment(Category.REVERSE_CHARGE, Decimal(0), there, ("44", "196"), listed=True)
    return _not_shown(seller, buyer, on, there)


def _contradicts_itself(buyer: Buyer, on: date) -> bool:
    """An address outside and a number from within: no VAT on one's own word alone is too little."""
    issuer = buyer.id_country.upper()
    if issuer in ("", _FOR_GOODS) or in_union(buyer.country, buyer.postcode, on):
        return False
    return in_union(issuer, "", on)


def _shows_a_business(buyer: Buyer, on: date) -> bool:
    """A valid number of another member state. A Dutch one cannot stand in the sales list: Dutch VAT then."""
    issuer = buyer.id_country.upper()
    if buyer.id_status is not IdStatus.VALID or issuer in ("", _FOR_GOODS):
        return False
    return state(issuer) != _HOME and in_union(issuer, "", on)


def _not_shown(seller: Seller, buyer: Buyer, on: date, there: str) -> Treatment:
    provisional = buyer.id_status is IdStatus.UNKNOWN
    if seller.oss_since is None or on < seller.oss_since or _is_dutch_business(buyer):
        articles = ("44",) if _is_dutch_business(buyer) else ("58", "59c")
        return Treatment(
            Category.STANDARD, standard_rate(_HOME, on), _HOME, articles, provisional=provisional
        )
    rate = standard_rate(there, on, buyer.postcode)
    return Treatment(
        Category.STANDARD, rate, there, ("58", "369a"), oss=there != _HOME, provisional=provisional
    )


def _is_dutch_business(buyer: Buyer) -> bool:
    return buyer.id_status is IdStatus.VALID and state(buyer.id_country) == _HOME
