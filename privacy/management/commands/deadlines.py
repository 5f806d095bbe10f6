"""Print the deadlines of a request: exactly one JSON object."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from privacy.models.requests import Regime
from privacy.requests.deadlines import deadlines


class Command(BaseCommand):
    help = "Print target, statutory end and end with extension for a day of receipt, as one JSON object."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--received", required=True, type=_day, metavar="YYYY-MM-DD")
        parser.add_argument("--country", default="NL", type=_country, metavar="NL")
        parser.add_argument("--regime", default=Regime.GDPR.value, choices=Regime.values)

    def handle(self, *args: Any, **options: Any) -> None:
        found = deadlines(options["received"], options["country"], options["regime"])
        self.stdout.write(json.dumps(found.as_json()))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"it is a day like 2026-01-31, not {text!r}.") from None


def _country(text: str) -> str:
    code = text.strip().upper()
    if len(code) != 2 or not code.isalpha() or not code.isascii():
        raise ArgumentTypeError(f"it is two letters like NL, not {text!r}.")
    return code
