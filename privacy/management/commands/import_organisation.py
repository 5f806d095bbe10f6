"""Put a complete copy into an empty organisation, and say for each table whether all of it came back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from organisations.models import Organisation
from privacy.leaving.importing import NotAcceptable, import_parcel


class Command(BaseCommand):
    help = "Import the ZIP of a complete copy into an organisation that has nothing yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--into", required=True, metavar="SLUG", help="an empty organisation")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.active().filter(slug=options["into"]).first()
        if organisation is None:
            raise CommandError("There is no active organisation with this slug.")
        try:
            found = import_parcel(options["file"], organisation_id=organisation.pk)
        except (NotAcceptable, OSError) as refused:
            raise CommandError(str(refused)) from None
        for each in found:
            outcome = f"left out: {each.left_out}" if each.left_out else f"{each.equal} of {each.rows} equal"
            self.stdout.write(f"{each.table}: {outcome}")
