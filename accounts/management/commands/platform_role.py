"""Give somebody work for the platform itself, or take it away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import PlatformRole, User
from audit.events import record_platform


class Command(BaseCommand):
    help = "Give a person with an account a role for the platform: privacy_officer or support."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--role", required=True, choices=PlatformRole.Role.values)
        parser.add_argument("--remove", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.with_email(options["email"])
        if user is None:
            raise CommandError("There is no account with this address.")
        if options["remove"]:
            PlatformRole.objects.filter(user=user, role=options["role"]).delete()
        else:
            PlatformRole.objects.get_or_create(user=user, role=options["role"])
        record_platform(
            "platform_role.removed" if options["remove"] else "platform_role.given",
            user_id=user.pk,
            detail={"role": options["role"]},
            evidence=True,
        )
        self.stdout.write("Done.")
