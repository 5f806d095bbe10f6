"""T17: what visitors notice while a sweep deletes a million requests.

Requests are submitted to a real server, alternately with and without a sweep running beside it. So many go at
once where one organisation's do, because it left or chose a shorter period: they lie side by side.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path
from typing import Any, Self

from django.db import connections

from benchmarks import client
from benchmarks.privacy.figures import figure
from benchmarks.privacy.filling import ROWS_OF_A_LEAD, empty, fill_leads
from benchmarks.privacy.scale import Scale
from tests.house import Keeper, Shop, free_port
from tests.visitors import sendings

TARGETS = ("T17",)
#: More than a server answers in a second.
SENT = 3_000
#: What a machine does beside differs from second to second: many short turns tell more than a few long ones.
TURNS = 3


def measure(scale: Scale) -> list[dict[str, Any]]:
    fill_leads(scale, periods=1)
    shop, port = _shop(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        addresses = {"PUBLIC_URL": f"http://localhost:{port}", "PORT": str(port)}
        environment = dict(os.environ) | addresses | {"DJANGO_SETTINGS_MODULE": "benchmarks.product_settings"}
        web = Keeper("web", [f"web=public={port}"], environment, Path(folder), port, "/readyz")
        try:
            web.await_ready()
            idle, purging, purged = _rounds(shop, port, scale)
        finally:
            web.stop()
            empty("leads_lead", "delivery_job")
    rate = statistics.median(p.rate / i.rate for i, p in zip(idle, purging, strict=True))
    slow = statistics.median(p.percentile(99) / i.percentile(99) for i, p in zip(idle, purging, strict=True))
    return [
        figure("T17", "submissions/s while purging ÷ idle", rate, must=0.8, goal=0.9),
        figure("T17", "p99 of a submission while purging ÷ idle", slow, must=1.5, at_most=True),
        figure("T17", "rows/s purged meanwhile, parts counted", statistics.median(purged), must=30_000),
    ]


def _rounds(shop: Shop, port: int, scale: Scale) -> tuple[list[client.Load], list[client.Load], list[float]]:
    """The two kinds of rounds in turn, and how many rows a second went meanwhile."""
    idle, purging, purged = [], [], []
    _drive(shop, port, scale.seconds, seed=1000 * scale.seed)
    for number in range(TURNS * scale.rounds):
        idle.append(_drive(shop, port, scale.seconds, seed=1000 * scale.seed + 2 * number + 1))
        with Sweep() as sweep:
            purging.append(_drive(shop, port, scale.seconds, seed=1000 * scale.seed + 2 * number + 2))
        purged.append(sweep.rows / sweep.seconds * ROWS_OF_A_LEAD)
        sys.stderr.write(
            f"    idle {idle[-1].rate:.0f}/s, purging {purging[-1].rate:.0f}/s beside {purged[-1]:.0f} rows/s\n"
        )
    return idle, purging, purged


def _drive(shop: Shop, port: int, seconds: float, *, seed: int) -> client.Load:
    path = f"/c/{shop.key}/?lang=nl"
    some = islice(sendings(shop, seed=seed), int(SENT * seconds) + 100)
    sent = [client.post(path, each.body, address=each.address) for each in some]
    return client.drive(port, sent, seconds=seconds)


class Sweep:
    """A sweep of leads in a thread, ended at the end of the block; the next goes on where it stopped.

    Where the rows are used up before, the rest of the time counts as time in which none went.
    """

    rows, seconds = 0, 0.0

    def __enter__(self) -> Self:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.began = time.perf_counter()
        self.thread.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.stop.set()
        self.thread.join()
        self.seconds = time.perf_counter() - self.began

    def _run(self) -> None:
        from privacy import registry, retention

        swept = next(each for each in registry.swept() if each.label == "leads.Lead")
        planned, progress = retention.plan(swept), retention.Progress()
        try:
            while not self.stop.is_set() and retention.delete_slice(planned, progress):
                time.sleep(progress.pause)
        finally:
            self.rows = progress.deleted
            connections.close_all()


def _shop() -> Shop:
    """The configurator that the house published, as its visitors know it."""
    from configurators.models import Configurator, ConfiguratorVersion
    from configurators.notices import notice_wording
    from organisations.models import Organisation
    from tenancy.context import tenant

    organisation = Organisation.objects.get()
    with tenant(organisation.pk):
        version = ConfiguratorVersion.objects.get()
        key = Configurator.objects.get().public_key
    return Shop(key, str(organisation.pk), str(version.pk), notice_wording(organisation, "nl").sha256)
