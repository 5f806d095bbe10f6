"""Collect what is said for its translators, or say what they have not translated yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import messages_catalogue as catalogue


class Command(BaseCommand):
    help = "Bring the translations up to date with the code and the templates."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--extract", action="store_true", help="Write what is said into the catalogues.")
        what.add_argument("--check", action="store_true", help="Fail when a translation is missing or wrong.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["extract"]:
            self._extract()
        else:
            self._check()

    def _extract(self) -> None:
        said = catalogue.said(our_sources())
        for language in catalogue.PLURAL_FORMS:
            path = catalogue.path_of(_locale(), language)
            changed = catalogue.update(path, language, said)
            self.stdout.write(f"{path}: {'brought up to date' if changed else 'unchanged'}.")

    def _check(self) -> None:
        said = catalogue.said(our_sources())
        found = []
        for language in catalogue.PLURAL_FORMS:
            path = catalogue.path_of(_locale(), language)
            translated = catalogue.read(path.read_bytes() if path.exists() else b"", language)
            found += [f"{language}: {fault}" for fault in catalogue.faults(translated, said, language)]
        if found:
            raise CommandError(
                "\n".join([*found, "Collect what is new with: manage.py translations --extract"])
            )
        self.stdout.write(f"All {len(said)} messages are translated.")


def our_sources() -> catalogue.Sources:
    """The apps that live beside manage.py, the settings' package and the templates."""
    root = Path(settings.BASE_DIR)
    ours = {Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == root}
    project = root / settings.ROOT_URLCONF.split(".")[0]
    templates = tuple(Path(str(folder)) for engine in settings.TEMPLATES for folder in engine["DIRS"])
    return catalogue.Sources(root, tuple(sorted({*ours, project})), templates)


def _locale() -> Path:
    return Path(settings.LOCALE_PATHS[0])
