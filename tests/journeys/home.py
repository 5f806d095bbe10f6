"""The whole product on this machine: both web servers, worker and clock, on a database of its own."""

import json
import subprocess
import sys
import time
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.house import ROOT, House, Keeper, free_port

#: Much longer than anything takes; a wait ends as soon as there is something.
PATIENCE = 30.0


class Home(House):
    """A house in which everything runs. People sign in at one origin, visitors come to the other."""

    def __init__(self) -> None:
        ports = free_port(), free_port()
        self.site_url, self.public_url = (f"http://localhost:{port}" for port in ports)
        self.furnishings: dict[str, Any] | None = None
        super().__init__(
            environment={
                "SITE_URL": self.site_url,
                "PUBLIC_URL": self.public_url,
                "PORT": str(ports[0]),
                "TRUSTED_PROXIES": "0",
            }
        )
        try:
            self._run("config.prepare")
            self._open(*ports)
        except BaseException:
            self.close()
            raise

    def furnish(self) -> dict[str, Any]:
        """Fill it with what pages show: people, organisations, configurators and leads."""
        if self.furnishings is None:
            self.furnishings = json.loads(self._run("tests.journeys.furnish").splitlines()[-1])
        return self.furnishings

    def people(self) -> int:
        """How many accounts there are."""
        with psycopg.connect(self.superuser_url) as connection:
            row = connection.execute("SELECT count(*) FROM accounts_user").fetchone()
        return int(row[0]) if row else 0

    def mail(self, to: str, link: str = "") -> dict[str, str]:
        """The newest mail to an address that carries such a link, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with urllib.request.urlopen(f"{self.site_url}/mailbox/messages.json") as answer:
                messages = json.load(answer)["messages"]
            for message in messages:
                if message["to"] == to and link in message["text"]:
                    return message
            time.sleep(0.1)
        raise AssertionError(f"no mail to {to}")

    def origins(self) -> set[str]:
        return {urlsplit(url).netloc for url in (self.site_url, self.public_url)}

    def _open(self, site_port: int, public_port: int) -> None:
        for roles, port in (
            ([f"web=application={site_port}", "worker", "beat"], site_port),
            ([f"web=public={public_port}"], public_port),
        ):
            name = f"part-{len(self.keepers) + 1}"
            self.keepers.append(Keeper(name, roles, self.environment, self.folder, port, "/readyz"))
        for keeper in self.keepers:
            keeper.await_ready()

    def _run(self, module: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{done.stderr[-3000:]}")
        return done.stdout
