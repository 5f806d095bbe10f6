"""A document for every invoice at Stripe: once, under its number, to the cent, and never an unlawful one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connections, transaction

from billing import gateway
from billing.invoices import catching_up, filing, issuing, stored
from billing.invoices.content import lacks
from billing.invoices.drawing_up import DoesNotAddUp
from billing.invoices.ubl import ubl
from billing.models import BillingAccount, InvoiceFile, IssuedInvoice, TaxRate
from billing.numbering import Kind
from billing.standin.server import StandIn
from billing.vat import evidence
from billing.vat.deciding import Category, IdStatus
from billing.vat.treating import UnknownTaxRate, rate_at_stripe, treatment_of
from delivery.drain import drain
from delivery.jobs import JobCall
from delivery.models import AccountMail, DeadLetter, Job
from tests.billing.en16931 import problems
from tests.billing.invoices import make_invoice
from tests.billing.papers import BELGIAN, SELLER_SETTING, company, issue, mirror, subscribe
from tests.billing.standin.house import House, at
from tests.cast import Member


@pytest.fixture
def house(settings) -> Iterator[House]:
    settings.SELLER = SELLER_SETTING
    with StandIn(at=at(2026, 1, 1)) as standin:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = standin.key, standin.url
        yield House(standin)


def first_invoice(house: House, subscription: Any) -> str:
    return str(house.invoices(subscription)[0].id)


def is_valid(document: IssuedInvoice) -> bool:
    """By our list, and by somebody else's validator."""
    invoice = stored.from_json(document.content)
    return (lacks(invoice), problems(ubl(invoice))) == ([], [])


def proved(monkeypatch: pytest.MonkeyPatch, status: IdStatus = IdStatus.VALID) -> None:
    monkeypatch.setattr(evidence, "ask", lambda number: evidence.Said(status, "W1"))


# --- Invoices -------------------------------------------------------------------------------------


def test_an_invoice_carries_stripes_number_and_sums(house: House, alice: Member) -> None:
    subscription = subscribe(house, company(alice.organisation))
    theirs = house.invoices(subscription)[0]

    [ours] = issue(alice.organisation, theirs.id)

    assert (ours.number, ours.source, ours.gross_cents) == (theirs.number, theirs.id, theirs.total)
    assert (ours.net_cents, ours.tax_cents, ours.treatment) == (4900, 1029, "S")
    assert (ours.kind, ours.issuer) == (Kind.INVOICE, "stripe")
    assert is_valid(ours)


def test_twice_is_once(house: House, alice: Member) -> None:
    invoice = first_invoice(house, subscribe(house, company(alice.organisation)))

    issue(alice.organisation, invoice)
    issuing.issue(alice.organisation, gateway.fetch_invoice(invoice))

    assert len(issue(alice.organisation, invoice)) == 1


def test_nothing_is_asked_for_what_is_issued(house: House, alice: Member) -> None:
    invoice = first_invoice(house, subscribe(house, company(alice.organisation)))
    issue(alice.organisation, invoice)

    assert not issuing.lags(mirror(alice.organisation, invoice))


def test_an_upgrade_gives_back_on_a_line_with_a_negative_quantity(house: House, alice: Member) -> None:
    subscription = subscribe(house, company(alice.organisation))
    house.wait(days=10)
    item = subscription["items"].data[0].id
    change = {"items": [{"id": item, "price": house.price(12900).id}], "proration_behavior": "always_invoice"}
    house.v1.subscriptions.update(subscription.id, change)
    theirs = house.invoices(subscription)[-1]

    [ours] = issue(alice.organisation, theirs.id)

    lines = stored.from_json(ours.content).lines
    assert sorted(line.quantity for line in lines) == [-1, 1]
    assert all(line.unit_price > 0 for line in lines)
    assert ours.gross_cents == theirs.total
    assert is_valid(ours)


def test_a_business_abroad_with_a_proved_number_pays_no_vat(
    house: House, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved(monkeypatch)
    subscription = subscribe(house, company(alice.organisation, country="BE", vat_id=BELGIAN))

    [ours] = issue(alice.organisation, first_invoice(house, subscription))

    assert (ours.treatment, ours.listed, ours.tax_cents) == ("AE", True, 0)
    assert ours.content["vat"]["note"] == "Reverse charge"
    assert is_valid(ours)


@pytest.mark.parametrize("cents", [0, 1, 333, 1999])
def test_rounding_follows_what_was_charged(house: House, alice: Member, cents: int) -> None:
    subscription = subscribe(house, company(alice.organisation), cents=cents)
    theirs = house.invoices(subscription)[0]

    [ours] = issue(alice.organisation, theirs.id)

    assert (ours.net_cents, ours.gross_cents) == (theirs.total_excluding_tax, theirs.total)
    assert is_valid(ours)


def test_what_was_issued_keeps_the_company_as_it_was(house: House, alice: Member) -> None:
    account = company(alice.organisation)
    [ours] = issue(alice.organisation, first_invoice(house, subscribe(house, account)))

    BillingAccount.objects.filter(pk=account.pk).update(company_name="Another B.V.")

    assert IssuedInvoice.objects.get(pk=ours.pk).content["buyer"]["name"] == "Acme B.V."


# --- What is not issued ---------------------------------------------------------------------------


def test_reverse_charge_without_the_buyers_number_is_not_issued(
    house: House, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved(monkeypatch)
    account = company(alice.organisation, country="BE", vat_id=BELGIAN)
    invoice = first_invoice(house, subscribe(house, account))
    BillingAccount.objects.filter(pk=account.pk).update(vat_id="")

    with pytest.raises(issuing.Unlawful, match=r"buyer.vat_id \(226\(4\)\)"):
        issue(alice.organisation, invoice)

    assert not IssuedInvoice.objects.exists()


def test_a_refusal_says_nothing_of_anybody(house: House, alice: Member) -> None:
    account = company(alice.organisation)
    invoice = first_invoice(house, subscribe(house, account))
    BillingAccount.objects.filter(pk=account.pk).update(city="")

    with pytest.raises(issuing.Unlawful) as refused:
        issue(alice.organisation, invoice)

    assert str(refused.value) == "buyer.city (226(5))"


def test_a_sum_that_differs_is_not_issued(house: House, alice: Member) -> None:
    invoice = first_invoice(house, subscribe(house, company(alice.organisation)))
    other = replace(gateway.fetch_invoice(invoice), net_cents=4901)

    with pytest.raises(DoesNotAddUp):
        issuing.issue(alice.organisation, other)


def test_a_rate_that_is_not_ours_is_not_issued(house: House, alice: Member) -> None:
    subscription = subscribe(house, company(alice.organisation), default_tax_rates=[house.vat().id])

    with pytest.raises(UnknownTaxRate):
        issue(alice.organisation, first_invoice(house, subscription))


def test_what_is_refused_becomes_a_dead_letter(
    house: House, alice: Member, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = company(alice.organisation)
    invoice = first_invoice(house, subscribe(house, account))
    BillingAccount.objects.filter(pk=account.pk).update(street="")
    mirror(alice.organisation, invoice)
    Job.objects.all().delete()

    issuing.job_for(invoice)
    for _ in range(6):
        Job.objects.update(due_at="2020-01-01T00:00:00Z")
        drain(seconds=0)

    assert list(DeadLetter.objects.values_list("task", flat=True)) == ["billing.issue"]


# --- Credit notes ---------------------------------------------------------------------------------


def test_a_credit_note_takes_back_the_whole_invoice(house: House, alice: Member) -> None:
    invoice = first_invoice(house, subscribe(house, company(alice.organisation)))
    issue(alice.organisation, invoice)
    theirs = house.credit(invoice, 5929)

    original, ours = issue(alice.organisation, invoice)

    assert (ours.kind, ours.number, ours.corrects_id) == (Kind.CREDIT_NOTE, theirs.number, original.pk)
    assert (ours.net_cents, ours.tax_cents) == (4900, 1029)
    assert is_valid(ours)


def test_a_part_that_is_taken_back_says_how_much(house: House, alice: Member) -> None:
    invoice = first_invoice(house, subscribe(house, company(alice.organisation)))
    house.credit(invoice, 1210)

    _original, ours = issue(alice.organisation, invoice)

    assert (ours.net_cents, ours.tax_cents) == (1000, 210)
    assert is_valid(ours)


def test_a_voided_invoice_is_taken_back_by_a_note_of_our_own(house: House, alice: Member) -> None:
    customer_pays_later = {"collection_method": "send_invoice", "days_until_due": 30}
    subscription = subscribe(house, company(alice.organisation), **customer_pays_later)
    invoice = first_invoice(house, subscription)
    house.v1.invoices.void_invoice(invoice)

    original, ours = issue(alice.organisation, invoice)
    issue(alice.organisation, invoice)

    assert (ours.issuer, ours.corrects_id) == ("ours", original.pk)
    assert ours.number.startswith("OMC-")
    assert ours.gross_cents == original.gross_cents
    assert IssuedInvoice.objects.count() == 2
    assert is_valid(ours)


# --- Files and mail -------------------------------------------------------------------------------


def make_files(document: IssuedInvoice) -> None:
    filing.make_files(JobCall(None, {"invoice": str(document.pk)}))


def test_its_files_are_made_once(house: House, alice: Member) -> None:
    [ours] = issue(alice.organisation, first_invoice(house, subscribe(house, company(alice.organisation))))

    make_files(ours)
    made = dict(InvoiceFile.objects.values_list("form", "sha256"))
    make_files(ours)

    assert set(made) == {"pdf", "ubl"}
    assert dict(InvoiceFile.objects.values_list("form", "sha256")) == made
    assert problems(bytes(InvoiceFile.objects.get(form="ubl").content)) == []


def test_who_reads_bills_is_told_once(house: House, alice: Member) -> None:
    [ours] = issue(alice.organisation, first_invoice(house, subscribe(house, company(alice.organisation))))

    make_files(ours)
    make_files(ours)

    told = AccountMail.objects.filter(template="billing_invoice")
    assert list(told.values_list("user_id", flat=True)) == [alice.user.pk]


def test_nobody_is_told_of_nothing(house: House, alice: Member) -> None:
    subscription = subscribe(house, company(alice.organisation), cents=0)
    [ours] = issue(alice.organisation, first_invoice(house, subscription))

    make_files(ours)

    assert not AccountMail.objects.filter(template="billing_invoice").exists()


# --- For ever -------------------------------------------------------------------------------------


@pytest.mark.promise("H21", "E11")
@pytest.mark.parametrize("alias", ["default", "owner"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET purge_after = now()", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["billing_issuedinvoice", "billing_invoicefile"])
def test_nobody_changes_or_deletes_a_document(db: None, alias: str, statement: str, table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(using=alias),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


# --- Many at once ---------------------------------------------------------------------------------

ISSUERS, EACH, ROLLED_BACK = 8, 12, 0.2


class Changed(Exception):
    """Somebody changed their mind after the document was stored."""


def test_eight_who_issue_at_once_leave_no_gap_and_no_double(
    alice: Member, transactional_db: None, settings
) -> None:
    settings.SELLER = SELLER_SETTING
    account = company(alice.organisation)
    treatment, day = treatment_of(account), date(2026, 11, 30)

    def issue_some(number: int) -> None:
        chance = random.Random(number)
        try:
            for _ in range(EACH):
                try:
                    with transaction.atomic():
                        document = make_invoice(issued_on=day, due_on=day)
                        issuing.issue_of_ours(alice.organisation, document, treatment)
                        if chance.random() < ROLLED_BACK:
                            raise Changed
                except Changed:
                    pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(ISSUERS) as pool:
        list(pool.map(issue_some, range(ISSUERS)))

    numbers = sorted(IssuedInvoice.objects.values_list("number", flat=True))
    assert numbers == [f"OM-2026-{n:05}" for n in range(1, len(numbers) + 1)]
    assert len(numbers) < ISSUERS * EACH
    assert Job.objects.filter(task="billing.make_files").count() == len(numbers)
    assert all(one.content["number"] == one.number for one in IssuedInvoice.objects.all())


def test_eight_who_hear_of_one_invoice_issue_one_document(
    house: House, alice: Member, transactional_db: None
) -> None:
    invoice = first_invoice(house, subscribe(house, company(alice.organisation)))
    fetched = gateway.fetch_invoice(invoice)

    def issue_it(_: int) -> str:
        try:
            return str(issuing.issue(alice.organisation, fetched).pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(ISSUERS) as pool:
        made = set(pool.map(issue_it, range(ISSUERS)))

    assert len(made) == IssuedInvoice.objects.count() == 1


def test_a_rate_is_made_once(house: House, alice: Member) -> None:
    treatment = treatment_of(company(alice.organisation))

    made = {rate_at_stripe(treatment), rate_at_stripe(treatment)}

    assert list(TaxRate.objects.values_list("key", "stripe_id")) == [("S:21:NL", made.pop())]
    assert treatment.category is Category.STANDARD
    assert treatment.rate == Decimal(21)


def test_each_day_a_lost_job_is_left_again(house: House, alice: Member) -> None:
    invoice = first_invoice(house, subscribe(house, company(alice.organisation)))
    row = mirror(alice.organisation, invoice)
    Job.objects.all().delete()

    catching_up.look_after()

    assert list(Job.objects.values_list("task", "ids")) == [("billing.issue", {"invoice": str(row.pk)})]


def test_each_day_a_document_without_files_gets_them(house: House, alice: Member) -> None:
    [ours] = issue(alice.organisation, first_invoice(house, subscribe(house, company(alice.organisation))))
    Job.objects.all().delete()

    catching_up.look_after()

    assert list(Job.objects.values_list("task", "ids")) == [("billing.make_files", {"invoice": str(ours.pk)})]
