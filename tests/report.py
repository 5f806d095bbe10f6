"""How a long test tells its figures: to the reader, and to ``python -m tests.prove`` if that is who asked."""

import json
import os
from pathlib import Path


def report(**figures: int | float | str) -> None:
    """Print the figures; PROOF_FIGURES names the file that collects them, one line of JSON per test."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0].rpartition("::")[2]
    print(f"{test}: " + ", ".join(f"{name} {value}" for name, value in figures.items()))
    if collected := os.environ.get("PROOF_FIGURES"):
        with Path(collected).open("a") as file:
            file.write(json.dumps({"test": test, **figures}) + "\n")
