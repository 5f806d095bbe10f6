"""``python -m benchmarks.privacy [T18 …] [--rows N]``: measure, print the table, keep var/bench-privacy.json.

What is measured again replaces what the file said about those targets. Ratios within one run count: the
machine, and what else it does, differ from run to run.
"""

import argparse
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import Any

import django

import benchmarks.privacy
from tests.house import ROOT, House

RESULT = ROOT / "var" / "bench-privacy.json"
ROWS = 1_000_000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.privacy", description=__doc__)
    parser.add_argument("targets", nargs="*", help="names of targets; all without any")
    parser.add_argument("--rows", type=int, default=ROWS)
    given = parser.parse_args(arguments)
    with House() as house:
        os.environ.update(house.environment, BENCH_SUPERUSER_URL=house.superuser_url)
        house.open_shop()
        django.setup()
        figures = [
            each | {"rows": given.rows}
            for module in _measurements(set(given.targets))
            for each in module.measure(given.rows)
        ]
    _keep(figures)
    _print(figures)
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


def _keep(figures: list[dict[str, Any]]) -> None:
    known = json.loads(RESULT.read_text())["targets"] if RESULT.exists() else []
    measured = {each["target"] for each in figures}
    targets = [each for each in known if each["target"] not in measured] + figures
    RESULT.parent.mkdir(exist_ok=True)
    result = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "targets": sorted(targets, key=lambda each: each["target"]),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


def _print(figures: list[dict[str, Any]]) -> None:
    print(f"\n{'target':<6}{'':<58}{'value':>10}{'must':>9}{'goal':>9}")
    for each in figures:
        sign = "≤" if each["at_most"] else "≥"
        goal = "–" if each["goal"] is None else sign + format(each["goal"], "g")
        verdict = "goal reached" if each["goal_reached"] else "reached" if each["passed"] else "MISSED"
        print(
            f"{each['target']:<6}{each['what']:<58}{each['value']:>10.4g}"
            f"{sign + format(each['must'], 'g'):>9}{goal:>9}  {verdict}"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
