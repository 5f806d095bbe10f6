"""Write the page about personal data, or say that it, or the database, differs from the declarations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from privacy import catalogue
from privacy.documents import personal_data_page
from privacy.subject.schema import copy_schema


class Command(BaseCommand):
    help = "Write docs/personal-data.md from the declarations of all apps."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail when the page is out of date.")
        parser.add_argument(
            "--check-database",
            action="store_true",
            help="Fail when the database differs from the declarations.",
        )

        parser.add_argument("--schema", action="store_true", help="Print the JSON Schema of a person's copy.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["schema"]:
            self.stdout.write(json.dumps(copy_schema(), ensure_ascii=False, indent=2))
        elif options["check_database"]:
            self._check_database()
        elif options["check"]:
            self._check_page()
        else:
            self._write_page()

    def _write_page(self) -> None:
        page = self._page()
        page.parent.mkdir(exist_ok=True)
        page.write_text(personal_data_page(), encoding="utf-8")
        self.stdout.write(f"Wrote {page}.")

    def _check_page(self) -> None:
        page = self._page()
        if not page.exists() or page.read_text(encoding="utf-8") != personal_data_page():
            raise CommandError(f"{page} is out of date. Write it again with: manage.py personal_data")
        self.stdout.write("The page is current.")

    def _check_database(self) -> None:
        owner = connections["owner"]
        found = [
            *catalogue.differences(owner),
            *catalogue.without_cascade(owner),
            *catalogue.undeclared_keys(owner),
        ]
        if found:
            raise CommandError("\n".join(str(each) for each in found))
        self.stdout.write("The database is as declared.")

    @staticmethod
    def _page() -> Path:
        return Path(settings.BASE_DIR) / "docs" / "personal-data.md"
