"""What follows from a stored lead."""

import pytest

from delivery.jobs import JobCall
from delivery.mail import Letter, open_letter, open_recipient
from delivery.models import SentMail
from leads import work
from leads.announcing import CONFIRMATIONS_PER_DAY, announce
from leads.models import ConsentRecord, Lead, LeadEvent, Status
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.factories import make_lead
from tests.leads.conftest import open_for_visitors
from tests.leads.definitions import veranda

pytestmark = pytest.mark.django_db


def announced(lead: Lead) -> list[SentMail]:
    """Announce one lead and answer the mails recorded for it, oldest first."""
    with tenant(lead.organisation_id):
        announce(JobCall(organisation_id=lead.organisation_id, ids={"lead": str(lead.pk)}, attempt=1))
        return list(SentMail.objects.filter(lead_id=lead.pk).order_by("id"))


def letters(lead: Lead) -> dict[str, Letter]:
    return {mail.purpose: open_letter(mail, lead.organisation_id) for mail in announced(lead)}


@pytest.fixture
def told(alice: Member) -> Organisation:
    """Acme, which wants to hear of new leads."""
    with tenant(alice.organisation.pk):
        Organisation.objects.filter(pk=alice.organisation.pk).update(notification_email="sales@acme.example")
    return alice.organisation


def test_organisation_and_visitor_are_mailed(told: Organisation) -> None:
    lead = make_lead(told, email="sanne@example.org")

    mails = announced(lead)

    assert [(mail.purpose, open_recipient(mail, told.pk)) for mail in mails] == [
        ("lead_notification", "sales@acme.example"),
        ("lead_confirmation", "sanne@example.org"),
    ]


def test_the_mail_to_the_organisation_names_nobody(told: Organisation) -> None:
    lead = make_lead(told, name="Sanne de Vries", email="sanne@example.org")

    letter = letters(lead)["lead_notification"]

    assert [word in letter.text for word in ("Sanne", "sanne@example.org", "4,995.00")] == [
        False,
        False,
        True,
    ]


def test_the_confirmation_carries_configuration_and_price(told: Organisation) -> None:
    lead = make_lead(told)

    letter = letters(lead)["lead_confirmation"]

    assert [word in letter.text for word in ("Helder glas", "400 cm", "4.995,00", lead.reference)] == [
        True
    ] * 4


@pytest.mark.parametrize(
    ("display", "said"),
    [("exact", ["Veranda Modern:", "Totaal incl. btw:", "waarvan btw:", "€"]), ("none", [])],
)
def test_the_confirmation_tells_what_it_costs_where_the_page_does(
    alice: Member, display: str, said: list[str]
) -> None:
    open_for_visitors(alice, veranda() | {"price_display": {"kind": display}})

    text = letters(make_lead(alice.organisation))["lead_confirmation"].text

    assert [
        word for word in ("Veranda Modern:", "Totaal incl. btw:", "waarvan btw:", "€") if word in text
    ] == said


def test_an_organisation_without_an_address_is_not_mailed(alice: Member) -> None:
    assert [mail.purpose for mail in announced(make_lead(alice.organisation))] == ["lead_confirmation"]


def test_a_quarantined_lead_is_told_to_nobody(told: Organisation) -> None:
    assert announced(make_lead(told, status=Status.QUARANTINED)) == []


def test_one_address_is_not_confirmed_without_end(told: Organisation) -> None:
    for _ in range(CONFIRMATIONS_PER_DAY):
        announced(make_lead(told, email="victim@example.org"))
    lead = make_lead(told, email="victim@example.org")

    purposes = [mail.purpose for mail in announced(lead)]

    assert purposes == ["lead_notification"]


def test_marketing_consent_is_kept_with_its_wording(told: Organisation) -> None:
    lead = make_lead(told)
    with tenant(told.pk):
        Lead.objects.filter(pk=lead.pk).update(marketing_sha256="a" * 64)
    announced(lead)

    with tenant(told.pk):
        assert [c.text_sha256 for c in ConsentRecord.objects.filter(lead=lead)] == ["a" * 64]


def test_without_a_tick_there_is_no_consent(told: Organisation) -> None:
    lead = make_lead(told)
    announced(lead)

    with tenant(told.pk):
        assert ConsentRecord.objects.count() == 0


def test_the_timeline_begins_when_the_lead_was_received(told: Organisation) -> None:
    lead = make_lead(told)
    announced(lead)

    with tenant(told.pk):
        events = LeadEvent.objects.filter(lead=lead).order_by("id")
        assert [event.kind for event in events] == ["received", "confirmed"]


def test_a_lead_that_is_gone_needs_no_telling(told: Organisation) -> None:
    lead = make_lead(told)
    with tenant(told.pk):
        announce(JobCall(organisation_id=told.pk, ids={"lead": str(told.pk)}, attempt=1))
        assert SentMail.objects.filter(lead_id=lead.pk).count() == 0


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Sanne de Vries", "Beste Sanne de Vries,"),
        ("J.P. d’Amico-Ünal & zn.", "Beste J.P. d’Amico-Ünal & zn.,"),
        ("Win nu op prijs.example", ""),
        ("https://prijs.example/win", ""),
        ("U wint 500 euro", ""),
        ("bel mij nu " * 6, ""),
    ],
)
def test_nobody_advertises_by_the_name_in_a_confirmation(
    told: Organisation, name: str, greeting: str
) -> None:
    lead = make_lead(told, name=name)

    first_line = letters(lead)["lead_confirmation"].text.splitlines()[0]

    assert (name in first_line) == bool(greeting)
    assert name not in letters(lead)["lead_confirmation"].text.replace(first_line, "")


def test_a_lead_is_told_of_once_also_when_it_was_called_spam_and_released(told: Organisation) -> None:
    lead = make_lead(told, email="sanne@example.org")
    before = announced(lead)

    with tenant(told.pk):
        work.set_aside(lead, by=uuid7())
        work.release(lead, by=uuid7())

    assert announced(lead) == before
