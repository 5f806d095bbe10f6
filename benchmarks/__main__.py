"""``python -m benchmarks [--quick]``: measure in alternation, print the table, keep it in var/bench.json.

A Postgres that syncs, granian with two single-threaded workers, the production middleware. Only ratios
inside one run mean something: the machine, and what else it does, differ from run to run.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import django
import psycopg

from benchmarks.bare_schema import SCHEMA
from tests.house import ROOT, House, Keeper, Shop

RESULT = ROOT / "var" / "bench.json"
_COUNTED = 200
_WARM_SECONDS = 0.4


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three short rounds")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0, help="length of one variant in one round")
    parser.add_argument("--only", default="", help="variants by name, separated by semicolons")
    given = parser.parse_args(arguments)
    rounds = given.rounds or (3 if given.quick else 9)
    seconds = given.seconds or (1.5 if given.quick else 3.0)
    with House() as house:
        os.environ.update(house.environment)  # this process signs what visitors send
        bench = Bench(house)
        names = [name for name in given.only.split(";") if name]
        result = bench.run(rounds=rounds, seconds=seconds, only=names)
    _print(result)
    if not names:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
    return 0 if all(judged["passed"] for judged in result["targets"]) else 1


class Bench:
    """A house with both servers, and what was measured in it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.shop: Shop = house.open_shop()
        with psycopg.connect(house.superuser_url) as owner:
            owner.execute(SCHEMA)
        self.servers: dict[str, Keeper] = {
            "bare": house.keep(
                "web", application="benchmarks.bare:application", path="/alive",
                DJANGO_SETTINGS_MODULE="benchmarks.bare_settings",
            ),
            "product": house.keep("web", DJANGO_SETTINGS_MODULE="benchmarks.product_settings"),
        }  # fmt: skip
        for server in self.servers.values():
            server.await_ready()

    def run(self, *, rounds: int, seconds: float, only: list[str]) -> dict[str, Any]:
        from benchmarks.targets import TARGETS
        from benchmarks.variants import variants

        began = datetime.now(UTC)
        chosen = [each for each in variants(self.shop) if not only or each.name in only]
        measured: dict[str, list[dict[str, float]]] = defaultdict(list)
        self._fill_caches()
        for number in range(rounds):
            # Forwards and backwards in turn, so that none always follows the same one.
            for variant in chosen if number % 2 == 0 else reversed(chosen):
                measured[variant.name].append(self._measure(variant, seconds, seed=number + 1))
            _tell(f"round {number + 1} of {rounds}")
        figures = {name: _medians(rows) for name, rows in measured.items()}
        figures["round trips"] = self._round_trips()
        figures["proof"] = _proof()
        figures["reckoning"] = _reckoning()
        targets = [] if only else [target.judge(figures) for target in TARGETS]
        return {
            "started": began.isoformat(timespec="seconds"),
            "seconds": round((datetime.now(UTC) - began).total_seconds(), 1),
            "commit": _commit(), "rounds": rounds, "seconds_each": seconds, "connections": 16,
            "cores": os.cpu_count(), "figures": figures, "targets": targets,
        }  # fmt: skip

    def _fill_caches(self) -> None:
        """As they are after the first thousands of visits; some prices are always new."""
        from benchmarks import client
        from benchmarks.variants import variants

        (price,) = [each for each in variants(self.shop) if each.name == "price"]
        client.drive(self.servers["product"].port, price.requests(1, 0), seconds=30)

    def _measure(self, variant: Any, seconds: float, *, seed: int) -> dict[str, float]:
        from benchmarks import client, meters

        server = self.servers[variant.server]
        warm = variant.requests(_WARM_SECONDS, seed + 1000)
        client.drive(server.port, warm, seconds=_WARM_SECONDS, repeat=variant.repeat)
        requests = variant.requests(seconds, seed)
        web, postgres = [server.pid("web")], [self.house.cluster.pid]
        before = meters.cpu_seconds(web), meters.cpu_seconds(postgres)
        load = client.drive(server.port, requests, seconds=seconds, repeat=variant.repeat)
        after = meters.cpu_seconds(web), meters.cpu_seconds(postgres)
        p50, p99 = load.percentile(50), load.percentile(99)
        return {
            "rate": load.rate,
            "server_us": (after[0] - before[0]) / load.requests * 1e6,
            "postgres_us": (after[1] - before[1]) / load.requests * 1e6,
            "p50_ms": p50 * 1e3,
            "p99_ms": p99 * 1e3,
            "spread": p99 / p50,
        }

    def _round_trips(self) -> dict[str, float]:
        """Counted at the servers, over submissions and then the same ones again."""
        from benchmarks import client, meters
        from tests.visitors import sendings

        port = self.servers["product"].port
        path = f"/c/{self.shop.key}/?lang=nl"
        many = islice(sendings(self.shop, seed=987), _COUNTED)
        requests = [client.post(path, each.body, address=each.address) for each in many]
        counters = meters.Counters(self.house.superuser_url, self.house.environment["REDIS_URL"])
        try:
            counters.reset()
            client.drive(port, requests, seconds=60)
            first = counters.per_request(_COUNTED)
            counters.reset()
            client.drive(port, requests, seconds=60)
            again = counters.per_request(_COUNTED)
        finally:
            counters.close()
        return {"postgres": first.postgres, "postgres, replay": again.postgres, "valkey": first.valkey}


def _proof() -> dict[str, float]:
    """Of the processor alone: no server is asked."""
    from benchmarks import proof

    _tell("proofs of large drafts")
    return proof.measure()


def _reckoning() -> dict[str, float]:
    """Of a browser, and of the server's engine alone."""
    django.setup()
    from benchmarks import reckoning

    _tell("changes of a large configurator")
    return reckoning.measure()


def _medians(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(row[name] for row in rows), 3) for name in rows[0]}


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    return found.stdout.strip() if found.returncode == 0 else "none"


def _tell(text: str) -> None:
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def _print(result: dict[str, Any]) -> None:
    print(f"\n{result['rounds']} rounds of {result['seconds_each']} s, medians, {result['cores']} cores\n")
    print(f"{'variant':<16}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'server µs':>11}{'Postgres µs':>13}")
    for name, row in result["figures"].items():
        if "rate" in row:
            print(
                f"{name:<16}{row['rate']:>9.0f}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}"
                f"{row['server_us']:>11.0f}{row['postgres_us']:>13.0f}"
            )
    print(f"\n{'target':<6}{'':<50}{'value':>8}{'must':>9}{'goal':>9}")
    for each in result["targets"]:
        sign = "≤" if each["at_most"] else "≥"
        verdict = "goal reached" if each["goal_reached"] else "reached" if each["passed"] else "MISSED"
        print(
            f"{each['target']:<6}{each['what']:<50}{each['value']:>8.3g}"
            f"{sign + format(each['must'], 'g'):>9}{sign + format(each['goal'], 'g'):>9}  {verdict}"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
