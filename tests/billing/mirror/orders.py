"""One life of six messages, told in every order and more than once, to our receiver and to a careless one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from random import Random
from typing import Any

from django.db import transaction

from billing import stripe_events
from billing.webhooks import take_in
from tenancy.context import tenant
from tests.billing.mirror.conftest import Shop, work
from tests.billing.standin.house import GOOD_CARD, LATER_FAILING_CARD

#: The six that are told; the rest of what Stripe says is left out, as if it were lost.
LIFE = (
    "customer.subscription.created",
    "invoice.paid",
    "customer.subscription.updated",
    "invoice.payment_failed",
    "invoice.payment_succeeded",
    "customer.subscription.deleted",
)

Letter = dict[str, Any]


def live(shop: Shop) -> list[Letter]:
    """Created and paid, upgraded, failed at the renewal, recovered, cancelled: the letters, oldest first."""
    subscription = shop.subscribe("start")
    item = subscription["items"].data[0].id
    given = {"items": [{"id": item, "price": shop.price("studio")}], "proration_behavior": "none"}
    shop.house.v1.subscriptions.update(subscription.id, given)
    shop.house.use(shop.customer, card=LATER_FAILING_CARD)
    shop.house.wait(days=31, hours=1)
    shop.house.use(shop.customer, card=GOOD_CARD)
    shop.house.wait(days=4)
    shop.house.v1.subscriptions.cancel(subscription.id)
    letters = [shop.letter(name) for name in shop.waiting()]
    return [_chosen(letters, what, last=what == "invoice.payment_succeeded") for what in LIFE]


def _chosen(letters: Sequence[Letter], what: str, *, last: bool) -> Letter:
    found = [letter for letter in letters if json.loads(letter["body"])["type"] == what]
    return found[-1 if last else 0]


def every_order() -> list[tuple[int, ...]]:
    return list(permutations(range(len(LIFE))))


def with_duplicates(order: Sequence[int], seed: int) -> list[int]:
    """The order, with some of it said again later."""
    chance = Random(seed)
    told = list(order)
    for again in chance.sample(range(len(order)), 3):
        place = told.index(again)
        told.insert(chance.randint(place + 1, len(told)), again)
    return told


def tell(shop: Shop, letters: Sequence[Letter], order: Sequence[int], *, busy: Random) -> Any:
    """Take the messages in, with the jobs done now and then; what is known afterwards. Leaves no trace.

    Signatures are left out: the last order is told long after they are too old.
    """
    with tenant(shop.organisation.pk):
        for place in order:
            body = letters[place]["body"]
            take_in(stripe_events.read(json.loads(body)), body.encode())
            if busy.random() < 0.5:
                work()
        work()
        known = shop.known()
        transaction.set_rollback(True)
    return known


# --- The careless one -----------------------------------------------------------------------------


@dataclass
class Careless:
    """Applies each message's payload as it comes, once: what nearly everybody writes first."""

    seen: set[str] = field(default_factory=set)
    objects: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def take_in(self, letter: Letter) -> None:
        event = json.loads(letter["body"])
        if event["id"] not in self.seen:
            self.seen.add(event["id"])
            about = event["data"]["object"]
            self.objects[about["id"]] = (about["status"], about.get("ended_at"))


def carelessly(letters: Sequence[Letter], order: Sequence[int]) -> Any:
    receiver = Careless()
    for place in order:
        receiver.take_in(letters[place])
    return receiver.objects


def careless_end(letters: Sequence[Letter]) -> Any:
    """What it ends in when everything comes once and in order."""
    return carelessly(letters, range(len(letters)))


def spread(orders: Sequence[tuple[int, ...]], count: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """So many of them, evenly from first to last, each with its place."""
    step = len(orders) / count
    return ((int(n * step), orders[int(n * step)]) for n in range(count))
