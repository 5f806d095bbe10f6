from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.invoices.content import lacks
from billing.invoices.document import Invoice, Vat
from billing.vat.deciding import Category
from tests.billing.invoices import BUYER, MONTH, SELLER, credit_note, make_invoice


def fields(invoice: Invoice) -> list[str]:
    return [lack.field for lack in lacks(invoice)]


def test_a_whole_invoice_lacks_nothing() -> None:
    assert lacks(make_invoice()) == []


def test_a_whole_credit_note_lacks_nothing() -> None:
    assert lacks(credit_note()) == []


@pytest.mark.parametrize(
    ("invoice", "expected"),
    [
        (make_invoice(number=" "), ["number"]),
        (make_invoice(due_on=date(2026, 11, 30)), ["due_on"]),
        (make_invoice(seller=replace(SELLER, vat_id="")), ["seller.vat_id"]),
        (make_invoice(seller=replace(SELLER, registration="")), ["seller.registration"]),
        (make_invoice(seller=replace(SELLER, street="")), ["seller.street"]),
        (make_invoice(buyer=replace(BUYER, name="", city="")), ["buyer.name", "buyer.city"]),
        (make_invoice(lines=()), ["lines"]),
        (make_invoice(lines=(MONTH, replace(MONTH, text=" "))), ["lines.1"]),
        (make_invoice(lines=(replace(MONTH, quantity=Decimal(0)),)), ["lines.0"]),
        (make_invoice(supplied_until=date(2026, 10, 31)), ["supplied_until"]),
        (make_invoice(vat=Vat(Category.STANDARD, Decimal(0))), ["vat.rate"]),
        (make_invoice(vat=Vat(Category.OUTSIDE, Decimal(0))), ["vat.note"]),
        (make_invoice(vat=Vat(Category.OUTSIDE, Decimal(21), "buiten")), ["vat.rate"]),
        (make_invoice(vat=Vat(Category.REVERSE_CHARGE, Decimal(0))), ["buyer.vat_id", "vat.note"]),
        (make_invoice(corrects="OM-2026-00001"), ["corrects", "corrected_on"]),
        (credit_note(corrects=""), ["corrects"]),
        (credit_note(corrected_on=None), ["corrected_on"]),
    ],
)
def test_what_is_missing_is_named(invoice: Invoice, expected: list[str]) -> None:
    assert fields(invoice) == expected
