"""Acme, a buyer at the stand-in, and its messages carried over by hand through our own address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import BillingAccount, BillingInvoice, Subscription
from billing.selling import bring_list, on_sale
from billing.standin.server import StandIn
from billing.vat.treating import tax_rate_for
from delivery.jobs import JobCall, find_handler
from delivery.models import Job
from tests.billing.standin.house import GOOD_CARD, House, at

SECRET = "whsec_ours"


@dataclass
class Shop:
    """Stripe on one side, ours on the other; ``carry`` takes what was said from the one to the other."""

    house: House
    organisation: Any
    customer: Any
    client: Client = field(default_factory=Client)
    carried: int = 0

    @property
    def account(self) -> BillingAccount:
        return BillingAccount.objects.get(organisation=self.organisation)

    def price(self, code: str = "start") -> str:
        return on_sale()[code].stripe_monthly

    def subscribe(self, code: str = "start", **given: Any) -> Any:
        items, rates = [{"price": self.price(code)}], [tax_rate_for(self.account)]
        return self.house.v1.subscriptions.create(
            {"customer": self.customer.id, "items": items, "default_tax_rates": rates, **given}
        )

    # --- Messages ---------------------------------------------------------------------------------

    def waiting(self) -> list[str]:
        """Deliveries that were not carried yet, oldest first."""
        rows = self.house.ask("/deliveries?state=held")
        names = sorted((row["id"] for row in rows["data"]), key=lambda name: int(name[4:]))
        fresh = [name for name in names if int(name[4:]) >= self.carried]
        self.carried = int(names[-1][4:]) + 1 if names else self.carried
        return fresh

    def letter(self, name: str) -> Any:
        return self.house.ask(f"/deliveries/{name}")

    def post(self, letter: Any, **changed: Any) -> Any:
        signature = letter["headers"]["Stripe-Signature"]
        given = {"data": letter["body"], "headers": {"Stripe-Signature": signature}, **changed}
        return self.client.post(reverse("stripe:webhook"), content_type="application/json", **given)

    def carry(self) -> None:
        """Everything that was said, in order, and the work that follows."""
        for name in self.waiting():
            assert self.post(self.letter(name)).status_code == 200
        self.work()

    def work(self) -> None:
        work()

    # --- What we know -----------------------------------------------------------------------------

    def known(self) -> Any:
        """The mirror and the standing, without the moments of fetching."""
        account = self.account
        return (
            list(Subscription.objects.order_by("stripe_id").values(*_but(Subscription))),
            list(BillingInvoice.objects.order_by("stripe_id").values(*_but(BillingInvoice))),
            (account.billing, account.overdue_since, account.ended_at, account.plan_version_id,
             account.plan_since),
        )  # fmt: skip


def _but(model: Any) -> list[str]:
    return [one.attname for one in model._meta.fields if one.name not in ("id", "fetched_at")]


#: Documents and letters follow from the mirror too; they have tests of their own.
THE_MIRRORS = ["billing.refetch", "billing.compare"]


def waiting_jobs() -> int:
    return Job.objects.filter(task__in=THE_MIRRORS).count()


def work() -> None:
    """Do the jobs of the mirror, as the drain would, in the test's own transaction."""
    while job := Job.objects.filter(task__in=THE_MIRRORS).order_by("created_at", "id").first():
        job.delete()
        find_handler(job.task).run(JobCall(job.organisation_id, job.ids))


@pytest.fixture
def house(settings) -> Iterator[House]:
    """A stand-in on 1 January 2026, of which our settings speak; what it says waits to be carried."""
    with StandIn(at=at(2026, 1, 1)) as standin:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = standin.key, standin.url
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
        yield House(standin)


@pytest.fixture
def shop(acme, house) -> Shop:
    bring_list()
    url = "http://127.0.0.1:9/stripe/webhook/"
    house.tell("/webhook_endpoints", url=url, secret=SECRET, enabled_events=["*"])
    house.tell("/chaos", hold=True)
    customer = house.customer(card=GOOD_CARD, metadata={"organisation": str(acme.pk)})
    BillingAccount.objects.filter(organisation=acme).update(stripe_customer=customer.id)
    return Shop(house, acme, customer)
