"""``manage.py seed_demo``: three organisations, their configurators and 500 requests, all invented."""

import base64
import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import publications
from accounts.legal import TERMS
from accounts.models import Authenticator, TermsAcceptance, User
from configurators.drafts import create_configurator, save_draft
from configurators.models import Configurator, ConfiguratorVersion
from configurators.publishing import publish
from leads.demo.businesses import BUSINESSES, Business, Person
from leads.demo.history import History
from leads.demo.products import Product
from organisations.administering import change_settings
from organisations.founding import found_organisation
from organisations.models import Membership, Organisation
from tenancy.context import tenant
from tenancy.ids import random_key
from tenancy.keys import PLATFORM, key_store


class Command(BaseCommand):
    """Make the demo once; a second run only writes the result again, with fresh sign-ins if it was lost."""

    help = "Make three invented organisations with configurators and a year of requests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--result", help="where to write the sign-ins and configurators, as JSON (mode 600)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "The demo is for a house on one machine: set EMBEDDED=1, on an empty database."
            )
        result = Path(options["result"]) if options["result"] else None
        if result and result.exists() and self._is_there():
            return
        key_store().create(PLATFORM)
        told: dict[str, list[dict[str, Any]]] = {"accounts": [], "configurators": []}
        for business in BUSINESSES:
            self._bring_about(business, told)
        if result:
            _write_private(result, json.dumps(told, indent=1))

    def _is_there(self) -> bool:
        names = [business.name for business in BUSINESSES]
        return Organisation.objects.filter(name__in=names).count() == len(names)

    def _bring_about(self, business: Business, told: dict[str, list[dict[str, Any]]]) -> None:
        people = [(person, *_sign_in(person, business.language)) for person in business.people]
        organisation = Organisation.objects.filter(name=business.name).first()
        if organisation is None:
            organisation = self._found(business, [user for _, user, _, _ in people])
        for person, user, password, secret in people:
            told["accounts"].append(
                {
                    "email": user.email,
                    "password": password,
                    "totp_secret": secret,
                    "organisation": organisation.name,
                    "role": person.role,
                }
            )
        with tenant(organisation.pk):
            keys = list(Configurator.objects.order_by("created_at").values_list("public_key", flat=True))
        told["configurators"] += [
            {"organisation": organisation.name, "key": key, "language": business.language} for key in keys
        ]

    def _found(self, business: Business, users: list[User]) -> Organisation:
        owner = users[0]
        organisation = found_organisation(
            name=business.name, country=business.country, language=business.language, by=owner
        )
        with tenant(organisation.pk):
            for person, user in zip(business.people[1:], users[1:], strict=True):
                Membership.objects.create(organisation=organisation, user=user, role=person.role)
            membership = Membership.objects.get(organisation=organisation, user=owner)
            change_settings(
                organisation=organisation,
                changes=business.settings(embed_domains=[_customer_host()]),
                by=membership,
            )
            organisation.refresh_from_db()
            if business.tariffs:
                business.tariffs.make(by=owner.pk)
            version, *_others = [self._publish(product, business, owner) for product in business.products]
        History(organisation, version, [user.pk for user in users]).write(business)
        return organisation

    def _publish(self, product: Product, business: Business, owner: User) -> ConfiguratorVersion:
        configurator = create_configurator(
            name=product.name, starting_from=product.starter, language=business.language, by=owner.pk
        )
        definition = product.definition(business.language)
        if business.tariffs:
            business.tariffs.fill_in(definition, product.articles)
        save_draft(configurator, definition=definition, revision=configurator.draft_revision)
        configurator.refresh_from_db()
        return publish(configurator, by=owner.pk)


def _sign_in(person: Person, language: str) -> tuple[User, str, str]:
    """The person's account with a new password and, where the role asks for it, a new second factor."""
    password = f"{random_key(4)}-{random_key(4)}-{random_key(4)}-{random_key(4)}"
    user = User.objects.filter(email=person.email).first() or User(email=person.email, name=person.name)
    user.language, user.email_verified_at = language, timezone.now()
    user.set_password(password)
    user.save()
    _accept_terms(user, language)
    return user, password, _second_factor(user) if person.role in ("owner", "admin") else ""


def _accept_terms(user: User, language: str) -> None:
    terms = publications.in_force(TERMS).document(language)
    TermsAcceptance.objects.get_or_create(
        user=user,
        document="terms",
        version=terms.version,
        language=language,
        defaults={"sha256": terms.sha256, "accepted_at": timezone.now()},
    )


def _second_factor(user: User) -> str:
    """A confirmed authenticator; its secret in base32, as people type it into an app."""
    Authenticator.objects.filter(user=user).delete()
    device = Authenticator(user=user, name="Demo", confirmed=True)
    device.set_seed(os.urandom(20).hex())
    device.save()
    return base64.b32encode(device.key()).decode()


def _customer_host() -> str:
    """Where the demo customers' own sites are served."""
    return os.environ.get("CUSTOMER_SITE_URL", f"http://localhost:{settings.PORT + 2}").partition("//")[2]


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
