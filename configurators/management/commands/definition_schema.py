"""Print the JSON Schema of a configurator's definition."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from configurators.definition.json_schema import json_schema


class Command(BaseCommand):
    help = "Print the JSON Schema of a configurator's definition, of the version that is written now."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(json_schema(), indent=1))
