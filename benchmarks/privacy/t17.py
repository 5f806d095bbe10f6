"""T17: what visitors notice while a sweep deletes a million requests.

Requests are submitted to a real server, alternately with and without a sweep running beside it.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connections

from benchmarks import client
from benchmarks.privacy.figures import figure
from benchmarks.privacy.retention import empty, fill_leads
from tests.house import Keeper, Shop, free_port
from tests.visitors import sendings

TARGETS = ("T17",)
ROUNDS = 3
SECONDS = 4.0
#: More than a server answers in that time.
SENT = 12_000


def measure(rows: int) -> list[dict[str, Any]]:
    fill_leads(rows)
    shop, port = _shop(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        addresses = {"PUBLIC_URL": f"http://localhost:{port}", "PORT": str(port)}
        environment = dict(os.environ) | addresses | {"DJANGO_SETTINGS_MODULE": "benchmarks.product_settings"}
        web = Keeper("web", [f"web=public={port}"], environment, Path(folder), port, "/readyz")
        try:
            web.await_ready()
            idle, purging = _rounds(shop, port)
        finally:
            web.stop()
    empty()
    rate = statistics.median(p.rate / i.rate for i, p in zip(idle, purging, strict=True))
    slow = statistics.median(p.percentile(99) / i.percentile(99) for i, p in zip(idle, purging, strict=True))
    return [
        figure("T17", "submissions/s while purging ÷ idle", rate, must=0.8, goal=0.9),
        figure("T17", "p99 of a submission while purging ÷ idle", slow, must=1.5, at_most=True),
    ]


def _rounds(shop: Shop, port: int) -> tuple[list[client.Load], list[client.Load]]:
    idle, purging = [], []
    _drive(shop, port, seed=0)
    for number in range(ROUNDS):
        idle.append(_drive(shop, port, seed=2 * number + 1))
        with Sweep():
            purging.append(_drive(shop, port, seed=2 * number + 2))
    return idle, purging


def _drive(shop: Shop, port: int, *, seed: int) -> client.Load:
    path = f"/c/{shop.key}/?lang=nl"
    sent = [
        client.post(path, each.body, address=each.address) for each in islice(sendings(shop, seed=seed), SENT)
    ]
    return client.drive(port, sent, seconds=SECONDS)


class Sweep:
    """A sweep of leads in a thread, ended at the end of the block; the next goes on where it stopped."""

    def __enter__(self) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def __exit__(self, *error: Any) -> None:
        self.stop.set()
        self.thread.join()

    def _run(self) -> None:
        from privacy import registry, retention

        swept = next(each for each in registry.swept() if each.label == "leads.Lead")
        planned, progress = retention.plan(swept), retention.Progress()
        while not self.stop.is_set() and retention.delete_slice(planned, progress):
            time.sleep(progress.pause)
        assert self.stop.is_set(), "the rows were used up: ask for more"
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
