"""What the servers themselves count: their CPU time, Postgres its statements, Valkey its commands."""

from collections.abc import Iterable
from dataclasses import dataclass

import psutil
import psycopg
import redis

#: What counting itself asks.
_OURS = ("info", "config|resetstat", "config")


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """Statements and commands per request."""

    postgres: float
    valkey: float


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of the processes and all below them, those that ended included."""
    total = 0.0
    for pid in pids:
        top = psutil.Process(pid)
        spent = top.cpu_times()
        total += spent.user + spent.system + spent.children_user + spent.children_system
        for process in top.children(recursive=True):
            try:
                own = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += own.user + own.system
    return total


class Counters:
    """Round trips, counted where they arrive."""

    def __init__(self, superuser_url: str, redis_url: str) -> None:
        self.postgres = psycopg.connect(superuser_url, autocommit=True)
        self.valkey = redis.Redis.from_url(redis_url)

    def reset(self) -> None:
        self.postgres.execute("SELECT pg_stat_statements_reset()")
        self.valkey.config_resetstat()

    def per_request(self, requests: int) -> RoundTrips:
        """Statements of the product's own role, and whatever reached Valkey: cache and broker are both there."""
        row = self.postgres.execute(
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE userid = 'app'::regrole"
        ).fetchone()
        assert row is not None
        commands = self.valkey.info("commandstats")
        calls = sum(
            int(told["calls"])
            for name, told in commands.items()
            if name.removeprefix("cmdstat_") not in _OURS
        )
        return RoundTrips(float(row[0]) / requests, calls / requests)

    def close(self) -> None:
        self.postgres.close()
        self.valkey.close()
