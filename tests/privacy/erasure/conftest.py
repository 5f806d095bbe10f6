"""A lead with everything that a lead can have, and who asks for it to go."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connections
from django.test import override_settings

from audit.recipients import record_disclosure
from delivery.drain import drain
from leads.models import ConsentRecord, Lead, Status
from leads.work import add_note, change_status
from organisations.models import Organisation
from privacy.declarations import Subject
from privacy.erasure.carrying_out import erase, order_lead_erasure
from privacy.erasure.plan import plan_erasure
from privacy.models import LeadErasure
from tenancy.context import tenant
from tenancy.ids import uuid7
from tenancy.planes import TABLES
from tests.cast import Member
from tests.factories import make_lead

WEBHOOK = UUID("01900000-0000-7000-8000-00000000beef")


def whole_lead(owner: Member, *, email: str = "sanne@example.org", name: str = "Sanne de Vries") -> Lead:
    """Asked, answered, announced, noted, consented, handed to a webhook."""
    Organisation.objects.filter(pk=owner.organisation.pk).update(notification_email="offers@acme.example")
    lead = make_lead(owner.organisation, name=name, email=email)
    with override_settings(EMAIL_BACKEND="delivery.mailbox.MailboxBackend"):
        while drain():
            pass
    with tenant(owner.organisation.pk):
        add_note(lead, text="Belt vrijdag terug.", by=owner.user.pk)
        change_status(lead, to=Status.CONTACTED, by=owner.user.pk)
        ConsentRecord.objects.create(
            lead=lead, purpose="marketing", text_sha256="0" * 64, language="nl", given_at=lead.submitted_at
        )
        record_disclosure("webhook", recipient_id=WEBHOOK, objects=[lead.pk], batch_id=uuid7())
    return lead


@pytest.fixture
def lead(alice: Member) -> Lead:
    return whole_lead(alice)


def order(lead: Lead, by: Member, *more: Lead, case_id: UUID | None = None) -> LeadErasure:
    """The organisation decides, on the plan as it is now."""
    leads = [lead.pk, *(each.pk for each in more)]
    with tenant(lead.organisation_id):
        plan = plan_erasure(Subject.LEAD, leads)
        return order_lead_erasure(
            case_id=case_id or uuid7(), leads=leads, approved=plan.digest, by=by.user.pk
        )


def carried_out(erasure: LeadErasure) -> LeadErasure:
    erase(erasure.pk, organisation_id=erasure.organisation_id)
    return as_it_is(erasure)


def as_it_is(erasure: LeadErasure) -> LeadErasure:
    with tenant(erasure.organisation_id):
        return LeadErasure.objects.get(pk=erasure.pk)


def counted(*tables: str) -> dict[str, int]:
    """Rows of some tables over all organisations."""
    found = dict.fromkeys(tables, 0)
    for organisation_id in list(Organisation.objects.values_list("pk", flat=True)):
        with tenant(organisation_id):
            for table in tables:
                if TABLES[table].plane == "tenant":
                    found[table] += _count(table)
    return found | {table: _count(table) for table in tables if TABLES[table].plane == "control"}


def _count(table: str) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return cursor.fetchone()[0]


def tables_with(value: str) -> list[str]:
    """Tables in which a value stands in clear, whoever's row it is."""
    found = set()
    for organisation_id in list(Organisation.objects.values_list("pk", flat=True)):
        with tenant(organisation_id), connections["default"].cursor() as cursor:
            for table in TABLES:
                cursor.execute(
                    f'SELECT 1 FROM "{table}" t WHERE to_jsonb(t)::text ILIKE %s LIMIT 1', [f"%{value}%"]
                )
                if cursor.fetchone():
                    found.add(table)
    return sorted(found)
