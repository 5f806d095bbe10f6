"""UBL of every treatment, judged by somebody else's validator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.invoices.content import lacks
from billing.invoices.document import Invoice, Vat
from billing.invoices.ubl import ubl
from billing.vat.deciding import Category
from billing.vat.wording import wording
from tests.billing.en16931 import problems
from tests.billing.invoices import BUYER, SELLER, credit_note, make_invoice
from tests.billing.test_vat import cells, decided

BELGIAN = replace(
    BUYER, country="BE", postcode="1000", city="Brussel", vat_id="BE0123456749", registration=""
)
REVERSED = make_invoice(buyer=BELGIAN, vat=Vat(Category.REVERSE_CHARGE, Decimal(0), "Btw verlegd"))


def invoice_of(cell: dict[str, str]) -> Invoice:
    """To a buyer as the cell describes, with the seller's words in one of the three languages."""
    treatment = decided(cell)
    language = ("nl", "en", "fr")[len(cell["country"] + cell["postcode"]) % 3]
    number = f"{cell['id_country']}123456789" if cell["id_status"] == "valid" else ""
    buyer = replace(BUYER, country=treatment.taxed_in, postcode=cell["postcode"], vat_id=number)
    note = wording(treatment, language)
    day = date.fromisoformat(cell["date"])
    return make_invoice(
        buyer=buyer,
        vat=Vat(treatment.category, treatment.rate, note),
        language=language,
        issued_on=day,
        due_on=day,
    )


@pytest.mark.parametrize(
    "cell", cells(), ids=lambda cell: "-".join(filter(None, list(cell.values())[:6])).replace(" ", "")
)
def test_the_invoice_of_each_treatment_is_valid(cell: dict[str, str]) -> None:
    invoice = invoice_of(cell)

    assert (lacks(invoice), problems(ubl(invoice))) == ([], [])


@pytest.mark.parametrize(
    "vat",
    [
        Vat(Category.STANDARD, Decimal(21)),
        Vat(Category.REVERSE_CHARGE, Decimal(0), "Btw verlegd"),
        Vat(Category.OUTSIDE, Decimal(0), "Niet aan EU-btw onderworpen"),
    ],
    ids=lambda vat: vat.category.value,
)
def test_a_credit_note_is_valid_too(vat: Vat) -> None:
    note = credit_note(buyer=BELGIAN, vat=vat)

    assert (lacks(note), problems(ubl(note))) == ([], [])


def test_a_direct_debit_needs_no_account_of_ours() -> None:
    assert problems(ubl(make_invoice(direct_debit=True))) == []


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (make_invoice(seller=replace(SELLER, vat_id="")), "BR-S-02"),
        (make_invoice(number=""), "BR-02"),
        (replace(REVERSED, seller=replace(SELLER, vat_id="")), "BR-AE-02"),
    ],
)
def test_the_judge_sees_what_is_wrong(broken: Invoice, rule: str) -> None:
    """A control: the same validator refuses these."""
    assert rule in " ".join(problems(ubl(broken)))


def test_reverse_charge_without_the_buyers_number_passes_the_rules_and_not_ours() -> None:
    unnamed = replace(REVERSED, buyer=replace(BELGIAN, vat_id="", registration="0123456749"))

    assert problems(ubl(unnamed)) == []
    assert [lack.field for lack in lacks(unnamed)] == ["buyer.vat_id"]


def test_sums_are_rounded_once_for_each_rate() -> None:
    invoice = make_invoice()

    assert (invoice.net, invoice.tax, invoice.gross) == (
        Decimal("61.95"),
        Decimal("13.01"),
        Decimal("74.96"),
    )
