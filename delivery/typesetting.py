"""A document as PDF, set by typst in a process of its own that may take so long and no longer.

Templates are files of ours and never change; what one shows comes to it as data, never as text of it.
Run as a program it reads the data as JSON and writes the PDF.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 20


class NotSet(RuntimeError):
    """The PDF could not be made."""


def pdf(
    template: Path,
    data: Mapping[str, Any],
    *,
    to_be_kept: bool = False,
    for_everybody: bool = False,
    seconds: float = TIMEOUT_SECONDS,
) -> bytes:
    """Set one document. Raises NotSet.

    ``to_be_kept``: as PDF/A-3b, which may carry the same document as a file for programs.
    ``for_everybody``: as PDF/UA-1, which can be read aloud.
    """
    standards = [name for name, wanted in (("a-3b", to_be_kept), ("ua-1", for_everybody)) if wanted]
    try:
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), str(template), *standards],
            input=json.dumps(data).encode(),
            capture_output=True,
            timeout=seconds,
            check=True,
            env={"SOURCE_DATE_EPOCH": "0"},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as failed:
        raise NotSet(type(failed).__name__) from None
    return done.stdout


def _main(template: str, *standards: Any) -> None:
    import typst

    data = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(
        typst.compile(
            template,
            sys_inputs={"data": data},
            ignore_system_fonts=True,
            pdf_standards=list(standards),
        )
    )


if __name__ == "__main__":
    _main(*sys.argv[1:])
