"""The measurements of the privacy engine still run; how fast is for `make bench` to say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import ROOT

TARGETS = {"T15", "T16", "T17", "T18", "T19", "T20", "T21", "T22"}


@pytest.mark.prove
def test_every_target_is_measured(tmp_path: Path) -> None:
    result = tmp_path / "measured.json"

    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.privacy", "--rows", "1000", "--rounds", "1", "--result", str(result)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip

    measured = json.loads(result.read_text())["targets"] if result.exists() else []
    assert {each["target"] for each in measured} == TARGETS, ran.stderr[-3000:]
    assert all(each["rows"] == 1000 for each in measured)
