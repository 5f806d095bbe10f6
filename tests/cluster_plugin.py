"""Starts a Postgres and a Valkey for the tests alone, before the settings are read."""

import atexit
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from types import FrameType

import pytest

from config.databases import ROLES, role_password
from config.embedded import start_postgres, start_valkey
from config.roles import create_roles

_stops: list = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Runs once, in the process that starts the workers; they inherit its environment."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        start()
    return (yield)


def pytest_unconfigure() -> None:
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        stop()


def start() -> None:
    """Start both servers and tell the settings, through the environment, where they are."""
    folder = Path(tempfile.mkdtemp(prefix="opmaat-test-"))
    folder.chmod(0o711)  # an unprivileged Postgres passes through it when root runs the tests
    _stops.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    atexit.register(stop)
    previous = signal.getsignal(signal.SIGTERM)
    if previous is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _leave)
    # No checkpoint disturbs a test; nothing here has to survive the machine.
    cluster = start_postgres(folder / "postgres", fsync=False, extra={"max_connections": "200"})
    _stops.append(lambda: cluster.stop(timeout=5))
    valkey = start_valkey(folder / "valkey")
    _stops.append(lambda: valkey.stop(timeout=5))
    secret_key = os.environ.setdefault("SECRET_KEY", secrets.token_hex(32))
    urls = create_roles(
        cluster.url(),
        passwords={role: role_password(role, secret_key=secret_key) for role in ROLES},
        owner_creates_databases=True,
        durable=False,
    )
    os.environ.update(urls.environment())
    os.environ.pop("DATABASE_URL", None)
    os.environ["TEST_SUPERUSER_DATABASE_URL"] = cluster.url()
    os.environ["TEST_POSTGRES_LOG"] = str(folder / "postgres" / "postgres.log")
    os.environ["REDIS_URL"] = valkey.url
    os.environ["KEY_STORE_DIR"] = str(folder / "keys")
    os.environ["LEDGER_DIR"] = str(folder / "ledger")
    os.environ["BACKUP_DIR"] = str(folder / "backups")
    os.environ["EXPORT_DIR"] = str(folder / "exports")
    os.environ.setdefault("KEY_STORE_SECRET", secrets.token_hex(32))
    os.environ.setdefault("BACKUP_SECRET", secrets.token_hex(32))
    os.environ["EMBEDDED"] = "1"


def stop() -> None:
    """Stop what was started, last first; safe to call twice."""
    while _stops:
        _stops.pop()()


def _leave(number: int, frame: FrameType | None) -> None:
    stop()
    sys.exit(128 + number)
