"""A request for erasure, from the decision to the letter and the certificate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from audit import recipients
from audit.models import NoticeState, RecipientNotice
from delivery.drain import drain
from delivery.letters import Letter
from delivery.mail import open_letter
from delivery.models import AccountMail, SentMail
from leads.models import Lead, LeadContact, LeadNote
from leads.sealed import open_contact
from organisations.models import Organisation
from privacy import holds
from privacy.declarations import Subject
from privacy.erasure import carrying_out
from privacy.erasure.carrying_out import NotInstructed, order_lead_erasure
from privacy.erasure.collecting import certificate_link
from privacy.erasure.execute import execute
from privacy.erasure.plan import plan_erasure
from privacy.models import (
    AccountErasure,
    ErasureState,
    LeadErasure,
    LegalHold,
    PrivacyRequest,
    Right,
    Stage,
)
from privacy.replay import Story
from privacy.replay import _erase as redo_erasure
from privacy.requests import cases, letters
from privacy.requests.carrying_out import LEADS
from tenancy.context import tenant
from tenancy.ledger.store import ledger
from tests.cast import Member
from tests.factories import IDENTITY, make_lead, make_user
from tests.privacy.erasure.conftest import counted, tables_with

EVERYTHING = [{"group": "*", "outcome": "erased", "ground": "", "until": ""}]
KEPT = {"outcome": "kept", "ground": "17(3)(e)", "until": "2031-05-31"}


@pytest.fixture
def request_(lead: Lead, acme: Organisation) -> PrivacyRequest:
    Organisation.objects.filter(pk=acme.pk).update(**IDENTITY)
    with tenant(acme.pk):
        return cases.receive(
            right=Right.ERASURE, channel="door", language="nl", name="Sanne de Vries",
            email="sanne@example.org", proven="link",
        )  # fmt: skip


def decide(request: PrivacyRequest, by: Member, decisions: list[dict[str, str]]) -> PrivacyRequest:
    with tenant(request.organisation_id):
        cases.decide(request, decisions=decisions, by=by.membership)
    while drain():
        pass
    return as_it_is(request)


def as_it_is(request: PrivacyRequest) -> PrivacyRequest:
    with tenant(request.organisation_id):
        return PrivacyRequest.objects.get(pk=request.pk)


def answer_to(request: PrivacyRequest) -> Letter:
    with tenant(request.organisation_id):
        mail = SentMail.objects.filter(template="request_answer").get()
    return open_letter(mail, request.organisation_id)


def everyone_answers(request: PrivacyRequest) -> PrivacyRequest:
    with tenant(request.organisation_id):
        for notice in RecipientNotice.objects.filter(case_id=request.pk):
            recipients.mark(notice.pk, NoticeState.CONFIRMED)
    while drain():
        pass
    return as_it_is(request)


@pytest.mark.promise("H28", "A5")
def test_what_was_decided_is_done_and_answered(request_: PrivacyRequest, alice: Member) -> None:
    decided = decide(request_, alice, EVERYTHING)

    assert counted("leads_lead", "leads_leadcontact") == {"leads_lead": 0, "leads_leadcontact": 0}
    assert decided.stage == Stage.AWAITING_RECIPIENTS
    text = answer_to(decided).text
    assert "webhook" in text
    assert "/privacy/certificate/" in text


def test_the_request_ends_with_the_last_recipient(request_: PrivacyRequest, alice: Member) -> None:
    decide(request_, alice, EVERYTHING)

    ended = everyone_answers(request_)

    assert ended.stage == Stage.FULFILLED
    with tenant(ended.organisation_id):
        assert LeadErasure.objects.get(case_id=ended.pk).state == ErasureState.CERTIFIED


def test_a_recipient_that_cannot_be_told_keeps_it_open(request_: PrivacyRequest, alice: Member) -> None:
    decide(request_, alice, EVERYTHING)
    with tenant(request_.organisation_id):
        RecipientNotice.objects.update(state=NoticeState.FAILED)
        with pytest.raises(cases.RecipientsOutstanding):
            cases.close(request_)


def test_all_requests_of_the_address_go(lead: Lead, acme: Organisation, request_: Any, alice: Member) -> None:
    make_lead(acme, email="SANNE@example.org")
    make_lead(acme, email="else@example.org")

    decide(request_, alice, EVERYTHING)

    assert counted("leads_lead") == {"leads_lead": 1}


def test_nothing_held_is_answered_at_once(acme: Organisation, alice: Member) -> None:
    with tenant(acme.pk):
        asked = cases.receive(
            right=Right.ERASURE, channel="door", language="nl", email="who@example.org", proven="link"
        )

    assert decide(asked, alice, EVERYTHING).stage == Stage.FULFILLED


def test_the_rows_found_outlive_the_erasure(request_: PrivacyRequest, lead: Lead, alice: Member) -> None:
    from privacy.erasure.answering import leads_of

    decided = decide(request_, alice, EVERYTHING)

    with tenant(decided.organisation_id):
        assert leads_of(decided) == [lead.pk]


@pytest.mark.promise("H10")
def test_no_order_without_a_decision(request_: PrivacyRequest, lead: Lead) -> None:
    with tenant(request_.organisation_id):
        plan = plan_erasure(Subject.LEAD, [lead.pk])
        with pytest.raises(NotInstructed):
            order_lead_erasure(case_id=request_.pk, leads=[lead.pk], approved=plan.digest, by=None)


# --- Kept by a legal hold ---------------------------------------------------------------------------


def hold(lead: Lead, by: Member) -> None:
    holds.place(
        scope=LegalHold.Scope.PERSON, ground=LegalHold.Ground.CLAIM, reason="A claim.",
        review_on=timezone.localdate() + timedelta(days=30), by=by.user.pk,
        label="leads.Lead", object_id=lead.pk,
    )  # fmt: skip


@pytest.mark.promise("H28")
@pytest.mark.parametrize("when", ["before the decision", "before the deed"])
def test_nobody_is_told_that_was_erased_what_a_hold_keeps(
    request_: PrivacyRequest, lead: Lead, alice: Member, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    really = carrying_out.lock

    def hold_and_lock(person: Any) -> None:
        if not holds.active():
            hold(lead, alice)
        really(person)

    if when == "before the decision":
        with tenant(lead.organisation_id):
            hold(lead, alice)
    else:
        monkeypatch.setattr(carrying_out, "lock", hold_and_lock)

    decided = decide(request_, alice, EVERYTHING)

    assert counted("leads_lead") == {"leads_lead": 1}
    text = answer_to(decided).text
    assert "lid 3, onder e" in text
    assert "gewist" not in text
    assert decided.stage == Stage.REFUSED


def test_what_no_hold_keeps_goes_and_the_letter_says_both(
    request_: PrivacyRequest, lead: Lead, acme: Organisation, alice: Member
) -> None:
    make_lead(acme, email="sanne@example.org")
    with tenant(acme.pk):
        hold(lead, alice)

    decided = decide(request_, alice, EVERYTHING)

    assert counted("leads_lead") == {"leads_lead": 1}
    assert "lid 3, onder e" in answer_to(decided).text
    assert {each["outcome"] for each in decided.decisions} == {"erased", "kept"}


# --- Kept by decision -------------------------------------------------------------------------------


@pytest.mark.promise("H28", "A5")
def test_a_kind_that_stays_is_kept_and_the_rest_goes(
    request_: PrivacyRequest, lead: Lead, alice: Member
) -> None:
    decisions = [{"group": "contact", "outcome": "erased"}, {"group": "lead", **KEPT}]

    decided = decide(request_, alice, decisions)

    with tenant(decided.organisation_id):
        assert Lead.objects.filter(pk=lead.pk).exists()
        contact = open_contact(LeadContact.objects.get(lead=lead))
        assert (contact.name, contact.email, contact.phone) == ("", "", "")
        assert LeadNote.objects.filter(lead=lead).count() == 1
        erasure = LeadErasure.objects.get(case_id=decided.pk)
    assert counted("leads_leadorigin", "delivery_mailboxmessage") == {
        "leads_leadorigin": 0,
        "delivery_mailboxmessage": 0,
    }
    kept = {each["table"]: (each["ground"], each["until"]) for each in erasure.kept}
    assert kept["leads_lead"] == ("17(3)(e)", "2031-05-31")
    text = answer_to(decided).text
    assert "lid 3, onder e" in text
    assert "2031" in text


def test_a_replay_keeps_and_empties_the_same(request_: PrivacyRequest, lead: Lead, alice: Member) -> None:
    """As after a backup from before: the name is back, until what the ledger tells is done again."""
    decide(request_, alice, [{"group": "contact", "outcome": "erased"}, {"group": "lead", **KEPT}])
    with tenant(lead.organisation_id):
        LeadContact.objects.filter(lead=lead).update(name=b"back again")
    (story,) = [each for each in stories() if each.action == "erase_lead"]

    redo_erasure(Subject.LEAD, story)

    with tenant(lead.organisation_id):
        assert bytes(LeadContact.objects.get(lead=lead).name) == b""


def stories() -> list[Story]:
    lines = ledger().entries(after=0)
    ends = {line.entry: line for line in lines if line.kind == "done"}
    return [Story(line.entry, line, ends.get(line.entry)) for line in lines if line.kind == "intent"]


@pytest.mark.parametrize("kind", ["contact", "lead", "technical", "consent", "communication"])
def test_whatever_kind_stays_the_plan_is_carried_out(lead: Lead, kind: str) -> None:
    """Nothing that was to stay goes by a cascade, and nothing that was to go is left."""
    with tenant(lead.organisation_id):
        plan = plan_erasure(Subject.LEAD, [lead.pk], keeping={kind: ("17(3)(e)", "")})
        stays = {part.table: part.rows for part in plan.kept}
        execute(plan)
        after = plan_erasure(Subject.LEAD, [lead.pk], keeping={kind: ("17(3)(e)", "")})

    assert {part.table: part.rows for part in after.kept} == stays
    assert after.counts == {}


def test_the_desk_shows_the_letter_that_was_sent(request_: PrivacyRequest, alice: Member) -> None:
    decided = decide(request_, alice, EVERYTHING)

    sent = answer_to(decided)
    with tenant(decided.organisation_id):
        shown, link = letters.answer_sent(decided), certificate_link(decided.pk, of=LEADS)
    assert shown == sent
    assert link.startswith(f"{settings.SITE_URL}/privacy/certificate/")
    assert "?as=pdf&lang=nl" in sent.text


def test_a_request_without_an_answer_has_no_letter_and_no_certificate(request_: PrivacyRequest) -> None:
    with tenant(request_.organisation_id):
        assert (letters.answer_sent(request_), certificate_link(request_.pk, of=LEADS)) == (None, "")


# --- Accounts ---------------------------------------------------------------------------------------


def test_an_account_is_erased_and_its_person_told(alice: Member) -> None:
    user = make_user(name="Bea", email="bea@example.org")
    asked = cases.receive_for_account(
        right=Right.ERASURE, channel="account", language="en", country="NL", email=user.email,
        user=user, proven="session",
    )  # fmt: skip
    officer = make_user(name="Olga")
    from accounts.models import PlatformRole

    PlatformRole.objects.create(user=officer, role=PlatformRole.Role.PRIVACY_OFFICER)
    cases.decide(asked, decisions=EVERYTHING, by=officer)
    while drain():
        pass

    asked.refresh_from_db()
    assert (asked.stage, AccountErasure.objects.get().state) == (Stage.FULFILLED, ErasureState.CERTIFIED)
    assert tables_with("bea@example.org") == []
    assert AccountMail.objects.filter(template="request_answer").count() == 1
