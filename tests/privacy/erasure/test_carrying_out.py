"""From the order to the deed: exactly the plan, once, by whoever may decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import EmailChange, PendingSignUp, User
from audit import chain, committing
from audit.models import Event, PlatformEvent, RecipientNotice
from billing.invoices.issuing import issue_of_ours
from billing.models import BillingContact, IssuedInvoice
from billing.vat.treating import treatment_of
from delivery.drain import drain
from delivery.jobs import enqueue
from delivery.models import Job
from leads.models import Lead
from leads.work import add_note
from organisations.invitations import invite
from organisations.models import Invitation, Membership, Organisation
from organisations.permissions import Role
from privacy import holds
from privacy.declarations import Subject
from privacy.erasure import carrying_out, execute
from privacy.erasure.carrying_out import (
    LastOwner,
    NotInstructed,
    PlanChanged,
    erase,
    order_account_erasure,
    order_lead_erasure,
)
from privacy.erasure.plan import Plan, plan_erasure
from privacy.models import AccountErasure, ErasureState, LeadErasure
from tenancy.context import tenant
from tenancy.ids import uuid7
from tenancy.ledger.store import ledger
from tenancy.models import LedgerEntry
from tests.billing.invoices import make_invoice
from tests.billing.papers import SELLER_SETTING, company
from tests.cast import Member
from tests.factories import make_lead, make_user, sign_in
from tests.privacy.erasure.conftest import WEBHOOK, carried_out, counted, order, tables_with

LEAD_TABLES = (
    "leads_lead", "leads_leadcontact", "leads_leadorigin", "leads_leadnote", "leads_leadevent",
    "leads_consentrecord", "delivery_sentmail", "delivery_mailboxmessage",
)  # fmt: skip


# --- Leads ------------------------------------------------------------------------------------------


@pytest.mark.promise("H25", "H28")
def test_nothing_of_a_lead_is_left(lead: Lead, alice: Member) -> None:
    assert min(counted(*LEAD_TABLES).values()) > 0

    done = carried_out(order(lead, alice))

    assert counted(*LEAD_TABLES) == dict.fromkeys(LEAD_TABLES, 0)
    assert done.is_done
    assert sum(done.counts.values()) == 12


@pytest.mark.promise("H28")
def test_why_it_was_once_held_goes_out_of_the_record_too_and_the_chain_is_whole(
    lead: Lead, alice: Member
) -> None:
    with tenant(lead.organisation_id):
        hold = holds.place(
            scope="person", label="leads.Lead", object_id=lead.pk, ground="claim", reason="Dispute about a roof",
            review_on=timezone.localdate() + timedelta(days=30), by=alice.user.pk,
        )  # fmt: skip
        placed = Event.objects.get(action="hold.placed")
        told = [committing.read(value) for value in committing.values_of([placed.pk])[placed.pk]]
        holds.release(hold, by=alice.user.pk)

    carried_out(order(lead, alice))

    assert told == ["Dispute about a roof"]
    with tenant(lead.organisation_id):
        assert committing.values_of([placed.pk]) == {}
    assert chain.look_after(lead.organisation_id).problem == ""


def test_what_is_done_is_what_was_shown(lead: Lead, alice: Member) -> None:
    with tenant(lead.organisation_id):
        shown = plan_erasure(Subject.LEAD, [lead.pk])

    assert carried_out(order(lead, alice)).counts == shown.counts


def test_nobody_else_is_touched(lead: Lead, alice: Member, globex: Organisation) -> None:
    make_lead(globex)
    make_lead(alice.organisation)

    carried_out(order(lead, alice))

    assert counted("leads_lead", "leads_leadcontact") == {"leads_lead": 2, "leads_leadcontact": 2}


def test_erasing_twice_is_a_success(lead: Lead, alice: Member) -> None:
    erasure = carried_out(order(lead, alice))

    again = carried_out(erasure)

    assert (again.erased_at, again.counts) == (erasure.erased_at, erasure.counts)


def test_whoever_is_gone_already_is_erased(lead: Lead, alice: Member) -> None:
    erasure = order(lead, alice)
    with tenant(lead.organisation_id):
        Lead.objects.filter(pk=lead.pk).delete()

    done = carried_out(erasure)

    assert (done.state, done.root_ids) == (ErasureState.DONE, [str(lead.pk)])
    assert done.counts == {}


def test_a_case_has_one_erasure(lead: Lead, alice: Member) -> None:
    with tenant(lead.organisation_id):
        approved, case = plan_erasure(Subject.LEAD, [lead.pk]).digest, uuid7()
        orders = [
            order_lead_erasure(case_id=case, leads=[lead.pk], approved=approved, by=alice.user.pk)
            for _ in range(2)
        ]

    assert len({each.pk for each in orders}) == 1
    assert Job.objects.filter(task="privacy.erase").count() == 1


def test_what_was_not_approved_is_not_erased(lead: Lead, alice: Member, acme: Organisation) -> None:
    erasure, other = order(lead, alice), make_lead(acme)
    with tenant(acme.pk):
        LeadErasure.objects.filter(pk=erasure.pk).update(root_ids=[str(lead.pk), str(other.pk)])

    done = carried_out(erasure)

    assert (done.state, counted("leads_lead")) == (ErasureState.STALE, {"leads_lead": 2})


def test_an_order_names_the_plan_that_was_shown(lead: Lead, alice: Member) -> None:
    with tenant(lead.organisation_id), pytest.raises(PlanChanged):
        order_lead_erasure(case_id=uuid7(), leads=[lead.pk], approved="0" * 64, by=alice.user.pk)


def test_what_is_left_undoes_everything(lead: Lead, alice: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    erasure = order(lead, alice)
    monkeypatch.setattr(execute, "_delete", lambda part: None)

    with pytest.raises(execute.NotErased):
        erase(erasure.pk, organisation_id=lead.organisation_id)

    assert counted("leads_lead", "leads_leadcontact") == {"leads_lead": 1, "leads_leadcontact": 1}


def test_the_evidence_names_nobody(lead: Lead, alice: Member) -> None:
    done = carried_out(order(lead, alice))

    with tenant(lead.organisation_id):
        event = Event.objects.get(action="lead.erased")
    assert (event.evidence, event.actor_id, event.object_id) == (True, alice.user.pk, lead.pk)
    assert event.detail == {"case": str(done.case_id), "rows": 12}


def test_the_keys_can_be_checked_but_not_read(lead: Lead, alice: Member) -> None:
    with tenant(lead.organisation_id):
        plan = plan_erasure(Subject.LEAD, [lead.pk])

    done = carried_out(order(lead, alice))

    assert done.digest == carrying_out.digest_of_keys(done.salt, plan)
    assert done.digest != carrying_out.digest_of_keys("0" * 32, plan)


def test_whoever_got_the_lead_is_told(lead: Lead, alice: Member) -> None:
    done = carried_out(order(lead, alice))

    with tenant(lead.organisation_id):
        notices = list(RecipientNotice.objects.values_list("case_id", "event", "recipient_id", "object_ids"))
    assert notices == [(done.case_id, "lead.erased", WEBHOOK, [str(lead.pk)])]


@pytest.mark.promise("H10", "C1")
@pytest.mark.parametrize("who", ["charlie", "bob", "platform"])
def test_only_the_organisation_decides_about_its_leads(
    lead: Lead, who: str, request: pytest.FixtureRequest
) -> None:
    """Not another organisation, not a colleague without the right, not the platform's own officer."""
    by = request.getfixturevalue(who).user if who != "platform" else make_user(name="Olga")
    with tenant(lead.organisation_id):
        plan = plan_erasure(Subject.LEAD, [lead.pk])
        with pytest.raises(NotInstructed):
            order_lead_erasure(case_id=uuid7(), leads=[lead.pk], approved=plan.digest, by=by.pk)

    assert counted("leads_lead", "privacy_leaderasure") == {"leads_lead": 1, "privacy_leaderasure": 0}


def test_the_job_does_it(lead: Lead, alice: Member) -> None:
    order(lead, alice)

    while drain():
        pass

    assert counted("leads_lead") == {"leads_lead": 0}


# --- The ledger ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_ledger_hears_of_it_before_anything_goes(
    lead: Lead, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written before, ended after, with every row by its key and nobody by name."""
    seen: list[Any] = []

    def look(plan: Plan) -> dict[str, int]:
        seen.extend(line.facts for line in ledger().entries(after=0))
        return execute.execute(plan)

    monkeypatch.setattr(carrying_out, "execute", look)
    with tenant(lead.organisation_id):
        plan = plan_erasure(Subject.LEAD, [lead.pk])

    done = carried_out(order(lead, alice))

    assert [facts["action"] for facts in seen] == ["erase_lead"]
    assert sorted(map(tuple, seen[0]["refs"])) == sorted(plan.refs)
    kinds = [line.kind for line in ledger().entries(after=0)]
    assert kinds == ["intent", "done"]
    assert done.ledger_seq == 2


def test_what_comes_in_between_is_announced_too(
    lead: Lead, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasure, lock = order(lead, alice), carrying_out.lock
    tries: list[int] = []

    def a_note_comes_first(person: Any) -> None:
        if not tries:
            add_note(lead, text="Nog even.", by=alice.user.pk)
        tries.append(1)
        lock(person)

    monkeypatch.setattr(carrying_out, "lock", a_note_comes_first)

    done = carried_out(erasure)

    assert len(tries) == 2
    assert (done.counts["leads_leadnote"], counted("leads_lead")) == (2, {"leads_lead": 0})
    assert list(LedgerEntry.objects.values_list("state", flat=True)) == []


def test_a_stale_order_leaves_no_announcement(lead: Lead, alice: Member) -> None:
    erasure = order(lead, alice)
    with tenant(lead.organisation_id):
        LeadErasure.objects.filter(pk=erasure.pk).update(plan="0" * 64)

    done = carried_out(erasure)

    assert done.state == ErasureState.STALE
    assert LedgerEntry.objects.filter(state=LedgerEntry.State.INTENDED).count() == 0


# --- Accounts ---------------------------------------------------------------------------------------


def account_order(user: User) -> AccountErasure:
    plan = plan_erasure(Subject.ACCOUNT, [user.pk])
    return order_account_erasure(case_id=uuid7(), user_id=user.pk, approved=plan.digest, by=user.pk)


def account_carried_out(user: User) -> AccountErasure:
    erasure = account_order(user)
    erase(erasure.pk, organisation_id=None)
    erasure.refresh_from_db()
    return erasure


@pytest.fixture
def bea(alice: Member) -> User:
    """A second owner of Acme with everything that an account can have."""
    user = make_user(name="Bea", email="bea@example.org")
    membership = Membership.objects.create(user=user, organisation=alice.organisation, role=Role.OWNER)
    sign_in(Client(), Member(user, alice.organisation, membership))
    EmailChange.objects.create(
        user=user, new_email="b@example.org", expires_at=user.created_at, purge_after=user.created_at
    )
    PendingSignUp.objects.create(
        email=user.email, name="Bea", expires_at=user.created_at, purge_after=user.created_at
    )
    Invitation.objects.create(
        organisation=alice.organisation, email=user.email, role=Role.SALES, token_hash="a",
        sent_at=user.created_at, expires_at=user.created_at, purge_after=user.created_at,
    )  # fmt: skip
    with tenant(alice.organisation.pk):
        invite(organisation=alice.organisation, email="new@example.org", role=Role.SALES, by=membership)
    Organisation.objects.filter(pk=alice.organisation.pk).update(created_by=user)
    enqueue("accounts.notify", organisation_id=None, ids={"user": str(user.pk)})
    return user


@pytest.mark.promise("H28", "A5")
def test_a_contact_for_invoices_goes_and_the_invoices_stay(
    bea: User, acme: Organisation, settings: Any
) -> None:
    settings.SELLER = SELLER_SETTING
    account, day = company(acme), timezone.localdate()
    made = issue_of_ours(acme, make_invoice(issued_on=day, due_on=day), treatment_of(account))
    BillingContact.objects.create(organisation=acme, name="Bea", email=bea.email, language="nl")
    others = BillingContact.objects.create(organisation=acme, email="bills@example.org", language="nl")

    account_carried_out(bea)

    assert list(BillingContact.objects.values_list("pk", flat=True)) == [others.pk]
    assert list(IssuedInvoice.objects.values_list("pk", flat=True)) == [made.pk]


@pytest.mark.promise("H28", "A5")
def test_nothing_of_an_account_is_left(bea: User, acme: Organisation) -> None:
    done = account_carried_out(bea)

    assert done.is_done
    assert list(User.objects.values_list("name", flat=True)) == ["Alice"]
    assert done.counts == {
        "accounts_authenticator": 1,
        "accounts_emailchange": 1,
        "accounts_pendingsignup": 1,
        "accounts_user": 1,
        "delivery_job": 1,
        "django_session": 1,
        "organisations_invitation": 2,
        "organisations_membership": 1,
        "organisations_organisation": 1,
    }
    assert tables_with("bea@example.org") == []


def test_whoever_is_not_erased_is_found(bea: User) -> None:
    assert tables_with("bea@example.org") == [
        "accounts_pendingsignup",
        "accounts_user",
        "organisations_invitation",
    ]


def test_the_business_goes_on(bea: User, acme: Organisation) -> None:
    account_carried_out(bea)

    acme.refresh_from_db()
    assert acme.created_by is None
    invited = Invitation.objects.get()
    assert (invited.email, invited.invited_by) == ("new@example.org", None)


def test_the_record_keeps_identifiers(bea: User) -> None:
    before = bea.pk

    account_carried_out(bea)

    event = PlatformEvent.objects.get(action="account.erased")
    assert (event.user_id, event.evidence) == (before, True)


def test_the_last_owner_hands_over_first(alice: Member) -> None:
    with pytest.raises(LastOwner) as refused:
        account_order(alice.user)

    assert refused.value.organisations == [alice.organisation]


def test_a_last_owner_since_the_order_is_not_erased(bea: User, alice: Member) -> None:
    erasure = account_order(bea)
    alice.membership.delete()

    with pytest.raises(LastOwner):
        erase(erasure.pk, organisation_id=None)

    assert User.objects.filter(pk=bea.pk).exists()
