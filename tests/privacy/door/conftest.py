"""Somebody without an account, with a browser that keeps nothing and a mailbox that they alone read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from delivery import mailbox
from delivery.drain import drain
from leads.models import ConsentRecord, Lead
from organisations.models import Organisation
from privacy.models import PrivacyRequest
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead

EMAIL = "sanne@example.org"
BUTTON = re.compile(r"<button\b[^>]*type=\"submit\"")


def work() -> None:
    """Do what waits, and deliver the mails to the mailbox page."""
    with override_settings(EMAIL_BACKEND="delivery.mailbox.MailboxBackend"):
        while drain(seconds=0.01):
            pass


@dataclass
class Person:
    """Walks through the door; ``token`` is that of the visit, once it is open."""

    email: str = EMAIL
    client: Client = field(default_factory=Client)
    token: str = ""

    def ask(self, *, organisation: str = "", **changed: Any) -> HttpResponse:
        query = f"?organisation={organisation}" if organisation else ""
        form = {"email": self.email, "right": "", "language": "en", "website": ""} | changed
        return self.client.post(f"/privacy/request/{query}", form)

    def mailed(self) -> str:
        """The token in the newest mail."""
        work()
        found = [re.search(r"/privacy/my/(\w+)/", mail.text) for mail in mailbox.newest(to=self.email)]
        return next(match[1] for match in found if match)

    def come_in(self, **asked: Any) -> HttpResponse:
        """Ask, open the link, and look at the page behind it."""
        self.ask(**asked)
        answer = self.client.post(f"/privacy/my/{self.mailed()}/")
        assert answer.status_code == 303
        self.token = answer.headers["Location"].split("/")[3]
        return self.get("")

    def get(self, path: str) -> HttpResponse:
        return self.client.get(f"/privacy/my/{self.token}/{path}?lang=en")

    def post(self, path: str, form: dict[str, str] | None = None) -> HttpResponse:
        return self.client.post(f"/privacy/my/{self.token}/{path}?lang=en", form or {})


@pytest.fixture
def sanne(transactional_db: None) -> Person:
    return Person()


@pytest.fixture
def shop(transactional_db: None, alice: Member) -> Organisation:
    """Acme, which holds a request and a consent of Sanne's."""
    lead = make_lead(alice.organisation, email=EMAIL)
    with tenant(alice.organisation.pk):
        ConsentRecord.objects.create(
            lead=lead, purpose="marketing", text_sha256="0" * 64, language="nl", given_at=lead.submitted_at
        )
    return Organisation.objects.get(pk=alice.organisation.pk)


def lead_of(organisation: Organisation) -> Lead:
    with tenant(organisation.pk):
        return Lead.stored.select_related("contact").get()


def requests_at(organisation: Organisation) -> list[PrivacyRequest]:
    with tenant(organisation.pk):
        return list(PrivacyRequest.objects.order_by("id"))
