"""Running one part in a process group of its own, and reading what came of it."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.house import ROOT
from tests.prove import proof
from tests.prove.parts import MINUTES, Part

LOGS = ROOT / "var" / "prove"
#: Where each measurement keeps its figures.
MEASURED = {"benchmarks": "bench.json", "benchmarks.privacy": "bench-privacy.json"}


def run(part: Part) -> proof.Entry:
    """Run a part to its end, or to the end of its time."""
    LOGS.mkdir(parents=True, exist_ok=True)
    figures, results = LOGS / f"{part.name}.jsonl", LOGS / f"{part.name}.xml"
    for left in (figures, results, _measured_by(part)):
        left.unlink(missing_ok=True)
    seed = str(os.environ.get(part.seed) or secrets.randbelow(10**9)) if part.seed else ""
    environment = os.environ | part.environment | {"PROOF_FIGURES": str(figures)}
    if part.seed:
        environment[part.seed] = seed
    started, began = datetime.now(UTC), time.monotonic()
    code = _wait_for(_command(part, results), environment, LOGS / f"{part.name}.log")
    read = _read_figures(part, figures, results)
    skipped = any(each.get("skipped") for each in read)
    return {
        "part": part.name,
        "outcome": "skipped"
        if skipped and code == 0
        else {0: "proved", None: "too long"}.get(code, "FAILED"),
        "seconds": round(time.monotonic() - began),
        "started": started.strftime("%Y-%m-%d %H:%M UTC"),
        "commit": proof.commit(),
        "tree": proof.tree(),
        "seed": seed,
        "figures": read,
    }


def _measured_by(part: Part) -> Path:
    return ROOT / "var" / MEASURED.get(part.module, "nothing.json")


def _command(part: Part, results: Path) -> list[str]:
    if part.module != "pytest":
        return [sys.executable, "-m", part.module, *part.tests.split()]
    options = ["-m", "prove or not prove", "-s", f"--junitxml={results}"]
    return [sys.executable, "-m", "pytest", *part.tests.split(), *options]


def _wait_for(command: list[str], environment: dict[str, str], log: Path) -> int | None:
    """The exit code, or None when the time was up."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            return process.wait(MINUTES * 60)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let it clear up; then see that nothing of its group is left."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _read_figures(part: Part, figures: Path, results: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if results.exists():
        suite = ElementTree.parse(results).getroot().find("testsuite")
        assert suite is not None
        counts = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
        found.append({name: count for name, count in counts.items() if count or name == "tests"})
    if figures.exists():
        found += [json.loads(line) for line in figures.read_text().splitlines()]
    if (written := _measured_by(part)).is_file():  # there is none where a measurement broke off
        measured = json.loads(written.read_text())
        found += [
            {
                "test": each["target"],
                each["what"]: each["value"],
                "must be": each["must"],
                "goal": each["goal"],
            }
            for each in measured["targets"]
        ]
    return found
