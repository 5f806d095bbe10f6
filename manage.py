#!/usr/bin/env python
"""Django's command line. Beside a running ``make run`` it talks to that one's database and broker."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line


def read_what_the_supervisor_wrote() -> None:
    """Take the variables of var/run.env that are not set already; it exists while the supervisor runs."""
    try:
        folder = os.environ.get("VAR_DIR") or Path(__file__).resolve().parent / "var"
        lines = Path(folder, "run.env").read_text().splitlines()
    except OSError:
        return
    if any(name in os.environ for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "APP_DATABASE_URL")):
        return
    for line in lines:
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    read_what_the_supervisor_wrote()
    execute_from_command_line(sys.argv)
