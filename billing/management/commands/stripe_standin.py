"""Run the stand-in for Stripe."""

import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.standin import control
from billing.standin.server import KEY, StandIn


class Command(BaseCommand):
    help = "Run a stand-in for Stripe on this machine. It takes no money."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=12111)
        parser.add_argument("--key", default=KEY, help="the secret key that it accepts")
        parser.add_argument("--state", type=Path, help="a JSON file in which it remembers")
        parser.add_argument("--seed", default="0", help="the same seed gives the same names")
        parser.add_argument("--at", type=int, help="stop the clock at this moment, in seconds since 1970")
        parser.add_argument(
            "--public-url", help="the address under which browsers find it, where that differs"
        )
        parser.add_argument("--webhook", help="an address to which every event is sent")
        parser.add_argument("--webhook-secret", help="the secret under which those are signed")

    def handle(self, *args: Any, **options: Any) -> None:
        standin = _made(options)
        if options["webhook"]:
            given = {"url": options["webhook"], "secret": options["webhook_secret"] or "whsec_standin"}
            control.known_endpoint(standin, given)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: standin.leave())
        self.stdout.write(f"A stand-in for Stripe listens at {standin.url}; its key is {standin.key}.")
        standin.start()
        standin.wait()
        standin.stop()


def _made(options: dict[str, Any]) -> StandIn:
    try:
        return StandIn(
            keys=(options["key"],),
            host=options["host"],
            port=options["port"],
            at=options["at"],
            seed=options["seed"],
            path=options["state"],
            public_url=options["public_url"],
        )
    except OSError as error:
        raise CommandError(
            f"Port {options['port']} cannot be used: {error}. Choose another with --port."
        ) from error
    except (ValueError, KeyError) as error:
        raise CommandError(f"{options['state']} cannot be read. Delete it to begin anew.") from error
