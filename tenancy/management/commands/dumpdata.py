from django.core.management.base import CommandParser
from django.core.management.commands import dumpdata


class Command(dumpdata.Command):
    """``dumpdata`` as the owner by default: on any other alias it would skip every table in silence."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
