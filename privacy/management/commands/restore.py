"""Put a backup into an empty database, which then waits for ``replay``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.backups.postgres import PostgresFailed
from privacy.backups.restoring import BackupOver, NotEmpty, restore
from privacy.backups.stream import BackupUnreadable


class Command(BaseCommand):
    help = "Restore a backup into an empty database, through the address of its owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The backup, with its manifest beside it.")
        parser.add_argument("--into", required=True, metavar="URL", help="The empty database, as its owner.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(options["file"], into=options["into"])
        except (NotEmpty, BackupOver, BackupUnreadable, PostgresFailed, ImproperlyConfigured) as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"{manifest.name} was restored. It serves nothing yet. With the processes pointed at it:\n"
            "  python -m config.prepare && python manage.py replay"
        )
