"""The page of somebody about the mail they get, and the one click that ends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core import mail as outbox
from django.test import Client

from audit.models import Event, RecipientNotice
from audit.recipients import record_disclosure
from delivery import webhooks
from delivery.drain import drain
from delivery.models import SentMail, Suppression
from leads.consents import Consent, standing_of
from leads.models import ConsentRecord, Lead
from organisations.leaving import deactivate
from privacy.subject import rectifying
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.consents import EMAIL, ONE_CLICK, Ticked, ticked
from tests.delivery.receiver import Receiver, receiving
from tests.privacy.erasure.conftest import carried_out, order

BUTTON = re.compile(r"<button")


@pytest.fixture
def sanne(transactional_db: None, alice: Member) -> Ticked:
    """Sanne, who ticked the box at Acme and confirmed it."""
    found = ticked(alice.organisation)
    found.confirm()
    return found


def consent(lead: Lead) -> Consent:
    with tenant(lead.organisation_id):
        return standing_of(lead).consent


def suppressed(person: Ticked) -> list[tuple[str, str]]:
    with tenant(person.organisation.pk):
        return list(Suppression.objects.values_list("topic", "reason"))


def page_of(person: Ticked, lang: str = "en") -> str:
    return Client().get(f"{person.choices_path}?lang={lang}").content.decode()


# --- The page ---------------------------------------------------------------------------------------


@pytest.mark.promise("E3")
def test_the_page_says_what_was_agreed_to_with_whom_in_which_words(sanne: Ticked) -> None:
    page = page_of(sanne)

    assert [
        part in page
        for part in (
            "Mail from Acme BV",
            "Stuur mij af en toe nieuws en aanbiedingen van Acme BV.",  # as the box said it
            "Ja, Acme BV mag af en toe nieuws en aanbiedingen naar dit adres mailen.",
            "A tick in the form",
            "Confirmed by e-mail",
            "Opmaat itself sends you no commercial mail.",
        )
    ] == [True] * 6
    assert EMAIL not in page
    assert "Sanne" not in page


@pytest.mark.promise("E3", "E6")
def test_a_choice_is_kept_and_shown_as_it_is(sanne: Ticked) -> None:
    assert len(BUTTON.findall(page_of(sanne))) == 1
    answer = Client().post(f"{sanne.choices_path}?lang=en", {"purpose": "marketing"})
    assert (answer.status_code, answer["Location"]) == (303, f"{sanne.choices_path}?lang=en")

    page = page_of(sanne)

    assert "Stopped." in page
    assert BUTTON.findall(page) == []
    assert consent(sanne.lead) == Consent.WITHDRAWN
    assert "Consent withdrawn on" in page


def test_opening_the_page_changes_nothing(sanne: Ticked) -> None:
    for _ in range(3):
        assert Client().get(sanne.choices_path).status_code == 200
        assert Client().head(sanne.choices_path).status_code == 200

    assert consent(sanne.lead) == Consent.CONFIRMED
    assert suppressed(sanne) == []


def test_it_sets_no_cookie_and_is_not_remembered(sanne: Ticked) -> None:
    for answer in (Client().get(sanne.choices_path), sanne.unsubscribe()):
        assert answer.cookies == {}
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("token", ["x", "é", "A" * 64, "x" * 5000])
def test_what_we_never_made_leads_nowhere(db: None, token: str) -> None:
    answers = [
        Client().get(f"/privacy/mail/{token}/"),
        Client().post(f"/privacy/mail/{token}/", ONE_CLICK),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_what_nobody_sends_cannot_be_refused(sanne: Ticked) -> None:
    answer = Client().post(f"{sanne.choices_path}?lang=en", {"purpose": "gold"})

    assert answer.status_code == 422
    assert consent(sanne.lead) == Consent.CONFIRMED


# --- One click --------------------------------------------------------------------------------------


@pytest.mark.promise("D6")
def test_the_mail_that_asks_for_consent_carries_the_one_click(sanne: Ticked, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    while drain():
        pass

    [mail] = [each for each in outbox.outbox if each.to == [EMAIL] and "/privacy/confirm/" in each.body]
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.extra_headers["List-Unsubscribe"] == f"<{sanne.letter.choices_url}>"
    assert mail.body.rstrip().endswith(sanne.letter.choices_url)


@pytest.mark.promise("D6", "E12", "H32")
def test_one_post_without_login_ends_it(sanne: Ticked) -> None:
    answer = sanne.unsubscribe()

    assert answer.status_code == 200  # never another address: mail programs do not follow those
    assert consent(sanne.lead) == Consent.WITHDRAWN
    assert suppressed(sanne) == [("marketing", "consent_withdrawn")]


def test_both_forms_of_the_one_click_are_understood(sanne: Ticked) -> None:
    """RFC 8058 lets a mail program choose; the other tests send it in parts."""
    answer = Client().post(
        sanne.choices_path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 200
    assert consent(sanne.lead) == Consent.WITHDRAWN


def test_twice_is_once(sanne: Ticked) -> None:
    sanne.unsubscribe()
    with tenant(sanne.organisation.pk):
        before = list(ConsentRecord.objects.order_by("pk").values())

    assert sanne.unsubscribe().status_code == 200

    with tenant(sanne.organisation.pk):
        assert list(ConsentRecord.objects.order_by("pk").values()) == before
        assert (
            Event.objects.filter(action="subject.consent_withdrawn").count() == 2
        )  # the tick, and its confirmation
        assert Suppression.objects.count() == 1


def test_every_request_of_the_person_is_meant(sanne: Ticked) -> None:
    later = ticked(sanne.organisation)
    later.confirm()

    sanne.unsubscribe()

    assert (consent(sanne.lead), consent(later.lead)) == (Consent.WITHDRAWN, Consent.WITHDRAWN)


def test_after_a_correction_both_addresses_are_left_alone(sanne: Ticked, alice: Member) -> None:
    with tenant(sanne.organisation.pk):
        rectifying.correct(
            sanne.lead.pk, changes={"contact.email": "new@example.org"}, case_id=uuid7(), by=alice.user.pk
        )

    sanne.unsubscribe()

    assert consent(sanne.lead) == Consent.WITHDRAWN
    assert suppressed(sanne) == [("marketing", "consent_withdrawn")] * 2


def test_nobody_else_is_meant(sanne: Ticked) -> None:
    jan = ticked(sanne.organisation, email="jan@example.org")
    jan.confirm()

    sanne.unsubscribe()

    assert consent(jan.lead) == Consent.CONFIRMED


def test_refusing_is_possible_after_the_organisation_left(sanne: Ticked, alice: Member) -> None:
    deactivate(alice.organisation, by=alice.user.pk)

    assert sanne.unsubscribe().status_code == 200
    assert suppressed(sanne) == [("marketing", "consent_withdrawn")]


# --- Who else is told -------------------------------------------------------------------------------


@pytest.fixture
def receiver(alice: Member, settings: object) -> Iterator[Receiver]:
    """Alice's own server, connected."""
    with receiving() as found:
        settings.EMBEDDED = True  # type: ignore[attr-defined]
        settings.WEBHOOK_LOOPBACK_PORTS = frozenset({found.port})  # type: ignore[attr-defined]
        with tenant(alice.organisation.pk):
            webhooks.set_endpoint(url=found.url, erases_by_itself=False)
        yield found


def told(receiver: Receiver) -> list[tuple[str, object]]:
    while drain():
        pass
    return [
        (
            said["type"],
            said["data"]["lead"]["marketing_consent"] if "lead" in said["data"] else said["data"]["leads"],
        )
        for said in receiver.said
    ]


@pytest.mark.promise("H15")
def test_software_hears_of_the_confirmation_and_of_its_end(
    transactional_db: None, receiver: Receiver, alice: Member
) -> None:
    sanne = ticked(alice.organisation)
    sanne.confirm()
    told(receiver)

    sanne.unsubscribe()
    sanne.unsubscribe()

    said = told(receiver)
    assert [each for each in said if each[0] != "lead.created"] == [
        ("lead.consent_confirmed", "confirmed"),
        ("lead.consent_withdrawn", [str(sanne.lead.pk)]),
    ]


def test_a_colleague_with_a_copy_and_a_program_are_told(sanne: Ticked, alice: Member) -> None:
    with tenant(sanne.organisation.pk):
        record_disclosure("export", recipient_id=alice.user.pk, objects=[sanne.lead.pk], batch_id=uuid7())
        record_disclosure("api", recipient_id=UUID(int=5), objects=[sanne.lead.pk])

    sanne.unsubscribe()

    with tenant(sanne.organisation.pk):
        notices = RecipientNotice.objects.filter(event="lead.consent_withdrawn")
        assert sorted(notices.values_list("recipient_kind", flat=True)) == ["api", "export"]


# --- After an erasure -------------------------------------------------------------------------------


@pytest.mark.promise("D6", "E12")
def test_the_refusal_survives_the_erasure_as_a_keyed_hash_and_nothing_else(
    sanne: Ticked, alice: Member
) -> None:
    sanne.unsubscribe()
    while drain():
        pass
    carried_out(order(sanne.lead, alice))

    with tenant(sanne.organisation.pk):
        [left] = Suppression.objects.values()
        assert not Lead.stored.exists()
        assert not ConsentRecord.objects.exists()
        assert not SentMail.objects.filter(lead_id=sanne.lead.pk).exists()
    assert set(left) == {
        "id",
        "organisation_id",
        "recipient_index",
        "topic",
        "reason",
        "created_at",
    }
    assert len(bytes(left["recipient_index"])) == 32


@pytest.mark.promise("E12")
def test_who_comes_back_after_an_erasure_is_mailed_once_they_confirm(sanne: Ticked, alice: Member) -> None:
    sanne.unsubscribe()
    while drain():
        pass
    carried_out(order(sanne.lead, alice))

    again = ticked(sanne.organisation)
    assert consent(again.lead) == Consent.ASKED
    assert suppressed(again) == [("marketing", "consent_withdrawn")]

    again.confirm()
    assert consent(again.lead) == Consent.CONFIRMED
    assert suppressed(again) == []


@pytest.mark.promise("D6")
def test_the_address_in_an_old_mail_still_ends_it_after_the_erasure(sanne: Ticked, alice: Member) -> None:
    while drain():
        pass
    carried_out(order(sanne.lead, alice))
    assert "Nothing is kept here of a consent" in page_of(sanne)

    assert sanne.unsubscribe().status_code == 200

    assert suppressed(sanne) == [("marketing", "consent_withdrawn")]
    assert "Stopped." in page_of(sanne)
