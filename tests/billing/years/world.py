"""Organisations whose years pass through the wire: signed messages in, real questions out, real jobs between.

The stand-in's clock is everybody's. Postgres keeps its own, so what its ``now()`` dates is moved to the day
that it is. Messages come late, twice and in any order; processes die; Stripe and VIES are away now and then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import psycopg
import stripe
from django.db import connections
from django.test import Client
from django.utils import timezone

from audit import events
from billing import announcing, dunning, gateway, metering, overage, trials
from billing.invoices import catching_up, filing
from billing.standin import deliveries
from billing.standin.world import Obj
from billing.vat import refreshing
from delivery import doorbell
from delivery import drain as draining
from delivery.drain import drain
from delivery.models import Job
from tests.billing.standin.house import DAY, House
from tests.billing.years import vies
from tests.billing.years.book import Book, Buyer
from tests.billing.years.crashes import Crashes, Killed

SECRET = "whsec_of_the_years"
#: Of messages: kept back until later, said twice. Of questions to Stripe: not answered. Of points: deadly.
LATE, TWICE, AWAY, DEADLY = 0.15, 0.1, 0.003, 0.003
#: Days that pass at a time.
STEPS = (9, 11, 13, 15, 17)


@dataclass
class World:
    house: House
    superuser: psycopg.Connection[Any]
    chance: Random
    #: What befalls the machines; apart, so that two workers side by side do not change what people do.
    luck: Random
    crashes: Crashes
    book: Book = field(default_factory=Book)
    client: Client = field(default_factory=Client)
    carried: int = 0
    drained: int = 0
    side_by_side: int = 0
    outages: int = 0

    @cached_property
    def stripe(self) -> Any:
        """What people do on Stripe's own pages is done by this, and not by our gateway."""
        address = {"api": self.house.standin.url}
        return stripe.StripeClient(self.house.standin.key, base_addresses=address, max_network_retries=0).v1

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.house.standin.world.now(), UTC)

    @property
    def objects(self) -> dict[str, dict[str, Obj]]:
        """Everything there is at the provider."""
        return self.house.standin.world.objects

    @contextmanager
    def turning(self) -> Iterator[None]:
        """Its clock, its outages and its crashes hold in the block."""
        held: AbstractContextManager[Any]
        with ExitStack() as stack:
            for held in (
                self.crashes.lying_in_wait(),
                # The record keeps the clock of Postgres, which has made its days' partitions by that.
                patch.object(events, "timezone", SimpleNamespace(now=timezone.now)),
                patch.object(timezone, "now", lambda: self.now),
                patch.object(gateway, "_ask", self._now_and_then_away(gateway._ask)),
                patch("billing.vat.evidence.outbound.post", vies.asked(self)),
                patch.object(filing, "as_pdf", lambda document: document.number.encode()),
                patch.object(draining, "BATCH", 16),
                # Work is done when we say so; nobody has to be rung for.
                patch.object(doorbell, "ring_on_commit", lambda: None),
                # The library looks for a proxy in the environment at each question, which takes its time.
                patch("requests.sessions.get_environ_proxies", lambda *given, **named: {}),
            ):
                stack.enter_context(held)
            yield

    def _now_and_then_away(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def asking(call: Callable[[], Any]) -> Any:
            if self.crashes.armed and self.luck.random() < AWAY:
                self.outages += 1
                raise gateway.StripeDown("away")
            return ask(call)

        return asking

    # --- Time -------------------------------------------------------------------------------------

    def pass_time(self, days: int) -> None:
        self.house.tell("/advance", seconds=days * DAY + self.chance.randrange(7_200))

    def daily(self) -> None:
        """What the clock rings for, each by itself."""
        for verb in (
            metering.close_due,
            overage.bill_what_waits,
            dunning.remind_due,
            lambda: trials.remind_of_the_end(timezone.localdate()),
            announcing.announce_where_it_changed,
            refreshing.look_after,
            catching_up.look_after,
        ):
            self.until_done(verb)

    def until_done(self, verb: Callable[[], Any]) -> Any:
        """As often as it takes: whoever rings again finds what a killed process left."""
        while True:
            done, answer = self.attempt(verb)
            if done:
                return answer

    def attempt(self, verb: Callable[[], Any]) -> tuple[bool, Any]:
        """In a process that may die; whether it did not, and the answer."""
        try:
            with self.crashes.process():
                return True, verb()
        except Killed:
            return False, None

    # --- Messages ---------------------------------------------------------------------------------

    def carry(self, *, all_of_them: bool) -> int:
        """Take what Stripe says to our address, in any order; answers how much that was."""
        with self.house.standin.working(reading=True) as standin:
            held = [row for row in standin.outbox if row["state"] == "held"]
        going = [row for row in held if all_of_them or self.chance.random() >= LATE]
        going += [row for row in going if self.chance.random() < TWICE]
        self.chance.shuffle(going)
        for row in going:
            self._deliver(row)
        return len(going)

    def _deliver(self, row: Obj) -> None:
        with self.house.standin.working(reading=True) as standin:
            letter = deliveries.letter(standin, row)
        assert letter is not None
        _, status = self.attempt(lambda: self._post(letter))
        with self.house.standin.working(reading=True) as standin:
            deliveries.record(standin, row, status)
        self.carried += 1

    def _post(self, letter: deliveries.Letter) -> int:
        signed = {"Stripe-Signature": letter.headers()["Stripe-Signature"]}
        answer = self.client.post(
            "/stripe/webhook/", letter.body, content_type="application/json", headers=signed
        )
        return answer.status_code

    # --- Work -------------------------------------------------------------------------------------

    def work(self) -> None:
        """Drain until nothing of ours waits: by one worker or by two, which may die and are started again.

        What other apps were asked to do is left out: mails, and the announcing of leads.
        """
        for _ in range(500):
            Job.objects.exclude(task__startswith="billing.").delete()
            # What a dead worker had leased comes back; here its minute is over at once.
            if not Job.objects.update(due_at="2020-01-01T00:00:00Z"):
                return
            if self.chance.random() < 0.3:
                self._drain_side_by_side()
            else:
                self.drained += self.attempt(lambda: drain(seconds=20))[1] or 0
        raise AssertionError("The work does not come to an end.")

    def _drain_side_by_side(self) -> None:
        with ThreadPoolExecutor(2) as workers:
            self.drained += sum(workers.map(lambda _: self._drain_and_hang_up(), range(2)))
        self.side_by_side += 1

    def _drain_and_hang_up(self) -> int:
        try:
            return self.attempt(lambda: drain(seconds=20))[1] or 0
        finally:
            connections.close_all()

    def become_quiet(self) -> None:
        """Until everything that was said has been heard and done."""
        for _ in range(50):
            self.work()
            if not self.carry(all_of_them=True):
                return
        raise AssertionError("It does not become quiet.")

    # --- What others decide -----------------------------------------------------------------------

    def customer_of(self, buyer: Buyer) -> str:
        """Their customer at Stripe that has subscriptions, as Stripe knows it."""
        marked = [
            one["id"]
            for one in self.objects.get("customer", {}).values()
            if one["metadata"].get("organisation") == str(buyer.organisation)
        ]
        busy = {one["customer"] for one in self.objects.get("subscription", {}).values()}
        return next((one for one in marked if one in busy), "")

    def step(self, act: Callable[[World, Buyer], None]) -> None:
        """Some days pass: people act, messages arrive, work is done."""
        self.pass_time(self.chance.choice(STEPS))
        for buyer in self.book.buyers:
            act(self, buyer)
        self.carry(all_of_them=False)
        self.daily()
        self.work()

    def months_lived(self) -> int:
        began = min(one.anchor for one in self.book.buyers)
        today = self.now.date()
        months = (today.year - began.year) * 12 + today.month - began.month - (today.day < began.day)
        return months * len(self.book.buyers)
