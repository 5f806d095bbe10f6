"""``python -m benchmarks.privacy [T18 …] [--rows N] [--rounds N] [--seed N]``: measure, print the table, keep var/bench-privacy.json.

What is measured again replaces what the file said about those targets. Ratios within one run count: the
machine, and what else it does, differ from run to run.
"""

import argparse
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import django

import benchmarks.privacy
from benchmarks.privacy.scale import ROWS, Scale
from tests.house import ROOT, House

RESULT = ROOT / "var" / "bench-privacy.json"
#: Postgres as it is set up where a million leads are kept (docs/operations.md), for both sides of each ratio.
POSTGRES = {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.privacy", description=__doc__)
    parser.add_argument("targets", nargs="*", help="names of targets; all without any")
    parser.add_argument("--rows", type=int, default=ROWS, help="how many leads there are")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--result", type=Path, default=RESULT)
    given = parser.parse_args(arguments)
    scale = Scale(given.rows, given.rounds, given.seed)
    figures = []
    with House(postgres=POSTGRES) as house:
        os.environ.update(house.environment, BENCH_SUPERUSER_URL=house.superuser_url)
        house.open_shop()
        django.setup()
        for module in _measurements(set(given.targets)):
            measured = [each | asdict(scale) for each in module.measure(scale)]
            _keep(measured, given.result)
            figures += measured
    _print(figures, scale)
    return 0 if all(each["passed"] for each in figures) else 1


def _measurements(wanted: set[str]) -> Iterator[ModuleType]:
    """The modules that measure something wanted, by name."""
    for found in pkgutil.iter_modules(benchmarks.privacy.__path__):
        if found.name == "__main__":
            continue
        module = import_module(f"benchmarks.privacy.{found.name}")
        if hasattr(module, "measure") and (not wanted or wanted & set(module.TARGETS)):
            sys.stderr.write(f"  {found.name}\n")
            yield module


def _keep(figures: list[dict[str, Any]], path: Path) -> None:
    known = json.loads(path.read_text())["targets"] if path.exists() else []
    measured = {each["target"] for each in figures}
    targets = [each for each in known if each["target"] not in measured] + figures
    path.parent.mkdir(exist_ok=True)
    result = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "targets": sorted(targets, key=lambda each: each["target"]),
    }
    path.write_text(json.dumps(result, indent=1) + "\n")


def _print(figures: list[dict[str, Any]], scale: Scale) -> None:
    print(
        f"\n{scale.rows} leads, {scale.rounds} rounds, seed {scale.seed}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'target':<6}{'':<58}{'value':>10}{'must':>9}{'goal':>9}")
    for each in figures:
        sign = "≤" if each["at_most"] else "≥"
        goal = "–" if each["goal"] is None else sign + format(each["goal"], "g")
        verdict = "goal reached" if each["goal_reached"] else "reached" if each["passed"] else "MISSED"
        print(
            f"{each['target']:<6}{each['what']:<58}{_short(each['value']):>10}"
            f"{sign + format(each['must'], 'g'):>9}{goal:>9}  {verdict}"
        )


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 1000 else f"{value:.4g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
