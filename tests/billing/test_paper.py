"""The invoice on paper, read back from the PDF."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from billing.invoices.document import Invoice, Vat
from billing.invoices.paper import as_pdf
from billing.invoices.ubl import ubl
from billing.vat.deciding import Category
from tests.billing.invoices import MONTH, credit_note, make_invoice
from tests.billing.test_ubl import REVERSED


def words(invoice: Invoice) -> str:
    """The text of the pages, its spaces as one each."""
    pages = PdfReader(BytesIO(as_pdf(invoice))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", ["Factuur", "Te betalen voor", "15 december 2026", "€ 12,95", "Btw 21%", "€ 74,96"]),
        ("en", ["Invoice", "To be paid by", "15 December 2026", "€12.95", "VAT 21%", "€74.96"]),
        ("fr", ["Facture", "À payer au plus tard le", "15 décembre 2026", "12,95 €", "TVA 21 %", "74,96 €"]),
    ],
)
def test_an_invoice_is_written_in_its_language(language: str, expected: list[str]) -> None:
    shown = words(make_invoice(language=language))

    assert [each for each in expected if each not in shown] == []


def test_everything_that_the_law_asks_for_stands_there() -> None:
    shown = words(REVERSED)
    asked = [
        "OM-2026-00001",
        "1 december 2026",
        "1 november 2026 – 30 november 2026",
        "Opmaat Voorbeeld B.V.",
        "Voorbeeldkade 1",
        "NL000099998B57",
        "12345678",
        "Acme Veranda's B.V.",
        "BE0123456749",
        "België",
        "Studio, een maand",
        "Btw verlegd",
        "NL02ABNA0123456789",
    ]

    assert [each for each in asked if each not in shown] == []


def test_a_credit_note_names_what_it_corrects() -> None:
    shown = words(credit_note())

    assert "Creditnota" in shown
    assert "Corrigeert factuur OM-2026-00001" in shown


def test_nobody_is_asked_to_transfer_what_is_collected() -> None:
    shown = words(make_invoice(direct_debit=True))

    assert "maak het totaal over" not in shown


def test_the_pdf_carries_the_invoice_for_programs() -> None:
    invoice = make_invoice()

    attached = PdfReader(BytesIO(as_pdf(invoice))).attachments

    assert attached == {"OM-2026-00001.xml": [ubl(invoice)]}


def test_a_long_invoice_goes_on_overleaf() -> None:
    invoice = make_invoice(lines=(MONTH,) * 80, vat=Vat(Category.STANDARD, Decimal(21)))

    assert len(PdfReader(BytesIO(as_pdf(invoice))).pages) == 3
