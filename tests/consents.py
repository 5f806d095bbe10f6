"""Somebody who ticked the box for news, the mail they got, and what they press in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

from configurators.notices import marketing_wording, remember
from delivery.jobs import JobCall
from delivery.letters import Letter
from delivery.mail import open_letter
from delivery.models import Job, SentMail
from leads.announcing import announce
from leads.models import Lead
from organisations.models import Organisation
from tenancy.context import tenant
from tests.factories import make_lead

EMAIL = "sanne@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass(frozen=True)
class Ticked:
    """A lead whose box was ticked, and the confirmation that was mailed for it."""

    lead: Lead
    organisation: Organisation
    letter: Letter

    @property
    def confirm_path(self) -> str:
        found = re.search(r"https?://\S+/privacy/confirm/\S+", self.letter.text)
        assert found is not None
        return urlsplit(found[0]).path

    @property
    def choices_path(self) -> str:
        return urlsplit(self.letter.choices_url).path

    def confirm(self, *, lang: str = "nl") -> HttpResponse:
        """Open the link and press the button, as a person does."""
        address = f"{self.confirm_path}?lang={lang}"
        page = Client().get(address).content.decode()
        return Client().post(address, {"wording": wording_in(page)})

    def unsubscribe(self) -> HttpResponse:
        """As a mail program asks: no page before, no cookie, no login."""
        return Client(enforce_csrf_checks=True).post(self.choices_path, ONE_CLICK)


def wording_in(page: str) -> str:
    found = re.search(r'name="wording" value="(\w+)"', page)
    return found[1] if found else ""


def ticked(organisation: Organisation, *, email: str = EMAIL) -> Ticked:
    """A submission with the box ticked, announced in place of its job."""
    lead = make_lead(organisation, email=email)
    organisation = Organisation.objects.get(pk=organisation.pk)
    with tenant(organisation.pk):
        wording = marketing_wording(organisation, "nl")
        remember([wording])
        Lead.objects.filter(pk=lead.pk).update(marketing_sha256=wording.sha256)
        Job.objects.filter(task="leads.announce", ids__lead=str(lead.pk)).delete()
        announce(JobCall(organisation.pk, {"lead": str(lead.pk)}))
        mail = SentMail.objects.get(lead_id=lead.pk, purpose="lead_confirmation")
        return Ticked(Lead.objects.get(pk=lead.pk), organisation, open_letter(mail, organisation.pk))
