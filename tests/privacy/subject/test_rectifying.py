"""A correction replaces what is sealed and what it is found by, is noted, and reaches who had the data."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from audit.models import Event, RecipientNotice
from delivery.drain import drain
from leads.detail import lead_detail
from leads.models import Lead, LeadContact
from leads.sealed import contact_of
from privacy.models import PrivacyRequest, Stage
from privacy.requests import cases
from privacy.subject import finding, rectifying
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.subject.conftest import EMAIL, Known

CASE = UUID(int=6)


@pytest.mark.promise("H27")
def test_contact_details_are_sealed_anew_and_found_by_the_new_ones(known: Known) -> None:
    with tenant(known.organisation.pk):
        changed = rectifying.correct(
            known.lead.pk,
            changes={"contact.name": "Sanne de Boer", "contact.email": "boer@example.org"},
            case_id=CASE,
            by=None,
        )
        contact = contact_of(known.lead)

        assert changed == ["contact.email", "contact.name"]
        assert (contact.name, contact.email, contact.phone) == (
            "Sanne de Boer", "boer@example.org", "+31201234567",
        )  # fmt: skip
        assert finding.with_address("boer@example.org") == [known.lead.pk]
        assert finding.with_address(EMAIL) == []


@pytest.mark.promise("H27")
def test_a_phone_number_may_go_and_its_hash_goes_with_it(known: Known) -> None:
    with tenant(known.organisation.pk):
        rectifying.correct(known.lead.pk, changes={"contact.phone": ""}, case_id=CASE, by=None)
        row = LeadContact.objects.get(lead=known.lead)

    assert (row.phone, row.phone_index) == (None, None)


@pytest.mark.promise("H27")
def test_recipients_are_told_and_a_note_of_the_correction_stays(known: Known, alice: Member) -> None:
    with tenant(known.organisation.pk):
        for _ in range(2):
            rectifying.correct(
                known.lead.pk, changes={"contact.name": "S. Boer"}, case_id=CASE, by=alice.user.pk
            )

        assert list(RecipientNotice.objects.values_list("event", flat=True)) == ["lead.rectified"]
        [event] = Event.objects.filter(action="subject.corrected", object_id=known.lead.pk)
        assert (event.detail["fields"], event.evidence) == ("contact.name", True)


def test_what_is_right_already_is_no_correction(known: Known) -> None:
    with tenant(known.organisation.pk):
        assert (
            rectifying.correct(known.lead.pk, changes={"contact.email": EMAIL}, case_id=CASE, by=None) == []
        )
        assert not RecipientNotice.objects.exists()


@pytest.mark.promise("H27")
def test_a_statement_of_the_person_stands_with_the_notes(known: Known) -> None:
    with tenant(known.organisation.pk):
        rectifying.add_statement(known.lead.pk, text="Ik belde nooit.", case_id=CASE, by=None)
        notes = lead_detail(Lead.objects.select_related("version").get(pk=known.lead.pk)).notes

    assert [(note.text, note.by_the_person) for note in notes] == [
        ("Ik belde nooit.", True),
        ("belt liever na zes uur", False),
    ]


@pytest.mark.parametrize(
    ("category", "text", "kept"),
    [
        ("contact.name", "  Sanne   Boer ", "Sanne Boer"),
        ("contact.email", " boer@example.org", "boer@example.org"),
        ("contact.phone", "020 123 45 67", "+31201234567"),
        ("contact.phone", "", ""),
    ],
)
def test_details_are_kept_in_the_form_in_which_they_are_found(category: str, text: str, kept: str) -> None:
    assert rectifying.cleaned(category, text, country="NL") == kept


@pytest.mark.parametrize(
    ("category", "text"),
    [("contact.name", " "), ("contact.name", "x" * 201), ("contact.email", "boer@"), ("contact.phone", "99")],
)
def test_what_cannot_be_a_detail_is_refused_without_quoting_it(category: str, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        rectifying.cleaned(category, text, country="NL")

    assert text.strip() == "" or text not in str(refused.value)


@pytest.mark.promise("H27")
def test_a_request_for_correction_is_carried_out_once_it_is_granted(
    transactional_db: None, alice: Member
) -> None:
    lead = make_lead(alice.organisation, email=EMAIL)
    with tenant(alice.organisation.pk):
        request = cases.receive(
            right="rectification", channel="door", language="nl", email=EMAIL, proven="link",
            wish={"text": "Zo heet ik.", "values": {"contact.name": "Sanne de Boer", "contact.phone": "1"}},
        )  # fmt: skip
        cases.decide(request, decisions=[{"group": "*", "outcome": "corrected"}], by=alice.membership)
    while drain(seconds=0.01):
        pass

    with tenant(alice.organisation.pk):
        contact = contact_of(lead)
        assert (contact.name, contact.phone) == ("Sanne de Boer", "")
        assert lead.notes.count() == 1
        assert PrivacyRequest.objects.get(pk=request.pk).stage == Stage.FULFILLED
