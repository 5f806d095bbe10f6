"""Before it is known who asks, the door says nothing; afterwards it says a plain yes or no."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from accounts.models import ThrottleLane
from delivery import mailbox
from delivery.models import AccountMail, Job
from organisations.models import Organisation
from privacy.door import links
from privacy.models import DeskSettings, DoorLink, PrivacyRequest, Stage
from privacy.requests import cases
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.door.conftest import EMAIL, Person, lead_of, requests_at, work


def without_chance(page: bytes) -> bytes:
    return re.sub(rb"\w{32}", b"<token>", page)


@pytest.mark.promise("H36")
def test_the_answer_its_text_and_its_work_are_the_same_for_any_address(
    sanne: Person, shop: Organisation
) -> None:
    known, unknown = sanne, Person(email="jules@example.org")
    Person(email="warm@example.org").ask()
    answers = []
    for person in (known, unknown):
        ThrottleLane.objects.all().delete()
        with CaptureQueriesContext(connections["default"]) as asked:
            answer = person.ask()
        page = person.client.get(answer.headers["Location"])
        shapes = [re.sub(r"'[^']*'(::\w+)?|\b\d+\b", "?", query["sql"]) for query in asked]
        answers.append((answer.status_code, answer.headers["Location"], page.content, len(shapes)))

    assert answers[0] == answers[1]


@pytest.mark.promise("H36")
def test_the_mail_is_the_same_for_any_address(sanne: Person, shop: Organisation) -> None:
    texts = []
    for person in (sanne, Person(email="jules@example.org")):
        person.ask()
        person.mailed()
        mail = next(mail for mail in mailbox.newest(to=person.email) if "/privacy/my/" in mail.text)
        texts.append((mail.subject, re.sub(r"/my/\w+/", "/my/…/", mail.text)))

    assert texts[0] == texts[1]


@pytest.mark.promise("H36")
def test_the_errand_looks_into_every_organisation_whatever_it_finds(
    sanne: Person, shop: Organisation, charlie: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    really = links._holds

    def look(organisation_id: UUID, email: str) -> bool:
        looked.append(organisation_id)
        return really(organisation_id, email)

    monkeypatch.setattr(links, "_holds", look)
    for person in (sanne, Person(email="jules@example.org")):
        person.ask()
        work()

    assert looked[:2] == looked[2:]
    assert set(looked) == {shop.pk, charlie.organisation.pk}


@pytest.mark.promise("H36")
def test_an_unopened_link_shows_nothing(sanne: Person, shop: Organisation) -> None:
    sanne.ask()
    token = sanne.mailed()

    page = sanne.client.get(f"/privacy/my/{token}/")
    assert page.status_code == 200
    assert not re.search(rb"Sanne|Acme|sanne", page.content)
    for path in ("copy/", "download/zip/", "correct/", "ask/erasure/"):
        assert sanne.client.get(f"/privacy/my/{token}/{shop.slug}/{path}").status_code == 404
    assert sanne.client.post(f"/privacy/my/{token}/{shop.slug}/withdraw/").status_code == 404


@pytest.mark.promise("H36")
def test_a_mailed_link_opens_once(sanne: Person, shop: Organisation) -> None:
    sanne.ask()
    token = sanne.mailed()
    first = sanne.client.post(f"/privacy/my/{token}/")
    again = Client()

    assert first.status_code == 303
    assert token not in first.headers["Location"]
    assert again.post(f"/privacy/my/{token}/").status_code == 404
    assert again.get(f"/privacy/my/{token}/").status_code == 404


@pytest.mark.parametrize("minutes", [29, 31])
def test_a_link_waits_half_an_hour(sanne: Person, shop: Organisation, minutes: int) -> None:
    sanne.ask()
    token = sanne.mailed()

    with travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        status = sanne.client.get(f"/privacy/my/{token}/").status_code

    assert status == (200 if minutes < 30 else 404)


@pytest.mark.parametrize("minutes", [29, 31])
def test_a_visit_lasts_half_an_hour(sanne: Person, shop: Organisation, minutes: int) -> None:
    sanne.come_in()

    with travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        status = sanne.get("").status_code

    assert status == (200 if minutes < 30 else 404)


@pytest.mark.promise("H36")
def test_afterwards_the_answer_is_a_plain_yes(sanne: Person, shop: Organisation) -> None:
    page = sanne.come_in().content.decode()

    assert "Yes, something is kept about you" in page
    assert "Acme BV" in page


@pytest.mark.promise("H36")
def test_afterwards_the_answer_is_a_plain_no(shop: Organisation) -> None:
    page = Person(email="jules@example.org").come_in().content.decode()

    assert "No, nothing is kept about you" in page
    assert "Acme" not in page


def test_an_account_is_named_only_behind_the_door(sanne: Person, alice: Member) -> None:
    page = Person(email=alice.user.email).come_in().content.decode()

    assert "There is also an account with this address" in page


def test_each_organisation_that_holds_something_stands_apart(
    sanne: Person, shop: Organisation, charlie: Member
) -> None:
    make_lead(charlie.organisation, email=EMAIL)
    Organisation.objects.filter(pk=charlie.organisation.pk).update(controller_name="Globex BV")

    page = sanne.come_in().content.decode()

    assert re.findall(r'<h2 id="at-[^"]*">([^<]*)', page) == ["Acme BV", "Globex BV"]


def test_the_link_in_an_old_mail_leads_to_that_organisation_alone(
    sanne: Person, shop: Organisation, charlie: Member
) -> None:
    make_lead(charlie.organisation, email=EMAIL)

    page = sanne.come_in(organisation=shop.slug).content.decode()

    assert "Acme BV" in page
    assert "Globex" not in page
    assert sanne.get(f"{charlie.organisation.slug}/copy/").status_code == 404


def test_somebody_elses_organisation_looks_like_none_at_all(
    sanne: Person, shop: Organisation, charlie: Member
) -> None:
    sanne.come_in()

    foreign, unknown = sanne.get(f"{charlie.organisation.slug}/copy/"), sanne.get("nowhere/copy/")
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
    assert foreign.status_code == 404


# --- What came in under the address by other ways ------------------------------------------------------


def mailed_before(shop: Organisation, right: str = "erasure", email: str = EMAIL) -> PrivacyRequest:
    """A mail with this address on it, which anybody can have sent."""
    with tenant(shop.pk):
        return cases.receive(right=right, channel="mail", language="en", email=email)


@pytest.mark.promise("H36")
def test_opening_a_link_is_no_proof_of_what_a_mail_with_the_same_address_asks(
    sanne: Person, shop: Organisation
) -> None:
    """A forged sender waits for its victim to come in for something else."""
    with tenant(shop.pk):
        DeskSettings.objects.create(automatic_after_days=0, changed_at=timezone.now())
    mailed_before(shop)

    page = sanne.come_in()
    work()

    assert [request.stage for request in requests_at(shop)] == [Stage.AWAITING_IDENTITY]
    assert lead_of(shop) is not None
    assert "Did you ask this?" in page.content.decode()


def test_what_a_person_says_they_asked_goes_on(sanne: Person, shop: Organisation) -> None:
    asked = mailed_before(shop)
    sanne.come_in()

    assert sanne.post(f"claim/{asked.pk}/", {"answer": "yes", "right": "erasure"}).status_code == 303

    [request] = requests_at(shop)
    assert (request.stage, request.identity_method) == (Stage.OPEN, "link")
    assert "Did you ask this?" not in sanne.get("").content.decode()


def test_what_is_understood_otherwise_meanwhile_waits_for_its_person(
    sanne: Person, shop: Organisation, alice: Member
) -> None:
    """She said yes to reading her data; nobody makes an erasure of that while the page is open."""
    asked = mailed_before(shop, right="access")
    sanne.come_in()
    with tenant(shop.pk):
        cases.reclassify(asked, right="erasure", by=alice.membership)

    sanne.post(f"claim/{asked.pk}/", {"answer": "yes", "right": "access"})

    assert [request.stage for request in requests_at(shop)] == [Stage.AWAITING_IDENTITY]
    assert "Erasure" in sanne.get("").content.decode()


def test_what_a_person_says_they_did_not_ask_ends(sanne: Person, shop: Organisation) -> None:
    asked = mailed_before(shop)
    sanne.come_in()

    sanne.post(f"claim/{asked.pk}/", {"answer": "no", "right": "erasure"})

    assert [request.stage for request in requests_at(shop)] == [Stage.WITHDRAWN]


def test_asking_the_same_behind_the_door_is_saying_so(sanne: Person, shop: Organisation) -> None:
    mailed_before(shop)
    sanne.come_in()

    sanne.post(f"{shop.slug}/ask/erasure/")

    assert [request.stage for request in requests_at(shop)] == [Stage.OPEN]


def test_nobody_claims_what_came_under_another_address(sanne: Person, shop: Organisation) -> None:
    theirs = mailed_before(shop, email="jules@example.org")
    sanne.come_in()

    assert sanne.post(f"claim/{theirs.pk}/", {"answer": "yes", "right": "erasure"}).status_code == 404
    assert [request.stage for request in requests_at(shop)] == [Stage.AWAITING_IDENTITY]


def test_a_claim_is_a_yes_or_a_no(sanne: Person, shop: Organisation) -> None:
    asked = mailed_before(shop)
    sanne.come_in()

    right = {"right": "erasure"}
    for answer in ({}, right | {"answer": "perhaps"}, right | {"answer": "\x00"}, {"answer": "yes"}):
        assert sanne.post(f"claim/{asked.pk}/", answer).status_code == 422


@pytest.mark.promise("H36")
def test_the_link_goes_to_the_address_that_is_looked_up_in_no_other_spelling(
    shop: Organisation, transactional_db: None
) -> None:
    """A long s is an s to whoever normalises, and another mailbox to a server that does not."""
    Person(email="\u017fanne@example.org").ask()
    work()

    assert [mail.to for mail in mailbox.newest(to=EMAIL)][:1] == [EMAIL]


# --- What keeps it from being misused ------------------------------------------------------------------


def test_a_robot_gets_the_same_answer_and_no_mail(sanne: Person, shop: Organisation) -> None:
    answer = sanne.ask(website="https://spam.example")

    assert answer.status_code == 303
    assert not DoorLink.objects.exists()
    assert not Job.objects.filter(task="privacy.mail_door_link").exists()


def test_one_address_gets_a_few_mails_an_hour_and_always_the_same_answer(
    sanne: Person, shop: Organisation
) -> None:
    answers = [(answer.status_code, answer.headers["Location"]) for answer in (sanne.ask() for _ in range(9))]

    assert len(set(answers)) == 1
    assert Job.objects.filter(task="privacy.mail_door_link").count() == 5


def test_one_connection_is_slowed_down(sanne: Person, shop: Organisation) -> None:
    with travel(timezone.now(), tick=False):
        statuses = [Person(email=f"p{number}@example.org").ask().status_code for number in range(40)]

    assert statuses[0] == 303
    assert statuses[-1] == 429


def test_nothing_of_who_asks_is_stored_in_the_clear(sanne: Person, shop: Organisation) -> None:
    sanne.ask()
    [row] = DoorLink.objects.values()
    lanes = list(ThrottleLane.objects.values_list("key", flat=True))

    stored = repr({name: bytes(v) if isinstance(v, memoryview) else v for name, v in row.items()})
    assert "sanne" not in stored + repr(lanes)
    assert "127.0.0.1" not in stored + repr(lanes)
    assert row["purge_after"] - row["created_at"] == timedelta(hours=2)


def test_the_mail_with_the_link_goes_within_a_day(sanne: Person, shop: Organisation) -> None:
    sanne.ask()
    work()
    [mail] = AccountMail.objects.all()

    assert mail.purge_after - mail.created_at <= timedelta(days=1, seconds=1)


@pytest.mark.parametrize("form", [{"email": ""}, {"email": "sanne@"}, {"language": "xx"}, {"right": "gold"}])
def test_bad_input_is_a_clear_422(sanne: Person, form: dict[str, str]) -> None:
    answer = sanne.ask(**form)

    assert answer.status_code == 422
    assert b'role="alert"' in answer.content


def test_a_long_body_is_refused(sanne: Person) -> None:
    answer = sanne.client.post("/privacy/request/", {"email": "x" * 70_000})

    assert answer.status_code == 413


def test_an_unknown_organisation_is_as_good_as_none(sanne: Person, shop: Organisation) -> None:
    for slug in ("nowhere", "%00", "x" * 100, "…"):
        assert sanne.client.get(f"/privacy/request/?organisation={slug}&lang=en").status_code == 200
