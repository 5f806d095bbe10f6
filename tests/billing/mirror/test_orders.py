"""Six messages come in 720 orders, and some twice: each ends in the same mirror and the same standing."""

from functools import cache
from random import Random

import pytest

from billing import gateway
from billing.access import Billing
from tests.billing.mirror.orders import (
    LIFE,
    careless_end,
    carelessly,
    every_order,
    live,
    spread,
    tell,
    with_duplicates,
)

#: Each order has a transaction of its own: one for all would last too long.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def letters(shop, monkeypatch):
    """Of a life that is over. Stripe's answers no longer change, so each is asked for once."""
    letters = live(shop)
    for ask in ("fetch_subscription", "fetch_invoice"):
        monkeypatch.setattr(gateway, ask, cache(getattr(gateway, ask)))
    return letters


def ends(shop, letters, count: int) -> list:
    """The different things that are known after so many of the orders."""
    found: list = []
    for seed, order in spread(every_order(), count):
        known = tell(shop, letters, with_duplicates(order, seed), busy=Random(seed))
        if known not in found:
            found.append(known)
    return found


def test_sixty_orders_end_alike(shop, letters):
    (known,) = ends(shop, letters, 60)

    assert known[2][0] == Billing.CANCELED
    assert [row["status"] for row in known[1]] == ["paid", "paid"]


@pytest.mark.prove
def test_all_720_orders_end_alike(shop, letters):
    assert len(every_order()) == 720
    assert len(ends(shop, letters, 720)) == 1


def test_the_messages_are_those_of_one_life(letters):
    assert len(letters) == len(LIFE)


def test_who_applies_what_messages_say_goes_wrong(letters):
    wrong = [order for order in every_order() if carelessly(letters, order) != careless_end(letters)]

    assert 0 < len(wrong) < 720
