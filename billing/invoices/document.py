"""An invoice as data: what stands on it, and its sums. Amounts in euro, rates in per cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from billing.numbering import Kind
from billing.vat.deciding import Category

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Rounded to whole cents, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Party:
    """A seller or a buyer: the company, never a contact person.

    ``registration`` is its number in the trade register (KvK, BCE, SIREN), ``vat_id`` with its country.
    """

    name: str
    street: str
    postcode: str
    city: str
    country: str
    vat_id: str = ""
    registration: str = ""


@dataclass(frozen=True, slots=True)
class Vat:
    """The treatment as it stands on the invoice; ``note`` in its language.

    ``provisional``: charged because nobody could check the buyer's number. It is on record and not on paper.
    """

    category: Category
    rate: Decimal
    note: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """``unit``: as UN/ECE recommendation 20 writes it (C62 a piece, MON a month, ANN a year).

    What is given back is a negative quantity: a price is never negative (rule BR-27). ``vat`` where it is
    another than the document's.
    """

    text: str
    quantity: Decimal
    unit_price: Decimal
    unit: str = "C62"
    starts_on: date | None = None
    ends_on: date | None = None
    vat: Vat | None = None

    @property
    def net(self) -> Decimal:
        return cents(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a document falls under one treatment."""

    vat: Vat
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or a credit note; the amounts of a credit note are positive, as both forms want them.

    ``supplied_from`` and ``supplied_until`` both belong to the period. ``corrects``: the number of what
    a credit note takes back. ``direct_debit``: nobody has to transfer anything. ``tax_charged``: the tax of
    the document's own treatment, where whoever charged it rounded line by line.
    """

    kind: Kind
    number: str
    issued_on: date
    due_on: date
    supplied_from: date
    supplied_until: date
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    vat: Vat
    language: str
    iban: str = ""
    corrects: str = ""
    corrected_on: date | None = None
    direct_debit: bool = False
    reference: str = ""
    tax_charged: Decimal | None = None

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal("0.00"))

    @property
    def parts(self) -> list[Part]:
        """Net and tax of each treatment, the document's own first."""
        own = [self.vat, *(line.vat for line in self.lines if line.vat)]
        return [self._part(vat) for vat in dict.fromkeys(own)]

    def _part(self, vat: Vat) -> Part:
        net = sum((line.net for line in self.lines if (line.vat or self.vat) == vat), Decimal("0.00"))
        if vat == self.vat and self.tax_charged is not None:
            return Part(vat, net, self.tax_charged)
        return Part(vat, net, cents(net * vat.rate / 100))

    @property
    def tax(self) -> Decimal:
        return sum((part.tax for part in self.parts), Decimal("0.00"))

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax
