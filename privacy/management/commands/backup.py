"""Take, check, list and prune encrypted backups of the database."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.backups import files, restoring, taking
from privacy.backups.files import BackupRunning
from privacy.backups.postgres import PostgresFailed
from privacy.backups.stream import BackupUnreadable


class Command(BaseCommand):
    help = "Take an encrypted backup; or verify, rehearse, list or prune those that are there."

    def add_arguments(self, parser: CommandParser) -> None:
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--verify", action="store_true", help="Read every backup as a restore would.")
        action.add_argument(
            "--rehearse", action="store_true", help="Restore the newest one and throw it away."
        )
        action.add_argument("--list", action="store_true", help="Name, time, size and last day of each.")
        action.add_argument("--prune", action="store_true", help="Remove those that have had their days.")
        action.add_argument("--check", action="store_true", help="Fail when the newest good one is too old.")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [name for name in ("verify", "rehearse", "list", "prune", "check") if options[name]]
        try:
            getattr(self, f"_{chosen[0]}" if chosen else "_take")()
        except (BackupRunning, BackupUnreadable, PostgresFailed, ImproperlyConfigured) as refusal:
            raise CommandError(str(refusal)) from None

    def _take(self) -> None:
        manifest = taking.take()
        self.stdout.write(f"{manifest.data} ({manifest.size} bytes) was taken and checked.")

    def _verify(self) -> None:
        for manifest in files.manifests():
            taking.verify(manifest)
            self.stdout.write(f"{manifest.name}: good")

    def _rehearse(self) -> None:
        found = files.manifests()
        if not found:
            raise CommandError("There is no backup.")
        self.stdout.write(f"{found[-1].name}: {restoring.rehearse(found[-1])} rows came back")

    def _list(self) -> None:
        for manifest in files.manifests():
            self.stdout.write(
                f"{manifest.name}  {manifest.taken:%Y-%m-%d %H:%M}  {manifest.size:>12}"
                f"  until {manifest.expires:%Y-%m-%d}"
            )

    def _prune(self) -> None:
        self.stdout.write(f"{taking.prune()} removed")

    def _check(self) -> None:
        if taking.is_late():
            raise CommandError("The newest good backup is older than 26 hours.")
        self.stdout.write("The newest good backup is fresh.")
