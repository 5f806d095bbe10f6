"""The whole product on this machine: web servers, worker, clock, and a stand-in for Stripe."""

import json
import subprocess
import sys
import time
import urllib.request
from typing import Any, LiteralString
from urllib.parse import urlsplit

import psycopg
from celery import Celery

from billing.standin import control
from billing.standin.server import StandIn
from config.celery import broker_url
from tests.house import ROOT, House, Keeper, free_port

#: Much longer than anything takes; a wait ends as soon as there is something.
PATIENCE = 60.0
#: What the stand-in signs its webhooks with.
_SIGNS = "whsec_journeys"


class Home(House):
    """A house in which everything runs. People sign in at one origin, visitors come to the other."""

    def __init__(self) -> None:
        ports = free_port(), free_port()
        self.site_url, self.public_url = (f"http://localhost:{port}" for port in ports)
        self.furnishings: dict[str, Any] | None = None
        self.stripe = StandIn()
        self.stripe.start()
        super().__init__(
            environment={
                "SITE_URL": self.site_url,
                "PUBLIC_URL": self.public_url,
                "PORT": str(ports[0]),
                "TRUSTED_PROXIES": "0",
                "STRIPE_SECRET_KEY": self.stripe.key,
                "STRIPE_API_URL": self.stripe.url,
                "STRIPE_PAGES": self.stripe.url,
                "STRIPE_WEBHOOK_SECRETS": _SIGNS,
            }
        )
        try:
            self._run("config.prepare")
            self._run("django", "price_list")
            self._open(*ports)
            hears = {"url": f"{self.site_url}/stripe/webhook/", "secret": _SIGNS}
            control.known_endpoint(self.stripe, hears)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        super().close()
        self.stripe.stop()

    def furnish(self) -> dict[str, Any]:
        """Fill it with what pages show: people, organisations, configurators and leads."""
        if self.furnishings is None:
            self.furnishings = json.loads(self._run("tests.journeys.furnish").splitlines()[-1])
        return self.furnishings

    def people(self) -> int:
        """How many accounts there are."""
        return int(self.rows("SELECT count(*) FROM accounts_user")[0][0])

    def rows(self, question: LiteralString, **values: Any) -> list[tuple[Any, ...]]:
        """What the database answers to somebody whom no wall stops."""
        with psycopg.connect(self.superuser_url) as connection:
            return connection.execute(question, values).fetchall()

    def left_of(self, *leads: str) -> dict[str, int]:
        """How many rows of these leads there still are, by table."""
        parts = self.rows("SELECT table_name FROM information_schema.columns WHERE column_name = 'lead_id'")
        places = [("leads_lead", "id"), ("leads_leadcontact", "id"), ("leads_leadorigin", "id")]
        places += [(table, "lead_id") for (table,) in parts]
        counts = {
            table: self.rows(
                f"SELECT count(*) FROM {table} WHERE {column} = ANY(%(leads)s::uuid[])", leads=list(leads)
            )[0][0]
            for table, column in places
        }
        return {table: count for table, count in counts.items() if count}

    def change(self, statement: LiteralString, **values: Any) -> None:
        """What only the course of time could do, such as a day that lies further back."""
        with psycopg.connect(self.superuser_url) as connection:
            connection.execute(statement, values)

    def await_rows(self, question: LiteralString, *, be: list[tuple[Any, ...]], **values: Any) -> None:
        """Wait until the database answers so, since a worker is on its way."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.rows(question, **values)) != be:
            if time.monotonic() > deadline:
                raise AssertionError(f"{question}: {found}, not {be}")
            time.sleep(0.1)

    def ring(self, task: str) -> None:
        """Ring for a scheduled task, as the clock does when its minute comes."""
        assert self.valkey is not None
        with Celery(broker=broker_url(self.valkey.url)) as clock:
            clock.send_task(task)

    def mail(self, to: str, link: str = "") -> dict[str, str]:
        """The newest mail to an address that carries such a link, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for message in self.mails(to):
                if link in message["text"]:
                    return message
            time.sleep(0.1)
        raise AssertionError(f"no mail to {to}")

    def mails(self, to: str) -> list[dict[str, str]]:
        """The mails to an address that are there now, newest first."""
        with urllib.request.urlopen(f"{self.site_url}/mailbox/messages.json") as answer:
            messages = json.load(answer)["messages"]
        return [message for message in messages if message["to"] == to]

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

    def _run(self, module: str, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{done.stderr[-3000:]}")
        return done.stdout
