"""What each of the supervisor's processes does. In production the same is said on command lines."""

import gc
import os
import sys
from pathlib import Path
from typing import NoReturn


def load_the_application() -> None:
    """Import everything once, before the processes fork, and touch no database while at it."""
    import django
    from django.urls import get_resolver

    django.setup()
    from config import health

    get_resolver().url_patterns  # noqa: B018  imports every view
    health.known_migrations()
    from celery.apps import beat, worker  # noqa: F401
    from granian.server import mp  # noqa: F401

    gc.collect()
    gc.freeze()


def serve(application: str, *, host: str, port: int) -> None:
    """Two web processes, each doing one request at a time, under a third that replaces them.

    ``application`` is a name in ``config.wsgi``, or one elsewhere as ``module:name``.
    """
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        application if ":" in application else f"config.wsgi:{application}",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=2,
        blocking_threads=1,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=8,
        log_level=LogLevels.warning,
    ).serve()


def work() -> None:
    """The worker, with two processes of its own."""
    from config.celery import app

    options = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.worker_main(["worker", *options, "--loglevel", "WARNING", "-O", "fair"])


def ring() -> None:
    """The clock."""
    from config.celery import app

    app.start(["beat", "--loglevel", "WARNING", "--pidfile", ""])


#: What the stand-in for Stripe takes for a key; it opens nothing but play money.
STAND_IN_KEY = "sk_test_standin"


def stand_in_for_stripe(*, port: int, state: Path, webhook: str, secret: str) -> None:
    """A Stripe that takes no money, on this machine alone; it remembers in a file."""
    from django.core.management import call_command

    call_command(
        "stripe_standin",
        port=port,
        key=STAND_IN_KEY,
        state=state,
        public_url=f"http://localhost:{port}",
        webhook=webhook,
        webhook_secret=secret,
    )


def show_customer_sites(*, port: int, demo: Path) -> NoReturn:
    """The customers' web server: another program altogether."""
    site = Path(__file__).with_name("customer_site.py")
    os.execv(sys.executable, [sys.executable, "-I", str(site), str(port), str(demo)])  # noqa: S606
