"""Behind ``make run``: starts everything in order, keeps it running, stops it in reverse.

Order: Postgres and Valkey, roles, schema, keys and demo, then web, public pages, worker, beat and the demo
customer's own site together. Whatever happens to the supervisor, the kernel ends what it started.
"""

import contextlib
import functools
import hashlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import psycopg
from django.core.exceptions import ImproperlyConfigured

from config import demo_sheet, embedded, environment, own_folder, prepare, processes, roles
from config.children import Child, answers, rotate, run_apart
from config.databases import ROLES, role_password
from config.own_folder import ROOT, VAR
from config.progress import say, step

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_WITHIN = 120.0
LOOK_EVERY = 0.2
#: Expected failures: their message is the whole story.
KNOWN = (
    embedded.EmbeddedError,
    roles.RolesError,
    own_folder.FolderError,
    ImproperlyConfigured,
)


class Stop(BaseException):
    """A signal asked for the end."""


class StartError(RuntimeError):
    """A step failed; the message says what to do."""


class Supervisor:
    """Everything that runs, in the order in which it was started."""

    def __init__(self) -> None:
        self.port = environment.number("PORT", 8000, low=1, high=65533)
        self.host = os.environ.get("HOST", "127.0.0.1")
        self.public_port, self.customer_port = self.port + 1, self.port + 2
        #: Where a stand-in for Stripe listens in a demonstration, unless the real one is named.
        plays = environment.flag("EMBEDDED", True) and not environment.text("STRIPE_SECRET_KEY", "")
        self.stripe_port = self.port + 3 if plays else 0
        self.servers: dict[str, embedded.Cluster | embedded.Server] = {}
        self.starts: dict[str, Callable[[], embedded.Cluster | embedded.Server]] = {}
        self.children: list[Child] = []
        self.environment: dict[str, str] = {}

    # --- Starting -----------------------------------------------------------------------------

    def start(self) -> None:
        began = time.monotonic()
        self._refuse_an_open_mailbox()
        self._require_free_ports()
        self.environment = self._base_environment()
        say("Opmaat starts")
        prepared_for = self._start_stores()
        own_folder.write_variables(VAR / "run.env", self._own_variables())
        os.environ.update(self.environment)
        with step("Application"):
            processes.load_the_application()
        self._prepare(prepared_for)
        if run_apart(prepare.await_replay) != 0:
            raise StartError("The database cannot be reached.")
        demo = demo_sheet.write(self.environment)
        with step("Web, worker, clock, customer's site"):
            self._start_children()
        if self.stripe_port and run_apart(prepare.bring_the_price_list) != 0:
            raise StartError("The price list could not be brought to Stripe; the reason stands above.")
        say(f"Ready in {time.monotonic() - began:.1f} s\n")
        demo_sheet.tell(demo)

    def _require_free_ports(self) -> None:
        ports = [self.port, self.public_port, self.customer_port, self.stripe_port]
        for port in filter(None, ports):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self.host, port))
                except OSError as error:
                    raise StartError(
                        f"Port {port} cannot be used ({error.strerror}). Opmaat wants {self.port} to "
                        f"{max(ports)}; choose others with: make run PORT={self.port + 100}"
                    ) from None

    def _refuse_an_open_mailbox(self) -> None:
        """Every link to a new password stands in the mailbox, and it asks nobody to sign in."""
        embedded_mail = environment.flag("EMBEDDED", True)
        if embedded_mail and not environment.mailbox_is_open(embedded=True):
            raise StartError(
                f"HOST={self.host} lets other machines in, and there is no mail provider: every mail, links "
                "to new passwords included, could be read at /mailbox/ without signing in. Leave out HOST; "
                "or set EMBEDDED=0 and POSTMARK_SERVER_TOKEN; or, for a demonstration on a network that you "
                "trust, MAILBOX_FOR_EVERYONE=1."
            )

    def _base_environment(self) -> dict[str, str]:
        ours = {
            **own_folder.read_secrets(),
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings"),
            "EMBEDDED": os.environ.get("EMBEDDED", "1"),
            "PORT": str(self.port),
            "SITE_URL": os.environ.get("SITE_URL", f"http://localhost:{self.port}"),
            "PUBLIC_URL": os.environ.get("PUBLIC_URL", f"http://localhost:{self.public_port}"),
            "CUSTOMER_SITE_URL": os.environ.get(
                "CUSTOMER_SITE_URL", f"http://localhost:{self.customer_port}"
            ),
            "KEY_STORE_DIR": os.environ.get("KEY_STORE_DIR", str(VAR / "keys")),
            "LEDGER_DIR": os.environ.get("LEDGER_DIR", str(VAR / "ledger")),
            "BACKUP_DIR": os.environ.get("BACKUP_DIR", str(VAR / "backups")),
            "EXPORT_DIR": os.environ.get("EXPORT_DIR", str(VAR / "exports")),
        }
        if self.stripe_port:
            ours |= self._stand_in(ours["STRIPE_WEBHOOK_SECRETS"])
        else:
            del ours["STRIPE_WEBHOOK_SECRETS"]
        self.own_names = set(ours)
        return {**os.environ, **ours, "PYTHONUNBUFFERED": "1"}

    def _stand_in(self, secret: str) -> dict[str, str]:
        """What makes the house speak to the stand-in for Stripe, and browsers find its pages."""
        url = f"http://localhost:{self.stripe_port}"
        return {
            "STRIPE_SECRET_KEY": processes.STAND_IN_KEY,
            "STRIPE_API_URL": url,
            "STRIPE_PAGES": url,
            "STRIPE_WEBHOOK_SECRETS": secret,
        }

    def _own_variables(self) -> dict[str, str]:
        """What ``manage.py`` in another terminal needs to reach the same stores."""
        names = self.own_names | {f"{role.upper()}_DATABASE_URL" for role in ROLES} | {"REDIS_URL"}
        return {name: self.environment[name] for name in sorted(names)}

    def _start_stores(self) -> str:
        """Start or reach both stores; answers which database it is, or nothing when that is not known."""
        identity = ""
        if os.environ.get("REDIS_URL"):
            self.environment["REDIS_URL"] = os.environ["REDIS_URL"]
        else:
            with step("Valkey"):
                self._serve(
                    "Valkey", lambda: embedded.start_valkey(VAR / "valkey", log=VAR / "log" / "valkey.log")
                )
                self.environment["REDIS_URL"] = self.servers["Valkey"].url  # type: ignore[assignment]
        if os.environ.get("DATABASE_URL") or os.environ.get("OWNER_DATABASE_URL"):
            with step("Roles in your Postgres"):
                urls = roles.prepare_external(secret_key=self.environment["SECRET_KEY"])
        else:
            with step("Postgres 18"):
                self._serve(
                    "Postgres",
                    lambda: embedded.start_postgres(VAR / "postgres", log=VAR / "log" / "postgres.log"),
                )
            with step("Database and roles"):
                urls, identity = self._make_embedded_roles()
        self.environment |= urls.environment()
        return identity

    def _serve(self, name: str, start: Callable[[], embedded.Cluster | embedded.Server]) -> None:
        rotate(VAR / "log" / f"{name.lower()}.log")
        self.starts[name] = start
        self.servers[name] = start()

    def _make_embedded_roles(self) -> tuple[roles.RoleUrls, str]:
        cluster = self.servers["Postgres"]
        assert isinstance(cluster, embedded.Cluster)
        secret_key = self.environment["SECRET_KEY"]
        urls = roles.create_roles(
            cluster.url(), passwords={role: role_password(role, secret_key=secret_key) for role in ROLES}
        )
        with psycopg.connect(cluster.url()) as connection:
            row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
        return urls, str(row[0]) if row else ""

    def _prepare(self, identity: str) -> None:
        """Schema, keys and demo; skipped when this very database has had all of it from these very files."""
        wants_demo = environment.flag("DEMO", True)
        state = {"database": identity, "files": fingerprint(), "demo": wants_demo}
        note = VAR / "prepared.json"
        done = demo_sheet.SEEDED.exists() or not wants_demo
        if identity and done and own_folder.read_json(note) == state:
            return
        note.unlink(missing_ok=True)
        work = functools.partial(prepare.prepare, demo_sheet.SEEDED if wants_demo else None)
        if run_apart(work) != 0:
            raise StartError("The database could not be prepared; the reason stands above.")
        if demo_sheet.SEEDED.exists() or not wants_demo:
            own_folder.write_private(note, own_folder.as_json(state))

    def _start_children(self) -> None:
        self.children = self._make_children()
        for child in self.children:
            if child.log:
                rotate(child.log)
            child.start()
        deadline = time.monotonic() + READY_WITHIN
        waiting = list(self.children)
        while waiting:
            for child in list(waiting):
                if child.ready():
                    waiting.remove(child)
                elif not child.alive() or time.monotonic() > deadline:
                    end = embedded.tail(child.log, lines=25) if child.log else ""
                    raise StartError(f"{child.name} did not become ready. The end of {child.log}:\n{end}")
            time.sleep(0.05)

    def _make_children(self) -> list[Child]:
        def web(name: str, application: str, port: int) -> Child:
            body = functools.partial(processes.serve, application, host=self.host, port=port)
            return self._child(name, body, lambda: answers(port, "/readyz", self.host))

        sites = functools.partial(
            processes.show_customer_sites, port=self.customer_port, demo=demo_sheet.DEMO
        )
        children = [
            web("public", "public", self.public_port),
            web("web", "application", self.port),
            self._child("worker", processes.work),
            self._child("beat", processes.ring),
            self._child("customer-site", sites, lambda: answers(self.customer_port, "/", self.host)),
        ]
        if self.stripe_port:
            stripe = functools.partial(
                processes.stand_in_for_stripe,
                port=self.stripe_port,
                state=VAR / "stripe.json",
                webhook=f"http://127.0.0.1:{self.port}/stripe/webhook/",
                secret=self.environment["STRIPE_WEBHOOK_SECRETS"],
            )
            ready = functools.partial(answers, self.stripe_port, "/_standin", "127.0.0.1")
            children.append(self._child("stripe", stripe, ready))
        return children

    def _child(self, name: str, body: Callable[[], None], ready: Callable[[], bool] | None = None) -> Child:
        mark = VAR / "run" / f"{name}.ready"
        return Child(name, body, VAR / "log" / f"{name}.log", ready or mark.exists, mark)

    # --- Running and stopping -----------------------------------------------------------------

    def watch(self) -> None:
        """Keep everything running until a signal comes."""
        noted: dict[str, int] = {}
        while True:
            running = {child.name: child.pid for child in self.children}
            running |= {name.lower(): server.pid for name, server in self.servers.items()}
            if running != noted:
                own_folder.write_private(VAR / "run" / "processes.json", own_folder.as_json(running))
                noted = running
            for name, server in list(self.servers.items()):
                if not server.alive():
                    say(f"{name} ended; it starts again.")
                    self.servers[name] = self._start_again(name, server)
            for child in self.children:
                if notice := child.keep_running():
                    say(notice)
            time.sleep(LOOK_EVERY)

    def _start_again(
        self, name: str, server: embedded.Cluster | embedded.Server
    ) -> embedded.Cluster | embedded.Server:
        try:
            return self.starts[name]()
        except embedded.EmbeddedError as error:
            say(str(error))
            time.sleep(1)
            return server

    def stop(self) -> None:
        """First those that bring work, then those that do it, then the stores."""
        order = [("beat", "customer-site"), ("web", "public"), ("worker",), ("stripe",)]
        for names in order:
            group = [child for child in self.children if child.name in names]
            for child in group:
                child.ask_to_stop()
            for child in group:
                child.stop()
        for name in reversed(list(self.servers)):
            self.servers[name].stop()
        (VAR / "run.env").unlink(missing_ok=True)


def fingerprint() -> str:
    """Changes whenever the schema or its grants could."""
    found = hashlib.sha256()
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("tenancy/*.py"), ROOT / "requirements" / "run.txt"]
    for path in sorted(files):
        found.update(str(path.relative_to(ROOT)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _end_with_make() -> None:
    """When make is killed outright its recipe lives on; end with it instead."""
    with contextlib.suppress(OSError):
        if Path(f"/proc/{os.getppid()}/comm").read_text().strip() in {"make", "gmake"}:
            embedded.die_with_parent(signal.SIGTERM, os.getppid())


@contextlib.contextmanager
def _stopping_on_signals() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stop

    for number in SIGNALS:
        signal.signal(number, stop)
    yield


def main(arguments: list[str]) -> int:
    try:
        own_folder.make()
        held = own_folder.lock()
    except own_folder.FolderError as error:
        say(str(error))
        return 1
    if "--reset" in arguments:
        own_folder.remove()
        say("The demo's data is gone; the next make run begins anew.")
        return 0
    _end_with_make()
    code = 0
    supervisor = None
    try:
        with _stopping_on_signals():
            supervisor = Supervisor()
            supervisor.start()
            supervisor.watch()
    except Stop:
        say("\nStopping")
    except (StartError, *KNOWN) as error:
        say(f"\n{error}")
        code = 1
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        if supervisor:
            supervisor.stop()
        held.close()
    say("Stopped")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
