"""What is paid by bank transfer: an invoice of our own, and a word that a reversed one was settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import PlatformEvent
from billing import news
from billing.access import Access
from billing.accounts import access_of
from billing.entitlements import Feature
from billing.invoices import by_transfer, issuing, stored
from billing.invoices.content import lacks
from billing.invoices.ubl import ubl
from billing.limits import entitlement
from billing.models import BillingAccount, BillingInvoice, IssuedInvoice, PlanVersion, Subscription
from billing.price_list import BY_CODE
from billing.standin.server import StandIn
from billing.stripe_events import Kind
from tests.billing.en16931 import problems
from tests.billing.papers import DAY, SELLER_SETTING, company
from tests.billing.standin.house import GOOD_CARD, GOOD_IBAN, House, at
from tests.cast import Member
from tests.factories import sign_in


@pytest.fixture(autouse=True)
def seller(settings) -> None:
    settings.SELLER, settings.SELLER_IBAN = SELLER_SETTING, "NL02ABNA0123456789"


@pytest.fixture
def works(db: None) -> PlanVersion:
    return PlanVersion.objects.create(
        code="works", number=1, monthly_cents=12900, yearly_cents=129000, overage_cents=15, limits={"configurators": 7},
        stripe_monthly="price_m", stripe_yearly="price_y",
    )  # fmt: skip


def issue(member: Member, works: PlanVersion, starts_on: date = date(2026, 12, 1)) -> IssuedInvoice:
    return by_transfer.issue_by_transfer(
        organisation=member.organisation, version=works, starts_on=starts_on, today=date(2026, 11, 30)
    )


def test_a_year_is_invoiced_under_our_own_number(alice: Member, works: PlanVersion) -> None:
    company(alice.organisation)

    made = issue(alice, works)

    document = stored.from_json(made.content)
    assert (made.number, made.issuer) == ("OM-2026-00001", "ours")
    assert (made.net_cents, made.tax_cents, made.gross_cents) == (129000, 27090, 156090)
    assert (document.supplied_until, document.due_on) == (date(2027, 11, 30), date(2026, 12, 30))
    assert (lacks(document), problems(ubl(document))) == ([], [])


def test_a_leap_day_ends_on_the_last_of_february(alice: Member, works: PlanVersion) -> None:
    company(alice.organisation)

    made = issue(alice, works, date(2028, 2, 29))

    assert stored.from_json(made.content).supplied_until == date(2029, 2, 27)


def test_what_is_not_issued_takes_no_number(alice: Member, works: PlanVersion) -> None:
    account = company(alice.organisation)
    BillingAccount.objects.filter(pk=account.pk).update(street="")
    with pytest.raises(issuing.Unlawful):
        issue(alice, works)
    company(alice.organisation)

    assert issue(alice, works).number == "OM-2026-00001"


def test_an_officer_issues_it_by_command(alice: Member, works: PlanVersion) -> None:
    company(alice.organisation)
    said = StringIO()

    call_command(
        "transfer", "issue", organisation=alice.organisation.slug, plan="works", starts_on=date(2026, 12, 1),
        stdout=said,
    )  # fmt: skip

    assert said.getvalue().strip() == IssuedInvoice.objects.get().number
    assert PlatformEvent.objects.filter(action="billing.invoice_issued").count() == 1


def test_the_year_comes_with_its_plan(alice: Member, works: PlanVersion, settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_nobody"
    account = company(alice.organisation)
    account.trial_ends_at = account.created_at = DAY
    account.save()

    issue(alice, works)

    account.refresh_from_db()
    days = [datetime(2026, 11, 30, tzinfo=UTC), datetime(2027, 11, 30, 12, tzinfo=UTC),
            datetime(2027, 12, 1, tzinfo=UTC)]  # fmt: skip
    room = [entitlement(account, Feature.CONFIGURATORS, day).value for day in days]
    assert room == [BY_CODE["studio"].limits[Feature.CONFIGURATORS], 7, 5]
    assert [access_of(account, day) for day in days[1:]] == [Access.FULL, Access.CLOSED]
    assert PlatformEvent.objects.filter(action="billing.plan_given").count() == 1


def test_the_same_year_is_not_invoiced_twice(alice: Member, works: PlanVersion) -> None:
    company(alice.organisation)
    issue(alice, works)

    with pytest.raises(by_transfer.AlreadyInvoiced):
        issue(alice, works)

    assert IssuedInvoice.objects.count() == 1


def test_who_pays_a_subscription_buys_no_year_beside_it(alice: Member, works: PlanVersion) -> None:
    company(alice.organisation)
    Subscription.objects.create(
        organisation=alice.organisation, stripe_id="sub_1", status="active", created=DAY, fetched_at=DAY
    )

    with pytest.raises(by_transfer.PaysAlready):
        issue(alice, works)


def test_the_page_of_the_plan_says_until_when(
    alice: Member, works: PlanVersion, settings, client: Client
) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_nobody"
    company(alice.organisation)
    issue(alice, works, timezone.localdate())
    sign_in(client, alice)

    answer = client.get(reverse("billing:plan", kwargs={"organisation": alice.organisation.slug}))

    assert (answer.context["plan"].state, answer.context["plan"].next_step) == ("given", None)


def test_an_unknown_plan_is_refused(alice: Member) -> None:
    with pytest.raises(CommandError, match="no such plan"):
        call_command(
            "transfer", "issue", organisation=alice.organisation.slug, plan="x", starts_on=date(2026, 12, 1)
        )


def test_settling_is_noted_once(alice: Member) -> None:
    BillingInvoice.objects.create(
        organisation=alice.organisation, stripe_id="in_1", number="ACME-0001", status="paid", net_cents=1900,
        tax_cents=399, total_cents=2299, paid_cents=2299, created=DAY, reversed_at=DAY, fetched_at=DAY,
    )  # fmt: skip

    call_command("transfer", "settle", number="ACME-0001", stdout=StringIO())
    first = BillingInvoice.objects.get().settled_at
    call_command("transfer", "settle", number="ACME-0001", stdout=StringIO())

    assert first
    assert BillingInvoice.objects.get().settled_at == first
    assert PlatformEvent.objects.filter(action="billing.invoice_settled").count() == 1


@pytest.fixture
def house(settings) -> Iterator[House]:
    with StandIn(at=at(2026, 1, 1)) as standin:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = standin.key, standin.url
        yield House(standin)


def owed(house: House, member: Member, **method: str) -> BillingInvoice:
    """An invoice at Stripe that was not collected."""
    customer = house.customer(**method)
    account = company(member.organisation)
    BillingAccount.objects.filter(pk=account.pk).update(stripe_customer=customer.id)
    house.v1.invoice_items.create({"customer": customer.id, "amount": 1900, "currency": "eur"})
    draft = {"customer": customer.id, "pending_invoice_items_behavior": "include"}
    made = house.v1.invoices.create(draft)
    house.v1.invoices.finalize_invoice(made.id, {"auto_advance": True})
    news.look_now(Kind.INVOICE, made.id)
    return BillingInvoice.objects.get(stripe_id=made.id)


def test_stripe_collects_nothing_more_of_what_was_transferred(house: House, alice: Member) -> None:
    invoice = owed(house, alice)

    call_command("transfer", "settle", number=invoice.number, stdout=StringIO())
    news.look_now(Kind.INVOICE, invoice.stripe_id)

    invoice.refresh_from_db()
    assert house.v1.invoices.retrieve(invoice.stripe_id).status == "paid"
    assert (invoice.status, invoice.failed_at, invoice.settled_at is None) == ("paid", None, False)


def test_while_stripe_is_away_nothing_is_noted(house: House, alice: Member, settings) -> None:
    invoice = owed(house, alice)
    settings.STRIPE_API_URL = "http://127.0.0.1:9"

    with pytest.raises(CommandError, match="still collects"):
        call_command("transfer", "settle", number=invoice.number, stdout=StringIO())

    invoice.refresh_from_db()
    assert invoice.settled_at is None


def test_what_is_on_its_way_by_debit_is_not_settled(house: House, alice: Member) -> None:
    invoice = owed(house, alice, iban=GOOD_IBAN)

    with pytest.raises(CommandError, match="debit"):
        call_command("transfer", "settle", number=invoice.number, stdout=StringIO())


def test_what_was_paid_is_not_settled(house: House, alice: Member) -> None:
    invoice = owed(house, alice, card=GOOD_CARD)

    with pytest.raises(CommandError, match="it is paid"):
        call_command("transfer", "settle", number=invoice.number, stdout=StringIO())


def test_an_empty_number_is_no_invoice(alice: Member) -> None:
    """A draft has none."""
    BillingInvoice.objects.create(
        organisation=alice.organisation, stripe_id="in_1", status="draft", net_cents=1900, tax_cents=399,
        total_cents=2299, paid_cents=0, created=DAY, fetched_at=DAY,
    )  # fmt: skip

    with pytest.raises(CommandError, match="no invoice"):
        call_command("transfer", "settle", number=" ", stdout=StringIO())


def test_settling_ends_what_was_overdue(alice: Member) -> None:
    account = company(alice.organisation)
    invoice = BillingInvoice.objects.create(
        organisation=alice.organisation, stripe_id="in_1", number="ACME-0001", status="paid", net_cents=1900,
        tax_cents=399, total_cents=2299, paid_cents=2299, created=DAY, reversed_at=DAY, fetched_at=DAY,
    )  # fmt: skip
    BillingAccount.objects.filter(pk=account.pk).update(overdue_since=DAY)

    by_transfer.settle(invoice)

    assert BillingAccount.objects.get(pk=account.pk).overdue_since is None
