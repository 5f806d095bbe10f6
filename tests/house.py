"""A house of its own: Postgres, Valkey and the product's processes, apart from every other database.

For what must kill or measure real processes. Only what it started itself is ever stopped or killed.
"""

import atexit
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psutil

from config import embedded
from config.children import answers
from config.databases import ROLES, role_password
from config.roles import create_roles

ROOT = Path(__file__).resolve().parents[1]
#: Much longer than a start takes, since this machine may be doing other things too.
READY_WITHIN = 180.0


@dataclass(frozen=True, slots=True)
class Shop:
    """The configurator that was published in a house, as ``tests.shop`` tells it."""

    key: str
    organisation_id: str
    version_id: str
    notice_sha256: str


class Keeper:
    """Some of the product's processes, under one that starts each again when it ends (tests.house_part)."""

    def __init__(
        self, name: str, roles: list[str], environment: dict[str, str], folder: Path, port: int, path: str
    ) -> None:
        self.log = folder / f"{name}.log"
        self.pids = folder / f"{name}.pids"
        self.roles = [role.partition("=")[0] for role in roles]
        self.port, self.path = port, path
        command = [sys.executable, "-m", "tests.house_part", str(os.getpid()), str(self.pids), *roles]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip

    def await_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not all(self._ready(role) for role in self.roles):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.roles} did not start:\n{embedded.tail(self.log, lines=25)}")
            time.sleep(0.05)

    def _ready(self, role: str) -> bool:
        return answers(self.port, self.path) if role == "web" else self.pids.with_suffix(f".{role}").exists()

    def pid(self, role: str) -> int:
        """The first process of a role; another one after each end."""
        return int(json.loads(self.pids.read_text())[role])

    def kill(self, role: str) -> bool:
        """kill -9 all processes of a role; False while there are none."""
        try:
            os.killpg(self.pid(role), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def kill_child(self, role: str) -> bool:
        """kill -9 one process of a role that is not its first; False while there is none."""
        try:
            children = psutil.Process(self.pid(role)).children(recursive=True)
            secrets.choice(children).kill()
        except (psutil.NoSuchProcess, IndexError):
            return False
        return True

    def stop(self) -> None:
        """Ask all of them to end, and make sure."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        if self.process.poll() is None:
            for role in self.roles:
                self.kill(role)
            self.process.kill()
            self.process.wait()


class House:
    """Start the stores, prepare them, keep processes running; ``close`` ends it all in reverse."""

    def __init__(
        self, *, postgres: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="opmaat-house-"))
        self.folder.chmod(0o711)  # an unprivileged Postgres passes through it when root runs this
        self.postgres_settings = dict(postgres or {})
        self.keepers: list[Keeper] = []
        self.valkey: embedded.Server | None = None
        self.closed = False
        atexit.register(self.close)
        self.cluster = self._start_cluster()
        try:
            self.valkey = self._start_broker()
            self.environment = self._environment(dict(environment or {}))
        except BaseException:
            self.close()
            raise

    def _start_cluster(self) -> embedded.Cluster:
        return embedded.start_postgres(self.folder / "postgres", extra=self.postgres_settings)

    def _start_broker(self) -> embedded.Server:
        return embedded.start_valkey(self.folder / "valkey")

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        """Secrets are this process's own where it has any, so that it can sign what visitors send."""
        secret_key = os.environ.setdefault("SECRET_KEY", secrets.token_hex(32))
        key_secret = os.environ.setdefault("KEY_STORE_SECRET", secrets.token_hex(32))
        urls = create_roles(
            self.cluster.url(),
            passwords={role: role_password(role, secret_key=secret_key) for role in ROLES},
        )
        inherited = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        assert self.valkey is not None
        ours = {
            "SECRET_KEY": secret_key,
            "KEY_STORE_SECRET": key_secret,
            "REDIS_URL": self.valkey.url,
            "KEY_STORE_DIR": str(self.folder / "keys"),
            "LEDGER_DIR": str(self.folder / "ledger"),
            "BACKUP_DIR": str(self.folder / "backups"),
            "BACKUP_SECRET": secrets.token_hex(32),
            "EXPORT_DIR": str(self.folder / "exports"),
            "EMBEDDED": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            # Each visitor of ours has an address of its own, as behind a proxy.
            "TRUSTED_PROXIES": "1",
            "PYTHONUNBUFFERED": "1",
        }
        return inherited | ours | urls.environment() | more

    # --- The database ---------------------------------------------------------------------------

    def open_shop(self, starter: str = "veranda") -> Shop:
        """Migrate, found an organisation and publish one configurator, with the product's own verbs."""
        result = subprocess.run(
            [sys.executable, "-m", "tests.shop", starter],
            cwd=ROOT, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        if result.returncode:
            raise RuntimeError(f"The shop did not open:\n{result.stderr[-3000:]}")
        return Shop(**json.loads(result.stdout.splitlines()[-1]))

    @property
    def superuser_url(self) -> str:
        return self.cluster.url(database="opmaat")

    def kill_postgres(self, *, everyone: bool = False) -> None:
        """kill -9 the postmaster, or with it every backend at the same moment."""
        doomed = [psutil.Process(self.cluster.pid)]
        if everyone:
            doomed += doomed[0].children(recursive=True)
        for process in doomed:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.cluster.process.wait()

    def start_postgres_again(self) -> None:
        """Crash recovery included, if it was killed."""
        self.cluster = self._start_cluster()

    def restart_postgres(self, settings: Mapping[str, str]) -> None:
        """Stop it properly and start it with other settings."""
        self.cluster.stop()
        self.postgres_settings |= settings
        self.start_postgres_again()

    def kill_broker(self) -> None:
        assert self.valkey is not None
        self.valkey.process.kill()
        self.valkey.process.wait()

    def start_broker_again(self) -> None:
        self.valkey = self._start_broker()

    # --- The product ----------------------------------------------------------------------------

    def keep(
        self, *roles: str, application: str = "public", path: str = "/readyz", **environment: str
    ) -> Keeper:
        """Keep ``web``, ``worker`` and ``beat`` running, or some of them; web on a free port.

        ``application`` is a name in ``config.wsgi``, or one elsewhere as ``module:name``; ``path`` is what
        it answers with 200 once it is ready.
        """
        port = free_port()
        said = [f"web={application}={port}" if role == "web" else role for role in roles]
        # The site is where a visitor's page came from.
        addresses = {"PUBLIC_URL": f"http://localhost:{port}", "PORT": str(port)}
        name = f"part-{len(self.keepers) + 1}"
        keeper = Keeper(name, said, self.environment | addresses | environment, self.folder, port, path)
        self.keepers.append(keeper)
        return keeper

    def close(self) -> None:
        """Safe to call twice."""
        if self.closed:
            return
        self.closed = True
        atexit.unregister(self.close)
        for keeper in reversed(self.keepers):
            keeper.stop()
        if self.valkey is not None:
            self.valkey.stop(timeout=5)
        self.cluster.stop(timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
