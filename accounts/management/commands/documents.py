"""Announce a version of a legal text, and see how far its notice is."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import legal, publications
from accounts.announcing import refused_notices
from accounts.models import LegalPublication


class Command(BaseCommand):
    help = "List the texts, publish a new version, or go on with its notice by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="Every version and from when it counts.")
        publish = actions.add_parser("publish", help="Announce a version whose files are in place.")
        publish.add_argument("kind", choices=legal.KINDS)
        publish.add_argument("version", help="As in the names of the files: 2027-01")
        publish.add_argument("--effective", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
        publish.add_argument(
            "--material", action="store_true", help="It changes something that matters: mail everybody."
        )
        notice = actions.add_parser("notice", help="Go on with the mails of a version, and count them.")
        notice.add_argument("kind", choices=legal.KINDS)
        notice.add_argument("version")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['action']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        for of_one_kind in publications.editions().values():
            counts = publications.current(of_one_kind)
            for edition in of_one_kind:
                mark = " (in force)" if edition == counts else ""
                self.stdout.write(
                    f"{edition.kind} {edition.version} from {edition.effective_at:%Y-%m-%d}{mark}"
                )

    def _publish(self, options: dict[str, Any]) -> None:
        try:
            publications.publish(
                kind=options["kind"],
                version=options["version"],
                effective_on=options["effective"],
                material=options["material"],
            )
        except publications.NotPublishable as refusal:
            raise CommandError(str(refusal)) from None
        told = "Everybody with an account is written to." if options["material"] else "Nobody is written to."
        self.stdout.write(
            f"{options['kind']} {options['version']} counts from {options['effective']}. {told}"
        )

    def _notice(self, options: dict[str, Any]) -> None:
        publication = LegalPublication.objects.filter(
            kind=options["kind"], version=options["version"], material=True
        ).first()
        if publication is None:
            raise CommandError("There is no notice of such a version.")
        publications.send_notices(publication)
        self.stdout.write(
            f"{publication.notices.count()} people were written to,"
            f" {len(refused_notices(publication))} mails were refused."
        )
