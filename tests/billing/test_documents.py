"""The page of invoices, and each as a file, for who may see what the plan costs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from audit.models import AccessEvent
from billing.invoices import filing, issuing
from billing.models import BillingInvoice, InvoiceFile, IssuedInvoice
from billing.vat.treating import treatment_of
from delivery.jobs import JobCall
from organisations.models import Membership
from tenancy.context import tenant
from tests.billing.invoices import make_invoice
from tests.billing.papers import SELLER_SETTING, company
from tests.cast import Member
from tests.factories import sign_in

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def issued(alice: Member, settings) -> IssuedInvoice:
    settings.SELLER = SELLER_SETTING
    day = date(2026, 11, 30)
    made = issuing.issue_of_ours(
        alice.organisation, make_invoice(issued_on=day, due_on=day), treatment_of(company(alice.organisation))
    )
    filing.make_files(JobCall(None, {"invoice": str(made.pk)}))
    return made


def page(client: Client, member: Member, name: str = "billing:invoices", **kwargs: object) -> HttpResponse:
    sign_in(client, member)
    return client.get(reverse(name, kwargs={"organisation": member.organisation.slug, **kwargs}))


def test_every_document_is_listed(client: Client, alice: Member, issued: IssuedInvoice) -> None:
    answer = page(client, alice)

    assert list(answer.context["invoices"]) == [(issued, None)]
    assert issued.number in answer.content.decode()


def test_the_list_reads_no_file(client: Client, alice: Member, issued: IssuedInvoice) -> None:
    listed = page(client, alice).context["invoices"]

    assert [file.get_deferred_fields() for one, _ in listed for file in one.files.all()] == [{"content"}] * 2


def test_without_documents_the_page_says_so(client: Client, alice: Member) -> None:
    assert "No invoices yet" in page(client, alice).content.decode()


def test_nobody_sees_those_of_another(client: Client, charlie: Member, issued: IssuedInvoice) -> None:
    assert list(page(client, charlie).context["invoices"]) == []


@pytest.mark.parametrize(
    ("form", "kind", "ending"), [("pdf", "application/pdf", "pdf"), ("ubl", "application/xml", "xml")]
)
def test_a_file_comes_as_it_was_made(
    client: Client, alice: Member, issued: IssuedInvoice, form: str, kind: str, ending: str
) -> None:
    answer = page(client, alice, "billing:invoice-file", pk=issued.pk, form=form)

    assert answer.content == bytes(InvoiceFile.objects.get(form=form).content)
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'attachment; filename="{issued.number}.{ending}"'


def test_a_download_is_on_record(client: Client, alice: Member, issued: IssuedInvoice) -> None:
    page(client, alice, "billing:invoice-file", pk=issued.pk, form="pdf")

    with tenant(alice.organisation.pk):
        assert AccessEvent.objects.filter(action="billing.invoice_downloaded").count() == 1


@pytest.mark.parametrize("form", ["exe", "json"])
def test_another_form_is_not_there(client: Client, alice: Member, issued: IssuedInvoice, form: str) -> None:
    assert page(client, alice, "billing:invoice-file", pk=issued.pk, form=form).status_code == 404


def test_the_file_of_another_is_not_there(client: Client, charlie: Member, issued: IssuedInvoice) -> None:
    assert page(client, charlie, "billing:invoice-file", pk=issued.pk, form="pdf").status_code == 404


def test_who_may_not_see_the_plan_sees_no_invoice(client: Client, bob: Member, issued: IssuedInvoice) -> None:
    assert page(client, bob).status_code == 403
    assert page(client, bob, "billing:invoice-file", pk=issued.pk, form="pdf").status_code == 403


def test_billing_may(client: Client, bob: Member, issued: IssuedInvoice) -> None:
    Membership.objects.filter(pk=bob.membership.pk).update(role="billing")

    assert list(page(client, bob).context["invoices"]) == [(issued, None)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"status": "paid"}, "Paid"),
        ({"status": "paid", "credited_cents": 5929}, "Credited"),
        ({"status": "paid", "reversed_at": NOON}, "Taken back by the bank"),
        ({"status": "paid", "reversed_at": NOON, "settled_at": NOON}, "Paid"),
        ({"status": "open", "processing": True}, "On its way"),
        ({"status": "open", "failed_at": NOON}, "To be paid"),
        ({"status": "void"}, "Lapsed"),
    ],
)
def test_the_list_says_what_became_of_the_payment(row: dict[str, object], said: str) -> None:
    payment = BillingInvoice(total_cents=5929, **row)

    assert strip_tags(render_to_string("billing/_payment.html", {"payment": payment})).strip() == said
