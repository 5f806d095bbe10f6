"""Postgres's own programs, told where to connect by their environment: a command line shows to everyone."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class PostgresFailed(RuntimeError):
    """One of the programs ended with an error, which is left out: it may quote a row."""


def program(name: str) -> str:
    """Where ``pg_dump`` or ``pg_restore`` is; of the server's version or newer."""
    folder = settings.POSTGRES_PROGRAMS
    found = str(Path(folder) / name) if folder else shutil.which(name)
    if not found or not Path(found).exists():
        raise PostgresFailed(f"{name} was not found: install Postgres's client, or set POSTGRES_PROGRAMS.")
    return found


def database_of(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


def start(name: str, *arguments: str, url: str, **pipes: Any) -> "subprocess.Popen[bytes]":
    given = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    told = {_VARIABLES[key]: value for key, value in given.items() if key in _VARIABLES}
    clean = {key: value for key, value in os.environ.items() if not key.endswith(("_URL", "_SECRET", "_KEY"))}
    return subprocess.Popen(  # noqa: S603  a program of ours with arguments of ours
        [program(name), *arguments], env=clean | told, stderr=subprocess.DEVNULL, cwd="/", **pipes
    )


def feed(name: str, *arguments: str, url: str = "", chunks: Iterable[bytes]) -> None:
    """Run a program on a stream. Raises PostgresFailed, and whatever the stream raises."""
    process = start(name, *arguments, url=url, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    try:
        for chunk in chunks:
            process.stdin.write(chunk)
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has seen enough, or failed: its exit code tells
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.wait() != 0:
        raise PostgresFailed(f"{name} ended with an error.")
