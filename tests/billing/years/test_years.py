"""Years of organisations through the wire, and the same with a receiver that believes what it is told."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.db import connections

from billing import gateway, selling
from billing.accounts import access_of, account_of
from billing.entitlements import Feature
from billing.price_list import PLANS, Plan
from billing.selling import bring_list, on_sale
from billing.standin.server import StandIn
from billing.vat.treating import rate_at_stripe, treatment_of
from delivery.drain import drain
from delivery.models import DeadLetter, Job
from organisations.models import Organisation
from tests.architecture.superuser import connect
from tests.billing.standin.house import GOOD_CARD, House, at
from tests.billing.years import deeds
from tests.billing.years.book import Buyer
from tests.billing.years.careless import believing
from tests.billing.years.crashes import POINTS, Crashes, Point
from tests.billing.years.oracle import ROOM, Oracle
from tests.billing.years.world import DEADLY, SECRET, World
from tests.report import report

#: Days on which organisations sign up: ends of months, nights on which the clocks change, a leap year.
BEGINNINGS = ((2026, 1, 29), (2026, 1, 31), (2026, 3, 28), (2026, 10, 25), (2027, 11, 30), (2028, 2, 29))
#: How much is proved at a time: so many worlds of so many organisations, two years each.
WORLDS, ORGANISATIONS = int(os.environ.get("YEARS_WORLDS", "1")), 18
#: Each test run lives the same years; ``make prove`` draws others.
SEED = int(os.environ.get("YEARS_SEED", "43"))

Begin = Callable[[int], World]


@pytest.fixture
def begin(transactional_db: None, settings: Any, monkeypatch: Any) -> Iterator[Begin]:
    """Make a world of its own stand-in by a seed."""
    opened: list[StandIn] = []
    with connect() as superuser:
        superuser.autocommit = True

        def make(seed: int) -> World:
            chance = Random(seed)
            standin = StandIn(at=at(*chance.choice(BEGINNINGS)), seed=str(seed)).start()
            opened.append(standin)
            settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = standin.key, standin.url
            settings.STRIPE_WEBHOOK_SECRETS, settings.VIES_URL = [SECRET], "https://vies.test"
            house = House(standin)
            monkeypatch.setattr(selling, "PLANS", [_with_little_room(plan) for plan in PLANS])
            bring_list()
            house.tell("/chaos", hold=True, seed=seed)
            house.tell("/webhook_endpoints", url="http://127.0.0.1:9/stripe/webhook/", secret=SECRET)
            return World(house, superuser, chance, Random(seed + 1), Crashes(Random(seed), rate=DEADLY))

        yield make
    for standin in opened:
        standin.stop()


def _with_little_room(plan: Plan) -> Plan:
    """So that a handful of requests is beyond it."""
    return replace(plan, limits=plan.limits | {Feature.LEADS_PER_MONTH: ROOM[f"plan_{plan.code}"]})


def live(
    world: World, *, organisations: int, months: int, enough: Callable[[], bool] = lambda: True
) -> list[str]:
    """Let them live so long, or up to twice as long until it was enough; the violations seen when it was quiet."""
    found: list[str] = []
    with world.turning():
        for number in range(organisations):
            deeds.found(world, number)
        steps = 0
        while (lived := world.months_lived() / organisations) < months or (
            lived < 2 * months and not enough()
        ):
            world.step(deeds.live)
            steps += 1
            if steps % 5 == 0:
                world.become_quiet()
                found += violations(world)
        world.become_quiet()
        found += violations(world)
    return found


def violations(world: World) -> list[str]:
    oracle = Oracle.of_world(world)
    given = {
        one.organisation: access_of(account_of(Organisation.objects.get(pk=one.organisation))).value
        for one in world.book.buyers
    }
    dead = DeadLetter.objects.filter(task__startswith="billing.")
    return [
        *oracle.leads(),
        *oracle.months(),
        *oracle.charges(),
        *oracle.access(given),
        *oracle.usage(),
        *oracle.numbers(),
        *oracle.mirror(),
        *oracle.vat(),
        *(f"dead: {one.task} of {one.error}" for one in dead),
    ]


def figures(world: World, found: list[str], seconds: float) -> None:
    report(
        months=world.months_lived(), violations=len(found), deliveries=world.carried, jobs=world.drained,
        crashes=world.crashes.hits.total(), side_by_side=world.side_by_side, away=world.outages,
        invoices=len(world.objects["invoice"]), disputes=len(world.objects.get("dispute", {})),
        leads=sum(len(one.leads) for one in world.book.buyers), seconds=round(seconds), seed=SEED,
    )  # fmt: skip


def missed(world: World) -> list[Point]:
    return [point for point in POINTS if not world.crashes.hits[point]]


def rules(found: list[str]) -> dict[str, int]:
    return dict(Counter(line.partition(":")[0] for line in found))


def test_a_year_of_twenty_five_organisations(begin: Begin) -> None:
    """Every rule, and each point at which a process may die, every time.

    Where a process dies depends on the threads too, so that the same seed does not always meet each point.
    """
    started = time.monotonic()
    world = begin(SEED)

    found = live(world, organisations=25, months=12, enough=lambda: not missed(world))

    figures(world, found, time.monotonic() - started)
    assert found == [], (SEED, rules(found))
    assert missed(world) == []
    assert world.side_by_side > 0


@pytest.mark.prove
@pytest.mark.parametrize("number", range(WORLDS))
def test_two_years_of_each_world(begin: Begin, number: int) -> None:
    started = time.monotonic()
    world = begin(SEED + 1 + number)

    found = live(world, organisations=ORGANISATIONS, months=24)

    figures(world, found, time.monotonic() - started)
    assert found == [], (SEED, number, rules(found))


def test_a_receiver_that_believes_messages_is_found_out(begin: Begin) -> None:
    world = begin(SEED)

    with believing():
        found = live(world, organisations=5, months=6)

    report(violations=len(found), **{f"rule {name}": many for name, many in rules(found).items()}, seed=SEED)
    assert {"4", "7"} <= rules(found).keys()


def test_a_slow_worker_does_not_undo_what_a_quick_one_wrote(begin: Begin, monkeypatch: Any) -> None:
    """Two drains at one object: the first has its answer, and writes it after the second wrote a later one."""
    world = begin(SEED)
    world.crashes.armed = False
    with world.turning():
        buyer = deeds.found(world, 0)
        subscription = _subscribed(world, buyer)
        _take_plan(world, subscription, "studio")
        world.carry(all_of_them=True)

        with _slow_worker(monkeypatch) as has_its_answer:
            assert has_its_answer.wait(30)
            _take_plan(world, subscription, "works")
            world.carry(all_of_them=True)
            _drained()
            written_by_the_quick_one = list(Oracle.of_world(world).mirror())

        assert (written_by_the_quick_one, violations(world)) == ([], [])


def _subscribed(world: World, buyer: Buyer) -> str:
    customer = world.house.customer(card=GOOD_CARD, metadata={"organisation": str(buyer.organisation)})
    rate = rate_at_stripe(treatment_of(account_of(Organisation.objects.get(pk=buyer.organisation))))
    made = world.house.v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price": on_sale()["start"].stripe_monthly}],
         "default_tax_rates": [rate], "metadata": {"organisation": str(buyer.organisation)}}
    )  # fmt: skip
    world.become_quiet()
    return str(made.id)


def _take_plan(world: World, subscription: str, code: str) -> None:
    item = world.objects["subscription"][subscription]["items"]["data"][0]["id"]
    price = on_sale()[code].stripe_monthly
    given = {"items": [{"id": item, "price": price}], "proration_behavior": "none"}
    world.house.v1.subscriptions.update(subscription, given)


def _drained() -> None:
    Job.objects.update(due_at="2020-01-01T00:00:00Z")
    drain(seconds=20)


@contextmanager
def _slow_worker(monkeypatch: Any) -> Iterator[threading.Event]:
    """A drain that holds an answer about a subscription in its hand until the block is over."""
    has_its_answer, may_write = threading.Event(), threading.Event()
    fetch, slow = gateway.fetch_subscription, threading.local()

    def fetching(subscription: str) -> Any:
        answer = fetch(subscription)
        if getattr(slow, "here", False):
            has_its_answer.set()
            assert may_write.wait(30)
        return answer

    def work() -> None:
        slow.here = True
        try:
            _drained()
        finally:
            connections.close_all()

    monkeypatch.setattr(gateway, "fetch_subscription", fetching)
    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield has_its_answer
    finally:
        may_write.set()
        worker.join(60)
