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
class Line:
    """``unit``: as UN/ECE recommendation 20 writes it (C62 a piece, MON a month, ANN a year)."""

    text: str
    quantity: Decimal
    unit_price: Decimal
    unit: str = "C62"
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def net(self) -> Decimal:
        return cents(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class Vat:
    """The treatment as it stands on the invoice; ``note`` in its language."""

    category: Category
    rate: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or a credit note; the amounts of a credit note are positive, as both forms want them.

    ``supplied_from`` and ``supplied_until`` both belong to the period. ``corrects``: the number of what
    a credit note takes back. ``direct_debit``: nobody has to transfer anything.
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

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal("0.00"))

    @property
    def tax(self) -> Decimal:
        return cents(self.net * self.vat.rate / 100)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax
