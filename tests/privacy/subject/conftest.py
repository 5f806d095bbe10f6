"""Sanne asked Acme for an offer, and everything that Acme may come to hold about her is there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from audit.events import record
from audit.recipients import record_disclosure
from delivery.jobs import JobCall
from delivery.mail import suppress
from delivery.models import WebhookDelivery, WebhookEndpoint
from leads.announcing import announce
from leads.models import ConsentRecord, Lead, LeadContact, LeadNote
from leads.sealed import seal_note
from organisations.models import Organisation
from privacy import holds
from privacy.models import PrivacyRequest
from privacy.subject.copy import Copy, copy_for_address
from tenancy.context import tenant
from tenancy.encryption import blind_index, seal
from tenancy.ids import uuid7
from tests.cast import Member
from tests.factories import make_file, make_lead

EMAIL = "sanne@example.org"
WEBHOOK = UUID(int=77)


@dataclass(frozen=True)
class Known:
    """A lead with all its parts, and the organisation that holds it."""

    lead: Lead
    organisation: Organisation

    def copy(self) -> Copy:
        with tenant(self.organisation.pk):
            return copy_for_address(EMAIL, [self.lead.pk])


def fill_in(member: Member, lead: Lead, *, note: str = "belt liever na zes uur") -> None:
    """Every part of a lead that the product knows, within its organisation."""
    sealed = {
        "phone": seal(lead.organisation_id, "+31201234567", place=f"leads_leadcontact.phone:{lead.pk}"),
        "phone_index": blind_index(lead.organisation_id, "phone", "+31201234567"),
        "answers": seal(
            lead.organisation_id,
            '{"opmerking": "graag in mei"}',
            place=f"leads_leadcontact.answers:{lead.pk}",
        ),
    }
    LeadContact.objects.filter(lead=lead).update(**sealed)
    Lead.objects.filter(pk=lead.pk).update(marketing_sha256="1" * 64, quarantine_reason="fast")
    announce(JobCall(lead.organisation_id, {"lead": str(lead.pk)}))
    ConsentRecord.objects.filter(lead=lead).update(withdrawn_at=timezone.now())
    written = LeadNote(lead=lead, author_id=member.user.pk)
    seal_note(written, note)
    written.save()
    record(
        "lead.viewed",
        actor_id=member.user.pk,
        kind="lead",
        object_id=lead.pk,
        personal={"reason": "belde zelf"},
    )
    make_file(lead, content=note.encode())
    record_disclosure("webhook", recipient_id=WEBHOOK, objects=[lead.pk])


def ask(lead: Lead, *, email: str = EMAIL) -> PrivacyRequest:
    """An earlier request of the same person, still open."""
    key, now = uuid7(), timezone.now()
    place = f"privacy_privacyrequest.{{}}:{key}".format
    return PrivacyRequest.objects.create(
        id=key, reference="R1", right="access", stage="open", channel="door", country="NL", language="nl",
        received_at=now, target_on=now.date(), statutory_on=now.date() + timedelta(days=30),
        person=seal(lead.organisation_id, json.dumps({"name": "Sanne", "email": email}), place=place("person")),
        person_index=blind_index(lead.organisation_id, "email", email),
        wish=seal(lead.organisation_id, '{"text": "alles"}', place=place("wish")),
        locators=seal(lead.organisation_id, '{"roots": []}', place=place("locators")),
        decided_by=uuid7(),
    )  # fmt: skip


def tell_the_software(lead: Lead) -> None:
    """Acme's own software, which got the data, was sent a message about it."""
    endpoint = WebhookEndpoint.objects.create(id=WEBHOOK, url="https://crm.acme.example/in", secret=b"")
    WebhookDelivery.objects.create(
        endpoint=endpoint, event="lead.created", object_id=lead.pk, created_at=timezone.now()
    )


def hold_for_a_while(member: Member, lead: Lead) -> None:
    """Something was kept back because of a dispute, which is over."""
    review_on = timezone.localdate() + timedelta(days=30)
    hold = holds.place(
        scope="person", label="leads.Lead", object_id=lead.pk, ground="dispute", reason="een geschil",
        review_on=review_on, by=member.user.pk,
    )  # fmt: skip
    holds.release(hold, by=member.user.pk)


@pytest.fixture
def known(alice: Member) -> Known:
    lead = make_lead(alice.organisation, email=EMAIL)
    Organisation.objects.filter(pk=alice.organisation.pk).update(notification_email="post@acme.example")
    with tenant(alice.organisation.pk):
        fill_in(alice, lead)
        suppress(EMAIL, topic="marketing", reason="objection")
        ask(lead)
        hold_for_a_while(alice, lead)
        tell_the_software(lead)
        return Known(Lead.objects.get(pk=lead.pk), Organisation.objects.get(pk=alice.organisation.pk))
