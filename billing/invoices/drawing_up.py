"""Documents made of what Stripe charged, and of what is known of the company at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from billing import house
from billing.invoices.document import Invoice, Line, Party, Vat
from billing.models import BillingAccount
from billing.numbering import Kind
from billing.stripe_objects import FetchedCreditNote, FetchedInvoice, FetchedLine
from billing.vat.deciding import Category, Treatment
from billing.vat.treating import treatment_of
from billing.vat.wording import wording

#: What Stripe allows in a unit price, and rule BR-DEC leaves free.
_FINE = Decimal("0.0001")


class DoesNotAddUp(ValueError):
    """The document comes to another amount than was charged."""


def from_invoice(account: BillingAccount, fetched: FetchedInvoice, charged: Treatment) -> Invoice:
    """The document of an invoice at Stripe, under Stripe's number; ``charged`` is what its rate says."""
    language = account.organisation.language
    issued_on = house.day_of(fetched.finalized_at or fetched.created)
    lines = tuple(_line(row) for row in fetched.lines)
    return Invoice(
        kind=Kind.INVOICE,
        number=fetched.number,
        issued_on=issued_on,
        due_on=max(issued_on, house.day_of(fetched.due_at)) if fetched.due_at else issued_on,
        supplied_from=min((line.starts_on for line in lines if line.starts_on), default=issued_on),
        supplied_until=max((line.ends_on for line in lines if line.ends_on), default=issued_on),
        seller=house.party(),
        buyer=buyer(account),
        lines=lines,
        vat=_vat(account, charged, issued_on, language),
        language=language,
        direct_debit=True,
        reference=account.reference,
        tax_charged=_euro(fetched.tax_cents),
    )


def _vat(account: BillingAccount, charged: Treatment, on: date, language: str) -> Vat:
    provisional = charged.category is Category.STANDARD and treatment_of(account, on).provisional
    return Vat(charged.category, charged.rate, wording(charged, language), provisional)


def from_credit_note(note: FetchedCreditNote, before: Invoice) -> Invoice:
    """The document that takes back an invoice, or a part of its amount."""
    lines, tax = before.lines, _euro(note.tax_cents)
    if _euro(note.net_cents) != before.net:
        lines = (Line(_of(before), Decimal(1), _euro(note.net_cents)),)
    return _taking_back(before, number=note.number, on=house.day_of(note.created), lines=lines, tax=tax)


def of_vat_alone(note: FetchedCreditNote, before: Invoice) -> Invoice:
    """The document that takes back the VAT of an invoice whose buyer proved to be a business abroad.

    It takes the supply back as it was charged and states it anew under reverse charge, so that the tax alone
    is left: lawful as an amendment (art. 219), and the only way in which EN 16931 can say it.
    """
    treatment = Treatment(Category.REVERSE_CHARGE, Decimal(0), before.buyer.country, ("44", "196"))
    anew = Vat(treatment.category, treatment.rate, wording(treatment, before.language))
    again = tuple(replace(line, quantity=-line.quantity, vat=anew) for line in before.lines)
    return _taking_back(
        before,
        number=note.number,
        on=house.day_of(note.created),
        lines=before.lines + again,
        tax=before.tax,
    )


def of_void_invoice(before: Invoice, *, on: date) -> Invoice:
    """The document that takes back an invoice which Stripe has voided; its number is ours, and taken last."""
    return _taking_back(before, number="", on=on, lines=before.lines, tax=before.tax)


def _taking_back(before: Invoice, *, number: str, on: date, lines: tuple[Line, ...], tax: Decimal) -> Invoice:
    return replace(
        before,
        kind=Kind.CREDIT_NOTE,
        number=number,
        issued_on=on,
        due_on=on,
        lines=lines,
        vat=replace(before.vat, provisional=False),
        corrects=before.number,
        corrected_on=before.issued_on,
        tax_charged=tax,
    )


def buyer(account: BillingAccount) -> Party:
    """The company as it is now: an issued document keeps what it said."""
    return Party(
        name=account.company_name,
        street=account.street,
        postcode=account.postcode,
        city=account.city,
        country=account.country,
        vat_id=account.vat_id,
        registration=account.registration,
    )


def require_sum(document: Invoice, *, net_cents: int, tax_cents: int) -> None:
    """Raise DoesNotAddUp unless the document comes to what was charged, to the cent."""
    if (document.net, document.tax) != (_euro(net_cents), _euro(tax_cents)):
        raise DoesNotAddUp(f"{document.net} + {document.tax} is not {net_cents} + {tax_cents} cents.")


def _line(row: FetchedLine) -> Line:
    quantity, price = _evenly(row.quantity, _euro(abs(row.net_cents)))
    starts = house.day_of(row.starts_at)
    return Line(
        text=row.text,
        quantity=-quantity if row.net_cents < 0 else quantity,
        unit_price=price,
        starts_on=starts,
        ends_on=max(starts, house.day_of(row.ends_at - timedelta(seconds=1))),
    )


def _evenly(quantity: int, net: Decimal) -> tuple[Decimal, Decimal]:
    """Quantity and price of a line; one piece of the whole amount where it does not divide."""
    price = (net / quantity).quantize(_FINE)
    return (Decimal(quantity), price) if price * quantity == net else (Decimal(1), net)


def _of(before: Invoice) -> str:
    texts: Sequence[str] = [line.text for line in before.lines]
    return texts[0]


def _euro(cents: int) -> Decimal:
    return (Decimal(cents) / 100).quantize(Decimal("0.01"))
