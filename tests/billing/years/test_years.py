"""Years of organisations through the wire, and the same with a receiver that believes what it is told."""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import psycopg
import pytest

from billing.accounts import access_of, account_of
from billing.selling import bring_list
from billing.standin.server import StandIn
from delivery.models import DeadLetter
from organisations.models import Organisation
from tests.architecture.superuser import connect
from tests.billing.standin.house import House, at
from tests.billing.years import deeds
from tests.billing.years.crashes import POINTS, Crashes
from tests.billing.years.oracle import Oracle
from tests.billing.years.world import DEADLY, SECRET, World
from tests.report import report

#: Days on which organisations sign up: ends of months, nights on which the clocks change, a leap year.
BEGINNINGS = ((2026, 1, 29), (2026, 1, 31), (2026, 3, 28), (2026, 10, 25), (2027, 11, 30), (2028, 2, 29))
SEED = int(os.environ.get("YEARS_SEED", "0")) or secrets.randbelow(10**9)

Begin = Callable[[int], World]


@pytest.fixture
def begin(transactional_db: None, settings: Any) -> Iterator[Begin]:
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
            bring_list()
            house.tell("/chaos", hold=True, seed=seed)
            house.tell("/webhook_endpoints", url="http://127.0.0.1:9/stripe/webhook/", secret=SECRET)
            return World(house, superuser, chance, Crashes(Random(seed), rate=DEADLY))

        yield make
    for standin in opened:
        standin.stop()


def live(world: World, *, organisations: int, months: int) -> list[str]:
    """Let them live so long; the violations that were seen whenever it was quiet."""
    found: list[str] = []
    with world.turning():
        for number in range(organisations):
            deeds.found(world, number)
        steps = 0
        while world.months_lived() < months * organisations:
            world.step(deeds.live)
            steps += 1
            if steps % 5 == 0:
                world.become_quiet()
                found += violations(world)
        world.become_quiet()
        found += violations(world)
    return found


def violations(world: World) -> list[str]:
    oracle = Oracle(world.superuser, world.objects, world.book, world.now)
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


def rules(found: list[str]) -> dict[str, int]:
    return dict(Counter(line.partition(":")[0] for line in found))


def test_a_year_of_twenty_five_organisations(begin: Begin) -> None:
    started = time.monotonic()
    world = begin(SEED)

    found = live(world, organisations=25, months=12)

    figures(world, found, time.monotonic() - started)
    assert found == [], (SEED, rules(found))
    assert [point for point in POINTS if not world.crashes.hits[point]] == []
