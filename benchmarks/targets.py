"""What the figures must be, and what they should be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Target:
    """``must`` and ``goal`` are least values, or greatest where ``at_most``."""

    name: str
    what: str
    value: Callable[[Figures], float]
    must: float
    goal: float
    at_most: bool = False

    def judge(self, figures: Figures) -> dict[str, Any]:
        value = round(self.value(figures), 3)
        reached = self._holds(value, self.must)
        return {
            "target": self.name, "what": self.what, "value": value, "must": self.must, "goal": self.goal,
            "at_most": self.at_most, "passed": reached, "goal_reached": self._holds(value, self.goal),
        }  # fmt: skip

    def _holds(self, value: float, bound: float) -> bool:
        return value <= bound if self.at_most else value >= bound


def _ratio(measure: str, one: str, other: str) -> Callable[[Figures], float]:
    return lambda figures: figures[one][measure] / figures[other][measure]


def _figure(measure: str, variant: str) -> Callable[[Figures], float]:
    return lambda figures: figures[variant][measure]


TARGETS = [
    Target("T1", "submit ÷ bare insert, requests/s", _ratio("rate", "submit", "bare insert"), 0.80, 1.0),
    Target("T2", "submit ÷ bare insert, server CPU", _ratio("server_us", "submit", "bare insert"), 1.5, 1.1, True),
    Target("T3", "submit ÷ bare insert, Postgres CPU", _ratio("postgres_us", "submit", "bare insert"), 1.4, 1.1, True),
    Target("T7", "submit, p99 ÷ p50 at 16 connections", _figure("spread", "submit"), 3, 2, True),
    Target("T8a", "round trips to Postgres per submit", _figure("postgres", "round trips"), 1, 1, True),
    Target("T8b", "round trips to Postgres per replay", _figure("postgres, replay", "round trips"), 2, 2, True),
    Target("T8c", "commands to Valkey per submit, cache and broker", _figure("valkey", "round trips"), 0, 0, True),
    Target("T9", "price ÷ no-op, requests/s", _ratio("rate", "price", "no-op"), 0.65, 0.75),
    Target("P1", "proof of a large draft, in evaluations of it", _figure("evaluations", "proof"), 50_000, 20_000, True),
    Target("P2", "large drafts proved to the end", _figure("proved", "proof"), 1, 1),
    Target("P3", "price update in the browser, ms", _figure("median_ms", "reckoning"), 4, 2, True),
    Target("P4", "the slowest of 200 such updates, ms", _figure("worst_ms", "reckoning"), 16, 8, True),
    Target("P5", "exact ÷ floating point, in the browser", _figure("exact_by_float", "reckoning"), 10, 4, True),
    Target("P6", "exact ÷ floating point, on the server", _figure("exact_by_float, server", "reckoning"), 20, 8, True),
    Target("P7", "evaluations a second on the server", _figure("evaluations", "reckoning"), 100, 1000),
    Target("P8", "element with style and engine, kB gzipped", _figure("element_kb", "reckoning"), 25, 20, True),
    Target("P9", "largest definition of the demo, kB gzipped", _figure("definition_kb", "reckoning"), 15, 5, True),
    Target("T10a", "page, cached ÷ no-op, requests/s", _ratio("rate", "page, cached", "no-op"), 0.6, 0.7),
    Target("T10b", "page, cached ÷ rendered, requests/s", _ratio("rate", "page, cached", "page, rendered"), 4, 7),
]  # fmt: skip
