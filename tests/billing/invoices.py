"""Invoices to test with: what a synthetic seller in Utrecht sends to synthetic buyers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from billing.invoices.document import Invoice, Line, Party, Vat
from billing.numbering import Kind
from billing.vat.deciding import Category

SELLER = Party(
    "Opmaat Voorbeeld B.V.", "Voorbeeldkade 1", "3511 AB", "Utrecht", "NL", "NL000099998B57", "12345678"
)
BUYER = Party("Acme Veranda's B.V.", "Dorpsweg 9", "7411 AA", "Deventer", "NL", "", "87654321")
MONTH = Line("Studio, een maand", Decimal(1), Decimal("49.00"), "MON", date(2026, 11, 1), date(2026, 11, 30))
MORE = Line("Aanvragen boven het plan", Decimal(37), Decimal("0.35"))


def make_invoice(**changes: Any) -> Invoice:
    values: dict[str, Any] = {
        "kind": Kind.INVOICE,
        "number": "OM-2026-00001",
        "issued_on": date(2026, 12, 1),
        "due_on": date(2026, 12, 15),
        "supplied_from": date(2026, 11, 1),
        "supplied_until": date(2026, 11, 30),
        "seller": SELLER,
        "buyer": BUYER,
        "lines": (MONTH, MORE),
        "vat": Vat(Category.STANDARD, Decimal(21)),
        "language": "nl",
        "iban": "NL02ABNA0123456789",
    }
    return Invoice(**values | changes)


def credit_note(**changes: Any) -> Invoice:
    of = {
        "kind": Kind.CREDIT_NOTE,
        "number": "OMC-2026-00001",
        "corrects": "OM-2026-00001",
        "corrected_on": date(2026, 12, 1),
    }
    return make_invoice(**of | changes)
