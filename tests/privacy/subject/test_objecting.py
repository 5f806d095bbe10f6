"""Objection per purpose, and withdrawal of consent at once."""

from __future__ import annotations

from uuid import UUID

import pytest

from delivery.drain import drain
from delivery.mail import send_tenant_mail
from delivery.models import MailState, Suppression
from leads.models import ConsentRecord
from privacy.models import PrivacyRequest, Stage
from privacy.requests import cases
from privacy.subject import objecting, restricting, withdrawing
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.subject.conftest import EMAIL, Known

CASE = UUID(int=7)


@pytest.fixture
def consented(known: Known) -> Known:
    """Sanne's consent to marketing stands, and no objection is known."""
    with tenant(known.organisation.pk):
        ConsentRecord.objects.filter(lead=known.lead).update(withdrawn_at=None)
        Suppression.objects.all().delete()
    return known


def next_send(known: Known) -> str:
    """What becomes of the next commercial mail to Sanne."""
    with tenant(known.organisation.pk):
        consent = ConsentRecord.objects.get(lead=known.lead)
        mail = send_tenant_mail(
            to=EMAIL, template="restriction_ends", context={"organisation": known.organisation},
            language="nl", lead_id=None, purpose="offer", topic="marketing", consent_id=consent.pk,
        )  # fmt: skip
        return mail.state


def test_before_anything_is_asked_offers_are_sent(consented: Known) -> None:
    assert next_send(consented) == MailState.WAITING


@pytest.mark.promise("H32", "E6", "E12")
def test_consent_ends_at_once_and_nothing_more_is_sent(consented: Known) -> None:
    with tenant(consented.organisation.pk):
        keys = [consented.lead.pk]
        assert withdrawing.consents_given(keys) == 1
        assert withdrawing.withdraw_consent(keys, email=EMAIL, case_id=CASE, by=None) == 1
        assert withdrawing.withdraw_consent(keys, email=EMAIL, case_id=CASE, by=None) == 0
        assert withdrawing.consents_given(keys) == 0

    assert next_send(consented) == MailState.SUPPRESSED


@pytest.mark.promise("H31")
def test_an_objection_to_marketing_is_honoured_at_once(consented: Known) -> None:
    with tenant(consented.organisation.pk):
        ended = objecting.object_to("marketing", [consented.lead.pk], email=EMAIL, case_id=CASE, by=None)
        assert restricting.restricted_among([consented.lead.pk]) == set()

    assert ended
    assert next_send(consented) == MailState.SUPPRESSED


@pytest.mark.promise("H31")
def test_another_objection_restricts_while_it_is_weighed(consented: Known) -> None:
    with tenant(consented.organisation.pk):
        ended = objecting.object_to("security", [consented.lead.pk], email=EMAIL, case_id=CASE, by=None)
        assert restricting.restricted_among([consented.lead.pk]) == {consented.lead.pk}

    assert not ended


def test_an_unknown_purpose_is_refused(known: Known) -> None:
    with tenant(known.organisation.pk), pytest.raises(objecting.UnknownPurpose):
        objecting.object_to("world domination", [known.lead.pk], email=EMAIL, case_id=CASE, by=None)


@pytest.mark.promise("H32")
def test_a_withdrawal_needs_nobody_to_decide(transactional_db: None, alice: Member) -> None:
    lead = make_lead(alice.organisation, email=EMAIL)
    with tenant(alice.organisation.pk):
        ConsentRecord.objects.create(
            lead=lead, purpose="marketing", text_sha256="0" * 64, language="nl", given_at=lead.submitted_at
        )
        request = cases.receive(right="withdrawal", channel="door", language="nl", email=EMAIL, proven="link")
    while drain(seconds=0.01):
        pass

    with tenant(alice.organisation.pk):
        assert ConsentRecord.objects.get(lead=lead).withdrawn_at is not None
        assert PrivacyRequest.objects.get(pk=request.pk).stage == Stage.FULFILLED
