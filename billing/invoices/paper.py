"""An invoice as PDF, in its own language, with its UBL attached: one document for people and for programs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_currency, format_decimal
from django.utils.formats import date_format
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from billing.invoices.document import Invoice, Line, Part, Party
from billing.invoices.ubl import ubl
from billing.numbering import Kind
from billing.vat.deciding import Category
from delivery import typesetting

TEMPLATE = Path(__file__).with_name("invoice.typ")


def as_pdf(invoice: Invoice) -> bytes:
    """PDF/A-3b. Raises delivery.typesetting.NotSet."""
    with override(invoice.language):
        shown = in_words(invoice)
    return typesetting.pdf(TEMPLATE, shown | {"xml": ubl(invoice).decode()}, to_be_kept=True)


def in_words(invoice: Invoice) -> dict[str, Any]:
    """What the template shows, in the active language: ready texts, nothing for it to work out."""
    return {
        "language": invoice.language,
        "number": invoice.number,
        "issued": [invoice.issued_on.year, invoice.issued_on.month, invoice.issued_on.day],
        "words": {
            "title": _("Invoice") if invoice.kind is Kind.INVOICE else _("Credit note"),
            "attached": _("The same invoice for programs (UBL, EN 16931)"),
            "columns": [_("Description"), _("Quantity"), _("Unit price"), _("Amount")],
        },
        "seller": _address(invoice.seller),
        "buyer": _address(invoice.buyer) + _number(invoice.buyer),
        "facts": _facts(invoice),
        "lines": [_line(line, invoice.language) for line in invoice.lines],
        "sums": _sums(invoice),
        "notes": _notes(invoice),
        "footer": _footer(invoice),
    }


def _address(party: Party) -> list[str]:
    place = f"{party.postcode} {party.city}".strip()
    country = Locale(get_language() or "en").territories.get(party.country, party.country)
    return [party.name, party.street, place, country]


def _number(party: Party) -> list[str]:
    return [_("VAT number %(number)s") % {"number": party.vat_id}] if party.vat_id else []


def _facts(invoice: Invoice) -> list[list[str]]:
    facts = [
        [_("Document number"), invoice.number],
        [_("Date of issue"), _day(invoice.issued_on)],
        [_("Period"), f"{_day(invoice.supplied_from)} – {_day(invoice.supplied_until)}"],
    ]
    if invoice.corrects:
        facts.append([_("Corrects invoice"), invoice.corrects])
    elif not invoice.direct_debit:
        facts.append([_("To be paid by"), _day(invoice.due_on)])
    if invoice.reference:
        facts.append([pgettext("on an invoice", "Your reference"), invoice.reference])
    return facts


def _line(line: Line, language: str) -> list[str]:
    text = line.text
    if line.starts_on and line.ends_on:
        text = f"{text} ({_day(line.starts_on)} – {_day(line.ends_on)})"
    quantity = format_decimal(line.quantity, locale=language)
    return [text, quantity, _euro(line.unit_price, language), _euro(line.net, language)]


def _sums(invoice: Invoice) -> list[list[str]]:
    language = invoice.language
    sums = [[_("Without VAT"), _euro(invoice.net, language)]]
    sums += [_tax(part, language) for part in invoice.parts if part.vat.category is not Category.OUTSIDE]
    sums.append([_("Total"), _euro(invoice.gross, language)])
    return sums


def _tax(part: Part, language: str) -> list[str]:
    if part.vat.category is Category.REVERSE_CHARGE:
        return [part.vat.note, _euro(part.tax, language)]
    rate = format_decimal(part.vat.rate, locale=language)
    return [_("VAT %(rate)s%%") % {"rate": rate}, _euro(part.tax, language)]


def _notes(invoice: Invoice) -> list[str]:
    notes = [part.vat.note for part in invoice.parts if part.vat.note]
    if invoice.corrects:
        return notes
    if invoice.direct_debit:
        return [*notes, _("Paid by the means of payment that you gave. You need do nothing.")]
    if invoice.iban:
        asked = _("Please transfer the total to %(iban)s, naming %(number)s.")
        notes.append(asked % {"iban": invoice.iban, "number": invoice.number})
    return notes


def _footer(invoice: Invoice) -> list[str]:
    seller = invoice.seller
    return [
        seller.name,
        _("VAT number %(number)s") % {"number": seller.vat_id},
        _("Trade register %(number)s") % {"number": seller.registration},
        *([invoice.iban] if invoice.iban else []),
    ]


def _euro(amount: Decimal, language: str) -> str:
    return str(format_currency(amount, "EUR", locale=language))


def _day(day: date) -> str:
    return date_format(day, "j F Y")
