"""Seal, check or export the record."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import chain, exporting, signing
from tenancy import partitions
from tenancy.keys import PLATFORM


class Command(BaseCommand):
    help = "Look after the record of who did what: check its chains, export one, make the days of its logs."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("verify", help="Check one chain or all; fails when one is broken.")
        check.add_argument("--organisation", type=UUID)
        check.add_argument("--keep", action="store_true", help="Seal first, and keep what was found.")
        export = actions.add_parser("export", help="Write a chain for the stand-alone verifier.")
        export.add_argument("--organisation", type=UUID, default=PLATFORM, help="The platform's without it.")
        export.add_argument("file", type=Path)
        actions.add_parser("key", help="Print the public key that heads are checked with.")
        actions.add_parser("days", help="Make the days of the logs ahead.")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['action']}")(options)

    def _verify(self, options: dict[str, Any]) -> None:
        broken = 0
        for each in [options["organisation"]] if options["organisation"] else chain.chains():
            if options["keep"]:
                chain.look_after(each)
            problem, links = chain.verify(each)
            broken += problem is not None
            self.stdout.write(f"{each}: {links} links, {problem or 'whole'}")
        if broken:
            raise CommandError(f"{broken} broken.")

    def _export(self, options: dict[str, Any]) -> None:
        with options["file"].open("w", encoding="utf-8") as file:
            file.writelines(exporting.lines(options["organisation"]))
        self.stdout.write(f"{options['file']}: check it with python audit/verifier.py")

    def _key(self, options: dict[str, Any]) -> None:
        self.stdout.write(signing.public_key().hex())

    def _days(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{partitions.make_ahead()} made, {partitions.days_left()} left")
