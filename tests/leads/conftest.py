"""A published configurator, and a visitor who fills it in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from time_machine import travel

from configurators.compiling import compile_definition
from configurators.models import Configurator
from configurators.notices import marketing_wording, notice_wording
from configurators.published import Published, Version
from configurators.published import forget_everything as forget_publications
from configurators.publishing import publish
from leads import rates
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.ids import random_key, uuid7
from tests.cast import Member
from tests.leads.definitions import veranda

NAME, EMAIL, PHONE = "Sanne de Vries", "Sanne@devries.example", "020 123 45 67"


def open_for_visitors(member: Member, definition: dict[str, Any] | None = None) -> Configurator:
    """Publish a configurator of this member's organisation."""
    organisation = member.organisation
    Organisation.objects.filter(pk=organisation.pk).update(
        controller_name=f"{organisation.name} BV",
        controller_address="Dorpsstraat 1, 1234 AB Ons Dorp",
        controller_email="privacy@acme.example",
        privacy_policy_url="https://acme.example/privacy",
        lead_retention_days=365,
        embed_domains=["www.acme.example"],
    )
    with tenant(organisation.pk):
        configurator = Configurator.objects.create(name="Veranda", draft=definition or veranda())
        publish(configurator, by=member.user.pk)
    return configurator


@dataclass
class Visitor:
    """Somebody with a browser, who reads for ten seconds before sending."""

    key: str
    client: Client = field(default_factory=Client)
    language: str = "nl"

    @property
    def address(self) -> str:
        return f"/c/{self.key}/?lang={self.language}"

    def token(self) -> str:
        """The token of a page that was opened ten seconds ago."""
        with travel(timezone.now() - timedelta(seconds=10), tick=False):
            page = self.client.get(self.address).content.decode()
        found = re.search(r'name="form.token" value="([^"]+)"', page)
        assert found is not None
        return found[1]

    def fields(self, **changed: Any) -> dict[str, Any]:
        """A whole form; a value of None leaves a field out."""
        fields = {
            "breedte": "520", "diepte": "350", "dak": "opaal", "wand": "glazen_schuifwand", "ledspots": "8",
            "contact.name": NAME, "contact.email": EMAIL, "contact.phone": PHONE,
            "form.website": "", "form.action": "submit",
        }  # fmt: skip
        fields |= {name.replace("__", "."): value for name, value in changed.items()}
        if "form.token" not in fields:
            fields["form.token"] = self.token()
        return {name: value for name, value in fields.items() if value is not None}

    def document(self, **changed: Any) -> dict[str, Any]:
        """The same as JSON."""
        document = {
            "answers": {
                "breedte": "520", "diepte": "350", "dak": "opaal", "wand": "glazen_schuifwand",
                "ledspots": "8",
            },
            "contact": {"name": NAME, "email": EMAIL, "phone": PHONE},
            "website": "",
            "marketing": False,
        } | changed  # fmt: skip
        if "token" not in document:
            document["token"] = self.token()
        return document

    def post(self, fields: dict[str, Any], **headers: str) -> HttpResponse:
        return self.client.post(
            self.address, urlencode(fields, doseq=True), "application/x-www-form-urlencoded", headers=headers
        )

    def send(self, document: Any, **headers: str) -> HttpResponse:
        return self.client.post(self.address, document, "application/json", headers=headers)

    def price(self, answers: Any, **headers: str) -> HttpResponse:
        return self._ask("price", answers, headers)

    def drawing(self, answers: Any, **headers: str) -> HttpResponse:
        return self._ask("drawing", answers, headers)

    def _ask(self, part: str, answers: Any, headers: dict[str, str]) -> HttpResponse:
        return self.client.post(
            f"/c/{self.key}/{part}/?lang={self.language}",
            {"answers": answers},
            "application/json",
            headers=headers,
        )


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    forget_publications()
    rates.forget_everything()
    yield
    forget_publications()


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """A visitor at a shop window: the page is there, and no database behind it."""
    organisation = Organisation(
        id=uuid7(), name="Acme", country="NL", language="nl", currency="EUR", controller_name="Acme BV",
        lead_retention_days=365, embed_domains=["www.acme.example"],
    )  # fmt: skip
    compiled = compile_definition(veranda())
    publication = Published(
        public_key=random_key(),
        configurator_id=uuid7(),
        organisation=organisation,
        version=Version(uuid7(), 1, compiled.sha256, compiled),
        intake_on=True,
        form_hidden=False,
        notices={code: notice_wording(organisation, code) for code in compiled.languages},
        consents={code: marketing_wording(organisation, code) for code in compiled.languages},
    )
    known = {publication.public_key: publication}
    monkeypatch.setattr("leads.visits.published", lambda key, fresh=True: known.get(key))
    return Visitor(publication.public_key)


@pytest.fixture
def shop(transactional_db: None, alice: Member) -> Configurator:
    """Acme's veranda configurator, published."""
    return open_for_visitors(alice)


@pytest.fixture
def visitor(shop: Configurator) -> Visitor:
    return Visitor(shop.public_key)
