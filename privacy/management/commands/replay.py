"""Bring a restored database up to date with the ledger, and open it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.replay import NotReplayable, begin_ledger, replay
from tenancy.ledger.store import LedgerBroken


class Command(BaseCommand):
    help = "Do again what the ledger tells of erasures and restrictions, sweep, and open the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--begin-ledger",
            action="store_true",
            help="Only where LEDGER_DIR is lost for good and this database was never restored.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["begin_ledger"]:
                begin_ledger()
                self.stdout.write("A new ledger continues where this database stands.")
                return
            report = replay()
        except (NotReplayable, LedgerBroken) as refusal:
            raise CommandError(str(refusal)) from None
        for action, count in sorted(report.done_again.items()):
            self.stdout.write(f"{action}: {count} done again")
        self.stdout.write(f"{report.swept} rows had expired. The database is open (epoch {report.epoch}).")
