"""How long documents are kept: what the code reckons, what is declared, and what the table of books says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connections, transaction
from django.utils import timezone

from billing import house
from billing.invoices import issuing
from billing.models import InvoiceFile, IssuedInvoice
from billing.vat.treating import treatment_of
from organisations.models import Organisation
from privacy import books, periods, registry, verification
from privacy.registry import Swept
from tests.billing.invoices import make_invoice
from tests.billing.papers import SELLER_SETTING, company
from tests.cast import Member
from tests.privacy.makers import sweep_of

DAYS = [
    date(2026, 1, 1),
    date(2026, 2, 10),
    date(2026, 6, 30),
    date(2026, 7, 1),
    date(2026, 12, 31),
    date(2028, 2, 29),
]


def rule_of(table: str) -> Swept:
    return next(each for each in registry.dated() if each.table == table)


def declared(table: str, closed: datetime, *, oss: bool) -> datetime:
    rule = rule_of(table).rule
    after = rule.cases[0].after if oss else rule.after
    return periods.later(closed.astimezone(house.CLOCK), periods.parse(after))


@pytest.mark.promise("H21", "E11")
@pytest.mark.parametrize("table", ["billing_issuedinvoice", "billing_invoicefile"])
@pytest.mark.parametrize("oss", [False, True])
@pytest.mark.parametrize("begins", [1, 7])
@pytest.mark.parametrize("day", DAYS)
def test_what_is_reckoned_is_what_is_declared(
    settings, day: date, begins: int, table: str, *, oss: bool
) -> None:
    settings.SELLER_YEAR_BEGINS = begins

    assert house.erasable_at(day, oss=oss) == declared(table, house.year_closes_at(day), oss=oss)


@pytest.mark.promise("H21")
@pytest.mark.parametrize(("begins", "ends"), [(1, (12, 31)), (7, (6, 30))])
@pytest.mark.parametrize("day", DAYS)
def test_the_privacy_engine_reckons_the_same(settings, day: date, begins: int, ends: tuple[int, int]) -> None:
    settings.SELLER_YEAR_BEGINS = begins

    assert house.erasable_at(day) == books.purge_books_after(day, country="NL", year_ends=ends)
    assert house.erasable_at(day, oss=True) == books.purge_books_after(
        day, country="NL", year_ends=ends, one_stop_shop=True
    )


@pytest.mark.promise("H21", "D4")
def test_a_document_is_dated_when_it_is_issued(alice: Member, settings) -> None:
    made = issued(alice, settings, day=date(2026, 2, 10))

    assert (house.day_of(made.books_closed_at), house.day_of(made.purge_after)) == (
        date(2027, 1, 1),
        date(2034, 1, 1),
    )


def issued(member: Member, settings, *, day: date) -> IssuedInvoice:
    settings.SELLER = SELLER_SETTING
    account = company(member.organisation)
    return issuing.issue_of_ours(
        member.organisation, make_invoice(issued_on=day, due_on=day), treatment_of(account)
    )


def with_file(made: IssuedInvoice) -> UUID:
    return InvoiceFile.objects.create(
        invoice=made, form="pdf", content=b"%PDF", sha256="0" * 64, purge_after=made.purge_after
    ).pk


@pytest.mark.promise("H21")
@pytest.mark.parametrize(("years_ago", "left"), [(7, 1), (9, 0)])
def test_the_janitor_takes_it_after_its_date_and_not_before(
    alice: Member, settings, transactional_db: None, years_ago: int, left: int
) -> None:
    day = date(timezone.localdate().year - years_ago, 3, 15)
    with_file(issued(alice, settings, day=day))

    runs = [sweep_of("billing_invoicefile"), sweep_of("billing_issuedinvoice")]

    assert [run.outcome for run in runs] == ["done", "done"]
    assert (IssuedInvoice.objects.count(), InvoiceFile.objects.count()) == (left, left)


@pytest.mark.promise("H21")
def test_the_janitor_cannot_take_one_earlier(alice: Member, settings, transactional_db: None) -> None:
    issued(alice, settings, day=timezone.localdate())

    with transaction.atomic(using="janitor"), connections["janitor"].cursor() as cursor:
        cursor.execute("DELETE FROM billing_issuedinvoice WHERE purge_after > now() - interval '1 day'")
        deleted = cursor.rowcount

    assert (deleted, IssuedInvoice.objects.count()) == (0, 1)


def test_verification_finds_nothing_wrong(alice: Member, settings) -> None:
    with_file(issued(alice, settings, day=timezone.localdate() - timedelta(days=400)))

    reports = [verification.report(rule_of(f"billing_{name}")) for name in ("issuedinvoice", "invoicefile")]

    assert [(report.rows, report.wrong) for report in reports] == [(1, False), (1, False)]


def test_a_document_outlives_what_an_organisation_is_called(alice: Member, settings) -> None:
    made = issued(alice, settings, day=timezone.localdate())

    Organisation.objects.filter(pk=alice.organisation.pk).update(name="Something else")

    assert IssuedInvoice.objects.get(pk=made.pk).content == made.content
