"""Acme and Stripe, wired together: what the stand-in wants to post is carried over to our own webhook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from billing.accounts import account_of
from billing.models import BillingAccount
from billing.selling import bring_list
from billing.standin.server import StandIn
from delivery.drain import drain
from delivery.models import DeadLetter, Job
from organisations.models import Organisation
from tests.billing.standin.house import House

SECRET = "whsec_of_the_tests"
COMPANY = {
    "company_name": "Acme Veranda's B.V.",
    "street": "Dorpsweg 9",
    "postcode": "7411 AA",
    "city": "Deventer",
    "country": "NL",
    "registration": "87654321",
}


@dataclass
class Wire:
    """``carry`` brings every event that is waiting, does the work that follows, and goes on until all is quiet."""

    house: House
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        bring_list()
        self.house.tell("/chaos", hold=True)
        self.house.tell("/webhook_endpoints", url="http://127.0.0.1:9/stripe/webhook/", secret=SECRET)

    def waiting(self) -> list[str]:
        return [one["id"] for one in self.house.ask("/deliveries?state=held")["data"]]

    def letter(self, delivery: str) -> Any:
        return self.house.ask(f"/deliveries/{delivery}")

    def post(self, letter: Any) -> int:
        answer = self.client.post(
            "/stripe/webhook/",
            letter["body"],
            content_type="application/json",
            headers={"Stripe-Signature": letter["headers"]["Stripe-Signature"]},
        )
        return answer.status_code

    def carry(self) -> None:
        for _ in range(20):
            for delivery in self.waiting():
                status = self.post(self.letter(delivery))
                assert status == 200
                self.house.tell(f"/deliveries/{delivery}", status=status)
            self.work()
            if not self.waiting():
                return
        raise AssertionError("It does not become quiet.")

    def work(self) -> None:
        """Do what is due; a dead letter is a mistake."""
        Job.objects.filter(task__startswith="billing.").update(due_at="2020-01-01T00:00:00Z")
        drain(seconds=30)
        dead = DeadLetter.objects.filter(task__startswith="billing.")
        assert [(one.task, one.error) for one in dead] == []


def wired(standin: StandIn, settings: Any) -> Wire:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = standin.key, standin.url
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    return Wire(House(standin))


def with_company(organisation: Organisation, **changes: str) -> BillingAccount:
    """The account with everything that an invoice needs."""
    account = account_of(organisation)
    for name, value in (COMPANY | changes).items():
        setattr(account, name, value)
    account.save()
    return account
