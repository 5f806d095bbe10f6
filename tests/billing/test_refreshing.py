"""The VAT of the next invoices follows what is known, and late proof gives back what was charged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from billing import gateway
from billing.invoices import stored
from billing.invoices.content import lacks
from billing.invoices.ubl import ubl
from billing.models import BillingAccount, IssuedInvoice, Subscription, TaxRate, VatEvidence
from billing.standin.server import StandIn
from billing.vat import evidence, refreshing
from billing.vat.deciding import IdStatus
from delivery.jobs import JobCall
from delivery.models import Job
from tests.billing.en16931 import problems
from tests.billing.papers import BELGIAN, SELLER_SETTING, company, issue, mirror_subscription, subscribe
from tests.billing.standin.house import House, at
from tests.cast import Member


@pytest.fixture
def house(settings) -> Iterator[House]:
    settings.SELLER = SELLER_SETTING
    with StandIn(at=at(2026, 1, 1)) as standin:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = standin.key, standin.url
        yield House(standin)


def vies_says(monkeypatch: pytest.MonkeyPatch, status: IdStatus) -> list[str]:
    """Let VIES answer so from now on; what it is asked is in the list."""
    asked: list[str] = []

    def ask(number: str) -> evidence.Said:
        asked.append(number)
        return evidence.Said(status, "W1")

    monkeypatch.setattr(evidence, "ask", ask)
    return asked


@pytest.fixture
def charged(house: House, alice: Member, monkeypatch: pytest.MonkeyPatch) -> Subscription:
    """A Belgian firm that paid Dutch VAT since VIES was away, more than an hour ago."""
    monkeypatch.setattr(evidence, "PAUSE", timedelta())
    vies_says(monkeypatch, IdStatus.UNKNOWN)
    subscription = subscribe(house, company(alice.organisation, country="BE", vat_id=BELGIAN))
    issue(alice.organisation, house.invoices(subscription)[0].id)
    return mirror_subscription(alice.organisation, subscription)


def refresh(subscription: Subscription) -> None:
    refreshing.refresh(JobCall(None, {"subscription": str(subscription.pk)}))


def documents() -> list[IssuedInvoice]:
    return list(IssuedInvoice.objects.order_by("issued_at", "id"))


def test_what_nobody_could_check_is_charged_provisionally(charged: Subscription) -> None:
    [invoice] = documents()

    assert (invoice.treatment, invoice.tax_cents) == ("S", 1029)
    assert invoice.content["vat"]["provisional"] is True


def test_late_proof_gives_the_vat_back_and_nothing_else(
    charged: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    vies_says(monkeypatch, IdStatus.VALID)

    refresh(charged)

    invoice, note = documents()
    document = stored.from_json(note.content)
    assert (note.net_cents, note.tax_cents, note.corrects_id) == (0, 1029, invoice.pk)
    assert [(part.vat.category, part.net, part.tax) for part in document.parts] == [
        ("S", 49, document.tax),
        ("AE", -49, 0),
    ]
    assert note.listed
    assert (lacks(document), problems(ubl(document))) == ([], [])


def test_the_money_goes_back(charged: Subscription, monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    vies_says(monkeypatch, IdStatus.VALID)

    refresh(charged)

    assert [refund.amount for refund in house.v1.refunds.list({}).data] == [1029]


def test_it_is_given_back_once(charged: Subscription, monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    vies_says(monkeypatch, IdStatus.VALID)

    refresh(charged)
    refresh(charged)
    [invoice, note] = documents()
    issue(invoice.organisation, invoice.source)

    assert documents() == [invoice, note]
    assert len(house.v1.refunds.list({}).data) == 1


def test_one_who_died_before_the_document_makes_it_later(
    charged: Subscription, monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    vies_says(monkeypatch, IdStatus.VALID)
    gateway.credit_vat(gateway.fetch_invoice(documents()[0].source), text="VAT")

    refresh(charged)

    assert len(documents()) == 2
    assert len(house.v1.refunds.list({}).data) == 1


def test_a_number_that_is_not_in_use_gives_nothing_back(
    charged: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    vies_says(monkeypatch, IdStatus.INVALID)

    refresh(charged)

    assert len(documents()) == 1


def test_another_number_gives_nothing_back(charged: Subscription, monkeypatch: pytest.MonkeyPatch) -> None:
    vies_says(monkeypatch, IdStatus.VALID)
    BillingAccount.objects.update(vat_id="BE0999999922")

    refresh(charged)

    assert len(documents()) == 1


def test_the_next_invoice_carries_the_vat_of_today(
    charged: Subscription, monkeypatch: pytest.MonkeyPatch, house: House, alice: Member
) -> None:
    vies_says(monkeypatch, IdStatus.VALID)

    refresh(charged)
    house.wait(days=32)
    renewal = house.v1.invoices.list({"subscription": charged.stripe_id}).data[0]
    issue(alice.organisation, renewal.id)

    assert TaxRate.objects.get(key="AE:0:").stripe_id
    assert (documents()[-1].treatment, documents()[-1].tax_cents) == ("AE", 0)


def test_one_that_has_ended_at_stripe_carries_no_vat_any_more(
    charged: Subscription, monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    vies_says(monkeypatch, IdStatus.VALID)
    house.v1.subscriptions.cancel(charged.stripe_id)  # and nobody has told us yet

    refresh(charged)

    assert [document.kind for document in documents()] == ["invoice", "credit_note"]


def test_proof_that_grew_old_charges_vat_again(
    house: House, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    vies_says(monkeypatch, IdStatus.VALID)
    account = company(alice.organisation, country="BE", vat_id=BELGIAN)
    subscription = mirror_subscription(alice.organisation, subscribe(house, account))
    VatEvidence.objects.update(checked_at=timezone.now() - timedelta(days=31))
    vies_says(monkeypatch, IdStatus.UNKNOWN)

    refresh(subscription)

    rate = gateway.fetch_subscription(subscription.stripe_id).tax_rate
    assert TaxRate.objects.get(stripe_id=rate).key == "S:21:NL"


def test_each_day_what_is_uncertain_is_looked_at(charged: Subscription) -> None:
    Job.objects.all().delete()

    refreshing.look_after()

    assert list(Job.objects.values_list("task", "ids")) == [
        ("billing.refresh_vat", {"subscription": str(charged.pk)})
    ]


def test_what_is_certain_is_left_alone(house: House, alice: Member) -> None:
    mirror_subscription(alice.organisation, subscribe(house, company(alice.organisation)))
    Job.objects.all().delete()

    refreshing.look_after()

    assert not Job.objects.exists()


def test_nobody_is_asked_about_a_dutch_number(
    house: House, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = vies_says(monkeypatch, IdStatus.VALID)

    subscribe(house, company(alice.organisation, vat_id="NL000099998B57"))

    assert asked == []
