"""Agreeing to pay for more, and ending that: what was agreed when a request came is what counts."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import agreeing, metering
from billing.models import BillingAccount, UsagePeriod, UsageRecord
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.billing.selling import has_plan
from tests.factories import sign_in

MONTH_ENDS = datetime(2026, 2, 14, 23, tzinfo=UTC)


@pytest.fixture
def account(acme: Organisation, settings: Any, monkeypatch: pytest.MonkeyPatch) -> BillingAccount:
    """Acme has room for two requests a month, its months begin on the 15th, and it is 20 January 2026."""
    settings.STRIPE_SECRET_KEY = "sk_test_nobody"
    it_is(monkeypatch, datetime(2026, 1, 20, tzinfo=UTC))
    account = has_plan(acme, "start", leads_per_month=2)
    account.anchor = date(2026, 1, 15)
    account.save()
    return account


def it_is(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def came(organisation: Organisation, *days: datetime) -> None:
    with tenant(organisation.pk):
        for day in days:
            UsageRecord.objects.create(lead_ref=uuid7(), occurred_at=day)


def billed(organisation: Organisation) -> list[int]:
    metering.close_months(organisation.pk, datetime(2026, 4, 1, tzinfo=UTC))
    return list(UsagePeriod.objects.order_by("starts_at").values_list("billable", flat=True))


def test_ending_takes_back_nothing_of_the_month(account: BillingAccount, acme: Organisation) -> None:
    agreeing.agree(account)
    came(acme, *(datetime(2026, 1, 21 + n, tzinfo=UTC) for n in range(5)))

    agreeing.end(account)

    assert account.overage_until == MONTH_ENDS
    assert billed(acme) == [3, 0]


def test_after_that_month_nothing_is_billed(account: BillingAccount, acme: Organisation) -> None:
    agreeing.agree(account)
    agreeing.end(account)
    came(acme, *(datetime(2026, 2, 16 + n, tzinfo=UTC) for n in range(5)))

    assert billed(acme) == [0, 0]


def test_what_was_to_end_can_go_on(account: BillingAccount, acme: Organisation) -> None:
    agreeing.agree(account)
    agreeing.end(account)

    agreeing.agree(account)
    came(acme, *(datetime(2026, 2, 16 + n, tzinfo=UTC) for n in range(5)))

    assert billed(acme) == [0, 3]


def test_an_agreement_that_is_not_billed_yet_is_not_forgotten(
    account: BillingAccount, acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreeing.agree(account)
    agreeing.end(account)
    it_is(monkeypatch, datetime(2026, 2, 17, tzinfo=UTC))

    with pytest.raises(agreeing.MonthNotClosed):
        agreeing.agree(account)


def test_once_that_month_is_closed_it_can_be_agreed_anew(
    account: BillingAccount, acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreeing.agree(account)
    agreeing.end(account)
    it_is(monkeypatch, datetime(2026, 2, 23, tzinfo=UTC))
    metering.close_months(acme.pk, timezone.now())

    agreeing.agree(account)

    assert (account.overage_agreed_at, account.overage_until) == (timezone.now(), None)


def test_the_page_says_that_a_month_must_be_billed_first(settings: Any, alice: Any, client: Client) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_nobody"
    has_plan(alice.organisation, "start")
    BillingAccount.objects.filter(organisation=alice.organisation).update(
        overage_agreed_at=datetime(2026, 1, 1, tzinfo=UTC), overage_until=MONTH_ENDS
    )
    sign_in(client, alice)
    url = reverse("billing:overage", kwargs={"organisation": alice.organisation.slug})

    answer = client.post(url, {"agree": "yes"}, follow=True)

    assert b"not billed yet" in answer.content
