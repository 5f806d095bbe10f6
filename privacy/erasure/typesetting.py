"""A certificate as PDF, set by typst in a process of its own that may take so long and no longer.

The template is a file of ours and never changes; what it shows comes to it as data, never as text of the
template. Run as a program it reads the data as JSON and writes the PDF.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).with_name("certificate.typ")
TIMEOUT_SECONDS = 20


class NotSet(RuntimeError):
    """The PDF could not be made; the JSON says the same."""


def pdf(data: Mapping[str, Any]) -> bytes:
    """Set one certificate. Raises NotSet."""
    try:
        done = subprocess.run(
            [sys.executable, str(Path(__file__))],
            input=json.dumps(data).encode(),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=True,
            env={"SOURCE_DATE_EPOCH": "0"},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as failed:
        raise NotSet(type(failed).__name__) from None
    return done.stdout


def _main() -> None:
    import typst

    data = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(typst.compile(str(TEMPLATE), sys_inputs={"data": data}, ignore_system_fonts=True))


if __name__ == "__main__":
    _main()
