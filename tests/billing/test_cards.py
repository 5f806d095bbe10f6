"""No number of a card or account reaches us: whoever pays types it at Stripe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing import gateway
from billing.models import BillingAccount, IssuedInvoice, Subscription
from billing.standin.server import StandIn
from tests.billing.papers import SELLER_SETTING, company, issue, mirror_subscription, subscribe
from tests.billing.standin.house import GOOD_CARD, GOOD_IBAN, House, at
from tests.cast import Member

ROOT = Path(__file__).resolve().parents[2]
SECRET = re.compile(f"{GOOD_CARD}|{GOOD_IBAN}|4242")


@pytest.fixture
def house(settings) -> Iterator[House]:
    settings.SELLER = SELLER_SETTING
    with StandIn(at=at(2026, 1, 1)) as standin:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = standin.key, standin.url
        yield House(standin)


@pytest.mark.promise("H6")
def test_what_is_read_of_a_purchase_names_no_card(house: House, alice: Member) -> None:
    subscription = subscribe(house, company(alice.organisation))
    invoice = house.invoices(subscription)[0].id

    read = [gateway.fetch_subscription(subscription.id), gateway.fetch_invoice(invoice)]

    assert read[1].method == "card"
    assert not SECRET.search(repr(read))


@pytest.mark.promise("H6")
def test_what_is_stored_of_a_purchase_names_no_card(house: House, alice: Member) -> None:
    subscription = subscribe(house, company(alice.organisation))

    mirror_subscription(alice.organisation, subscription)
    issue(alice.organisation, house.invoices(subscription)[0].id)

    rows = [*IssuedInvoice.objects.values(), *BillingAccount.objects.values(), *Subscription.objects.values()]
    assert len(rows) == 3
    assert not SECRET.search(repr(rows))


@pytest.mark.promise("H6")
def test_no_page_of_ours_asks_for_a_card() -> None:
    """The stand-in's pages do, since they take the place of Stripe's; they are no templates of ours."""
    asking = [
        path.name
        for path in sorted((ROOT / "templates").rglob("*.*"))
        if re.search(r"cc-(number|csc|exp)|card_?number|cvc", path.read_text(encoding="utf-8"), re.I)
    ]

    assert asking == []
