"""What the law wants to read on an invoice (Directive 2006/112/EC art. 219, 226, 226b; Wet OB 1968 art. 35a).

A schema cannot see all of it: a reverse-charged invoice without the buyer's number passes the rules of
EN 16931 where the buyer is named by a register, and is unlawful all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from billing.invoices.document import CENT, Invoice, Part, Party, cents
from billing.numbering import Kind
from billing.vat.deciding import Category


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is missing or contradicts itself: its place, and the article that asks for it."""

    field: str
    article: str


def lacks(invoice: Invoice) -> list[Lack]:
    """Everything that keeps this from being an invoice; empty for a lawful one."""
    return [
        *_identity(invoice),
        *_parties(invoice),
        *_supply(invoice),
        *_treatment(invoice),
        *_correction(invoice),
    ]


def _identity(invoice: Invoice) -> Iterator[Lack]:
    if not invoice.number.strip():
        yield Lack("number", "226(2)")
    if invoice.due_on < invoice.issued_on:
        yield Lack("due_on", "226(1)")


def _parties(invoice: Invoice) -> Iterator[Lack]:
    for side, party in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        yield from (Lack(f"{side}.{name}", "226(5)") for name in _empty(party))
    if not invoice.seller.vat_id:
        yield Lack("seller.vat_id", "226(3)")
    if not invoice.seller.registration:
        yield Lack("seller.registration", "Handelsregisterwet 27")
    reversed_charge = any(part.vat.category is Category.REVERSE_CHARGE for part in invoice.parts)
    if reversed_charge and not invoice.buyer.vat_id:
        yield Lack("buyer.vat_id", "226(4)")


def _empty(party: Party) -> Iterator[str]:
    for name in ("name", "street", "city", "country"):
        if not getattr(party, name).strip():
            yield name


def _supply(invoice: Invoice) -> Iterator[Lack]:
    if not invoice.lines:
        yield Lack("lines", "226(6)")
    for number, line in enumerate(invoice.lines):
        if not line.text.strip() or line.quantity == 0:
            yield Lack(f"lines.{number}", "226(6)")
    if invoice.supplied_until < invoice.supplied_from:
        yield Lack("supplied_until", "226(7)")


def _treatment(invoice: Invoice) -> Iterator[Lack]:
    for part in invoice.parts:
        yield from _of_one(part, lines=len(invoice.lines))


def _of_one(part: Part, *, lines: int) -> Iterator[Lack]:
    category, rate = part.vat.category, part.vat.rate
    if (category is Category.STANDARD) != (rate > Decimal(0)):
        yield Lack("vat.rate", "226(9)")
    if category is Category.REVERSE_CHARGE and not part.vat.note:
        yield Lack("vat.note", "226(11a)")
    if category is Category.OUTSIDE and not part.vat.note:
        yield Lack("vat.note", "226(11)")
    # Rounding line by line may differ by less than a cent for each.
    if abs(part.tax - cents(part.net * rate / 100)) > lines * CENT:
        yield Lack("vat.amount", "226(10)")


def _correction(invoice: Invoice) -> Iterator[Lack]:
    if (invoice.kind is Kind.CREDIT_NOTE) != bool(invoice.corrects):
        yield Lack("corrects", "219")
    if invoice.corrects and invoice.corrected_on is None:
        yield Lack("corrected_on", "219")
