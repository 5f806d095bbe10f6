"""Acknowledged means stored: processes are killed while visitors submit, and nothing is lost or doubled.

The second test makes Postgres acknowledge too early, and must then find a loss: one that never does is blind.
"""

import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from tests.house import House, Keeper, Shop
from tests.report import report
from tests.storm import counting
from tests.storm.storm import Killer, open_house, rage
from tests.storm.submitters import Submitters

pytestmark = pytest.mark.storm

KILLS = int(os.environ.get("STORM_KILLS", "10"))
SEED = int(os.environ.get("STORM_SEED", "0")) or secrets.randbelow(10**6)
SUBMITTERS = 5
PER_SECOND = 25
MOST_CONTROL_KILLS = 20


@dataclass
class Scene:
    """A house with a shop and its processes."""

    house: House
    shop: Shop
    product: Keeper


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with House() as house:
        yield Scene(house, *open_house(house))


def test_what_was_acknowledged_is_stored_and_done_once(scene: Scene) -> None:
    killer = Killer(scene.house, scene.product, SEED)
    visitors = Submitters(scene.shop, scene.product.port, many=SUBMITTERS, per_second=PER_SECOND, seed=SEED)

    rage(killer, visitors, kills=KILLS, seconds_between=0.3, patience=60 + 4 * KILLS)
    url = scene.house.superuser_url
    counting.await_quiet(url, patience=30 + 2 * KILLS)

    found = counting.count(url, acknowledged=visitors.acknowledged, sent=visitors.sent)
    report(
        seed=SEED, kills=killer.kills.total(), acknowledged=len(visitors.acknowledged),
        retries=visitors.retries, lost=found.lost, doubled=found.doubled,
        **{f"killed {what}": many for what, many in sorted(killer.kills.items())},
    )  # fmt: skip
    assert (found.clean, visitors.refused, killer.kills.total()) == (True, [], KILLS), (found, SEED)
    # Everybody was seen off with an answer, and the database holds nothing else.
    assert found.leads == len(visitors.acknowledged) == len(visitors.sent)


def test_a_postgres_that_acknowledges_too_early_is_found_out(scene: Scene) -> None:
    with psycopg.connect(scene.house.superuser_url, autocommit=True) as connection:
        connection.execute("ALTER ROLE app SET synchronous_commit = off")
    scene.house.restart_postgres({"wal_writer_delay": "10s"})
    acknowledged: dict[str, str] = {}
    kills = 0
    lost: list[str] = []
    while not lost and kills < MOST_CONTROL_KILLS:
        visitors = Submitters(
            scene.shop, scene.product.port, many=SUBMITTERS, per_second=100, seed=SEED * 100 + kills + 1
        )
        visitors.start()
        served = _wait_for(visitors, at_least=12)
        scene.house.kill_postgres(everyone=True)
        kills += 1
        visitors.abandon()
        acknowledged |= visitors.acknowledged
        scene.house.start_postgres_again()
        lost = counting.lost(scene.house.superuser_url, acknowledged)
        assert served
    report(kills=kills, lost=len(lost), acknowledged=len(acknowledged), seed=SEED)
    assert lost, f"No loss was seen in {kills} kills: this storm could not see one."


def _wait_for(visitors: Submitters, *, at_least: int) -> bool:
    deadline = time.monotonic() + 30
    while len(visitors.acknowledged) < at_least and time.monotonic() < deadline:
        time.sleep(0.01)
    return len(visitors.acknowledged) >= at_least
