"""Kills workers while they drain, then counts what was done. Also the worker's own ``-A`` module."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psutil

ROOT = Path(__file__).resolve().parents[2]
#: How long a killed worker's jobs wait here; a minute in the product.
LEASE = timedelta(seconds=2)
TASK = "tests.storm"

if os.environ.get("STORM_WORKER"):
    import django

    django.setup()

    from config import celery
    from delivery import jobs, leases
    from tests.delivery.conftest import leave_mark

    app = celery.app
    leases.LEASE = LEASE

    @jobs.handler(TASK)
    def slowly(call: jobs.JobCall) -> None:
        """Slow enough that a kill falls between two effects."""
        leave_mark(call)
        time.sleep(0.004)


@dataclass
class Outcome:
    """What a storm left behind."""

    kills: int
    left: int
    buried: int
    missing: int
    doubled: int
    foreign: int
    mails_missing: int
    mails_doubled: int

    @property
    def clean(self) -> bool:
        return not any(getattr(self, name) for name in self.__dataclass_fields__ if name != "kills")


class Worker:
    """A real Celery worker with two children, in a process group of its own."""

    def __init__(self, environment: dict[str, str], log: IO[bytes]) -> None:
        self.environment, self.log = environment, log
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "tests.delivery.kill_storm", "worker"]
        command += ["--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.process = subprocess.Popen(
            [*command, "--loglevel", "WARNING"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill_child(self) -> bool:
        """kill -9 one child; False while there is none yet."""
        children = psutil.Process(self.process.pid).children()
        if not children:
            return False
        random.choice(children).kill()
        return True

    def kill_all(self) -> bool:
        """kill -9 the worker with its children, and start another."""
        self.stop()
        self.start()
        return True

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def environment(database: str) -> dict[str, str]:
    """What a worker needs to work on the tests' database instead of the one the settings name."""
    found = dict(os.environ) | {"STORM_WORKER": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    for name, value in os.environ.items():
        if name.endswith("_DATABASE_URL") and not name.startswith("TEST_"):
            found[name] = urlunsplit(urlsplit(value)._replace(path=f"/{database}"))
    return found


def brew(
    *,
    kills: int,
    database: str,
    ring: Callable[[], object],
    effects: Callable[[], int],
    waiting: Callable[[], int],
    patience: float,
    log: IO[bytes],
) -> int:
    """Let workers work, kill them ``kills`` times, each after some more effects, then let them end."""
    worker = Worker(environment(database), log)
    killed, seen, deadline = 0, 0, time.monotonic() + patience
    try:
        while waiting() and time.monotonic() < deadline:
            ring()
            time.sleep(random.uniform(0.05, 0.25))
            if killed < kills and effects() > seen:
                seen = effects()
                killed += worker.kill_all() if killed % 2 else worker.kill_child()
    finally:
        worker.stop()
    return killed


def judge(
    *,
    kills: int,
    left: int,
    buried: int,
    expected: dict[UUID, list[UUID]],
    done: dict[UUID, list[UUID]],
    mails: list[str],
    arrived: list[str],
) -> Outcome:
    """Compare what was asked with what was done, per organisation."""
    wanted = {org: Counter(things) for org, things in expected.items()}
    got = {org: Counter(done[org]) for org in expected}
    letters, delivered = Counter(mails), Counter(arrived)
    return Outcome(
        kills=kills,
        left=left,
        buried=buried,
        missing=sum((wanted[org] - got[org]).total() for org in wanted),
        doubled=sum(count - 1 for org in got for count in got[org].values()),
        foreign=sum(1 for org in got for thing in got[org] if thing not in wanted[org]),
        mails_missing=(letters - delivered).total(),
        mails_doubled=sum(count - 1 for count in delivered.values()),
    )
