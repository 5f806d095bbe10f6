"""The storm: a house, visitors, and somebody who kills what he meets."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.house import House, Keeper, Shop
from tests.storm.submitters import Submitters

#: What is killed how often, of a hundred.
WEIGHTS = {"web worker": 46, "worker child": 20, "worker": 14, "web": 8, "broker": 8, "postmaster": 4}
#: Two that a short storm must have seen as well.
ALWAYS = ("postmaster", "broker", "worker", "web worker")


@dataclass(slots=True)
class Killer:
    """Kills with -9. Processes come again by their keeper, the stores because he starts them himself."""

    house: House
    product: Keeper
    seed: int
    kills: Counter[str] = field(default_factory=Counter)

    def plan(self, kills: int) -> list[str]:
        chance = random.Random(self.seed)
        drawn = chance.choices(list(WEIGHTS), weights=list(WEIGHTS.values()), k=max(0, kills - len(ALWAYS)))
        planned = [*ALWAYS[:kills], *drawn]
        chance.shuffle(planned)
        return planned

    def kill(self, what: str) -> bool:
        """False where there was nothing to kill."""
        killed: bool = getattr(self, f"_{what.replace(' ', '_')}")()
        self.kills[what] += killed
        return killed

    def _web_worker(self) -> bool:
        return self.product.kill_child("web")

    def _worker_child(self) -> bool:
        return self.product.kill_child("worker")

    def _web(self) -> bool:
        return self.product.kill("web")

    def _worker(self) -> bool:
        return self.product.kill("worker")

    def _broker(self) -> bool:
        self.house.kill_broker()
        self.house.start_broker_again()
        return True

    def _postmaster(self) -> bool:
        self.house.kill_postgres()
        self.house.start_postgres_again()
        return True


def rage(
    killer: Killer, visitors: Submitters, *, kills: int, seconds_between: float, patience: float
) -> None:
    """Kill so many times, each after somebody was served again, and see every visitor off."""
    deadline = time.monotonic() + patience
    visitors.start()
    try:
        for what in killer.plan(kills):
            served = len(visitors.acknowledged)
            time.sleep(seconds_between)
            while len(visitors.acknowledged) == served and time.monotonic() < deadline:
                time.sleep(0.02)
            while not killer.kill(what) and time.monotonic() < deadline:
                time.sleep(0.05)
            if time.monotonic() > deadline:
                break
    finally:
        visitors.stop()


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the database holds, against what was promised. All but ``leads`` must be nought."""

    leads: int
    lost: int
    doubled: int
    unasked: int
    without_parts: int
    announced_wrongly: int
    mailed_wrongly: int
    delivered_wrongly: int
    jobs_left: int
    dead_letters: int

    @property
    def clean(self) -> bool:
        return not any(getattr(self, name) for name in self.__dataclass_fields__ if name != "leads")


def open_house(house: House) -> tuple[Shop, Keeper]:
    """Open the shop and start everything that serves it; both take their time, so side by side."""
    product = house.keep("web", "worker", "beat", LEASE_SECONDS="2")
    shop = house.open_shop()
    product.await_ready()
    return shop, product
