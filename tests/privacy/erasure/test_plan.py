"""One plan, from the declarations alone, for preview and deed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.jobs import enqueue
from delivery.mail import suppress
from delivery.models import AccountMail
from leads.models import Lead
from organisations.models import Organisation
from privacy import holds, registry
from privacy.declarations import Erasure, Subject
from privacy.erasure.execute import cascades, execute
from privacy.erasure.plan import Outcome, Plan, plan_erasure
from privacy.models import LegalHold
from tenancy.context import tenant
from tenancy.planes import TABLES
from tests.cast import Member
from tests.factories import make_lead


def lead_plan(lead: Lead) -> Plan:
    with tenant(lead.organisation_id):
        return plan_erasure(Subject.LEAD, [lead.pk])


def rows(plan: Plan) -> dict[str, int]:
    return plan.counts


def test_everything_about_a_lead_goes(lead: Lead) -> None:
    assert rows(lead_plan(lead)) == {
        "delivery_mailboxmessage": 2,
        "delivery_sentmail": 2,
        "leads_consentrecord": 1,
        "leads_lead": 1,
        "leads_leadcontact": 1,
        "leads_leadevent": 3,
        "leads_leadnote": 1,
        "leads_leadorigin": 1,
    }


def test_another_lead_of_the_same_person_stays(lead: Lead, acme: Organisation) -> None:
    other = make_lead(acme)

    keys = {key for part in lead_plan(lead).parts for key in part.keys}

    assert str(lead.pk) in keys
    assert str(other.pk) not in keys


def test_an_organisation_sees_no_lead_of_another(lead: Lead, globex: Organisation) -> None:
    with tenant(globex.pk):
        assert rows(plan_erasure(Subject.LEAD, [lead.pk])) == {}


@pytest.mark.promise("H28", "A5")
def test_what_stays_has_a_ground_and_an_end(lead: Lead) -> None:
    with tenant(lead.organisation_id):
        suppress("Sanne@example.org", topic="offers", reason="asked")

    kept = {part.table: part for part in lead_plan(lead).kept}

    assert {table: (part.rows, part.ground) for table, part in kept.items()} == {
        "audit_disclosure": (1, "17(3)(b)"),
        "delivery_suppression": (1, "17(3)(b)"),
        "tenancy_ledgerentry": (1, "17(3)(b)"),  # the suppression survives a restore
    }
    ends = kept["audit_disclosure"].until
    assert ends is not None
    assert timedelta(days=1820) < ends - timezone.now() < timedelta(days=1830)


@pytest.mark.promise("H28", "A5")
def test_a_statutory_record_stays_with_its_ground_and_date(
    alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an invoice will be declared: kept seven years, whatever else of the account goes."""
    books = Erasure("keep", ground="17(3)(b)", why="The books are kept for seven years.")
    mails = registry.declarations()["delivery.AccountMail"]
    monkeypatch.setitem(
        registry.collector.declarations, "delivery.AccountMail", replace(mails, erasure=books, also=())
    )
    ends = timezone.now() + timedelta(days=7 * 365)
    AccountMail.objects.create(
        user_id=alice.user.pk, template="t", language="en", recipient=b"", content=b"", recipient_index=b"",
        created_at=timezone.now(), purge_after=ends,
    )  # fmt: skip

    plan = plan_erasure(Subject.ACCOUNT, [alice.user.pk])

    mail = next(group for group in plan.groups if group.name == "communication")
    assert (mail.outcome, mail.ground, mail.until) == (Outcome.KEPT, "17(3)(b)", ends)
    assert rows(plan) == {
        "accounts_user": 1,
        "organisations_membership": 1,
        "organisations_organisation": 1,
    }


def test_work_that_waits_for_a_row_goes_with_it(lead: Lead, globex: Organisation) -> None:
    for owner in (lead.organisation_id, globex.pk):
        enqueue("leads.announce", organisation_id=owner, ids={"lead": str(lead.pk)})
    enqueue("leads.announce", organisation_id=lead.organisation_id, ids={"lead": str(globex.pk)})

    assert rows(lead_plan(lead))["delivery_job"] == 1


def test_the_plan_is_the_same_until_what_it_decides_changes(lead: Lead, acme: Organisation) -> None:
    first = lead_plan(lead)
    with tenant(acme.pk):
        enqueue("leads.announce", organisation_id=acme.pk, ids={"lead": str(lead.pk)})
        other = make_lead(acme)
        both = plan_erasure(Subject.LEAD, [lead.pk, other.pk])

    assert lead_plan(lead).digest == first.digest
    assert both.digest != first.digest


def test_another_outcome_is_another_plan(lead: Lead, monkeypatch: pytest.MonkeyPatch) -> None:
    first = lead_plan(lead)
    notes = registry.declarations()["leads.LeadNote"]
    kept = replace(notes, erasure=Erasure("keep", ground="17(3)(e)", why="A claim."))
    monkeypatch.setitem(registry.collector.declarations, "leads.LeadNote", kept)

    assert lead_plan(lead).digest != first.digest


@pytest.mark.django_db
@pytest.mark.parametrize("root", ["leads.Lead", "accounts.User"])
def test_whatever_is_to_go_can_go(root: str) -> None:
    """By the product's own right to delete, or by the cascade from the row it belongs to."""
    declared = registry.declarations()[root]
    table = registry.table_of(declared)
    stuck = [
        held.table
        for held in registry.held_about(declared)
        if held.declaration.erasure.what == "delete"
        and "DELETE" not in TABLES[held.table].app
        and (held.table, table) not in cascades()
    ]

    assert stuck == []


def test_a_plan_never_shows_an_address(lead: Lead) -> None:
    assert "sanne" not in repr(lead_plan(lead)).lower()


def test_a_legal_hold_keeps_the_lead_and_nothing_else(lead: Lead, acme: Organisation, alice: Member) -> None:
    other = make_lead(acme, email="else@example.org")
    review_on = timezone.localdate() + timedelta(days=90)
    with tenant(acme.pk):
        holds.place(
            scope=LegalHold.Scope.PERSON, ground=LegalHold.Ground.CLAIM, reason="A claim.",
            review_on=review_on, by=alice.user.pk, label="leads.Lead", object_id=lead.pk,
        )  # fmt: skip
        plan = plan_erasure(Subject.LEAD, [lead.pk, other.pk])
        execute(plan)

        assert list(Lead.objects.values_list("pk", flat=True)) == [lead.pk]
    kept = next(part for part in plan.kept if part.table == "leads_lead")
    assert (plan.held, kept.rows, kept.ground) == ((lead.pk,), 1, "17(3)(e)")
    assert kept.until is not None
    assert timezone.localdate(kept.until) == review_on
