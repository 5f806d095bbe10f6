"""Behind the door: see, take along, correct, restrict, object, withdraw, erase; each ends in the database."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from unittest.mock import Mock, patch

import jsonschema
import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AccessEvent, Event
from delivery import mailbox
from delivery.buckets import Buckets
from delivery.models import Suppression
from leads.models import ConsentRecord, Lead
from leads.sealed import contact_of
from leads.verifying import check, read
from organisations.models import Organisation
from privacy.door import views
from privacy.models import DeskSettings, PrivacyRequest, Stage
from privacy.requests import cases
from privacy.requests.sealed import wish_of
from privacy.subject import restricting
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.door.conftest import BUTTON, EMAIL, Person, lead_of, requests_at, work


@pytest.fixture
def inside(sanne: Person, shop: Organisation) -> Person:
    sanne.come_in()
    return sanne


# --- Seeing and taking along ---------------------------------------------------------------------------


@pytest.mark.promise("H26")
def test_the_page_shows_the_person_and_nobody_else(inside: Person, shop: Organisation) -> None:
    make_lead(shop, name="Canary Jan", email="canary@example.org")

    page = inside.get(f"{shop.slug}/copy/").content.decode()

    assert "Sanne de Vries" in page
    assert "203.0.113.7" in page
    assert "Autoriteit Persoonsgegevens" in page
    assert "canary" not in page.lower()


@pytest.mark.promise("H30")
def test_everything_can_be_taken_along(inside: Person, shop: Organisation) -> None:
    packed = inside.get(f"{shop.slug}/download/zip/")
    document = inside.get(f"{shop.slug}/download/json/").json()
    table = inside.get(f"{shop.slug}/download/csv/").content.decode("utf-8-sig")
    schema = inside.client.get("/privacy/copy.schema.json").json()

    assert packed.headers["Content-Disposition"] == 'attachment; filename="data.zip"'
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert b"Sanne de Vries" in archive.read("copy.html")
        assert json.loads(archive.read("copy.schema.json")) == schema
    jsonschema.validate(document, schema)
    assert "Sanne de Vries" in [row["value"] for row in csv.DictReader(io.StringIO(table))]


def test_the_record_tells_that_the_person_looked_and_what_they_took(
    inside: Person, shop: Organisation
) -> None:
    inside.get(f"{shop.slug}/copy/")
    inside.get(f"{shop.slug}/download/zip/")

    with tenant(shop.pk):
        assert list(AccessEvent.objects.filter(kind="lead").values_list("action", "actor_id")) == [
            ("subject.seen", None)
        ]
        noted = Event.objects.filter(action="subject.copied")
        assert list(noted.values_list("actor_id", flat=True)) == [None]


def test_the_person_takes_their_quote_along_on_paper_and_signed(inside: Person, shop: Organisation) -> None:
    links = re.findall(
        rf'href="/privacy/my/{inside.token}/([^"]*/file/[^"?]*)', inside.get("").content.decode()
    )
    kinds = {link.rstrip("/").rpartition("/")[2]: inside.get(link) for link in links}

    assert kinds["pdf"].content[:5] == b"%PDF-"
    assert check(read(kinds["json"].content)).stands
    with tenant(shop.pk):
        noted = Event.objects.filter(action="subject.copied", object_id=lead_of(shop).pk)
        assert noted.count() == 2


def test_the_quote_of_a_request_whose_use_is_restricted_is_still_its_persons(
    inside: Person, shop: Organisation
) -> None:
    lead = lead_of(shop)
    with tenant(shop.pk):
        Lead.objects.filter(pk=lead.pk).update(restricted_at=timezone.now())

    assert inside.get(f"{shop.slug}/file/{lead.pk}/json/").status_code == 200


def test_nobody_takes_along_the_quote_of_another(inside: Person, shop: Organisation, charlie: Member) -> None:
    own = lead_of(shop).pk
    theirs = make_lead(shop, name="Canary Jan", email="canary@example.org")
    elsewhere = make_lead(charlie.organisation, email=EMAIL)
    paths = [
        f"{shop.slug}/file/{theirs.pk}/json/",
        f"{shop.slug}/file/{elsewhere.pk}/json/",
        f"{charlie.organisation.slug}/file/{theirs.pk}/json/",
        f"{shop.slug}/file/{own}/exe/",
    ]

    assert [inside.get(path).status_code for path in paths] == [404] * 4


@pytest.fixture
def typeset() -> Iterator[Mock]:
    """Nothing is really typeset, and the minute in which files are counted does not go by."""
    still = Buckets(clock=lambda: 0.0)
    with (
        patch.object(views, "_files", still),
        patch("leads.quote_paper.as_pdf", return_value=b"%PDF-") as made,
    ):
        yield made


def papers_of(person: Person, shop: Organisation, times: int) -> list[int]:
    path = f"{shop.slug}/file/{lead_of(shop).pk}/pdf/"
    return [person.get(path).status_code for _ in range(times)]


def test_the_seventh_file_of_a_link_has_to_wait(inside: Person, shop: Organisation, typeset: Mock) -> None:
    assert papers_of(inside, shop, 7) == [200] * 6 + [429]


def test_a_file_that_has_to_wait_is_not_typeset(inside: Person, shop: Organisation, typeset: Mock) -> None:
    papers_of(inside, shop, 7)

    assert typeset.call_count == 6


def test_a_file_that_has_to_wait_is_not_put_on_record(
    inside: Person, shop: Organisation, typeset: Mock
) -> None:
    papers_of(inside, shop, 7)

    with tenant(shop.pk):
        assert Event.objects.filter(action="subject.copied", object_id=lead_of(shop).pk).count() == 6


def test_one_link_does_not_use_up_the_files_of_another(
    inside: Person, shop: Organisation, typeset: Mock
) -> None:
    papers_of(inside, shop, 6)
    inside.come_in()

    assert papers_of(inside, shop, 1) == [200]


def test_a_form_of_file_that_does_not_exist_is_no_page(inside: Person, shop: Organisation) -> None:
    assert inside.get(f"{shop.slug}/download/exe/").status_code == 404


# --- Asking --------------------------------------------------------------------------------------------


@pytest.mark.promise("H27")
def test_a_correction_goes_to_the_organisation_with_what_should_stand_there(
    inside: Person, shop: Organisation, alice: Member
) -> None:
    form = {"name": "Sanne de Boer", "email": EMAIL, "phone": "", "text": "Getrouwd."}

    page = inside.post(f"{shop.slug}/correct/", form)

    [request] = requests_at(shop)
    assert (page.status_code, request.right, request.stage) == (200, "rectification", Stage.OPEN)
    with tenant(shop.pk):
        assert wish_of(request) == {
            "values": {"contact.name": "Sanne de Boer"},
            "instead_of": {"contact.name": "Sanne de Vries"},
            "text": "Getrouwd.",
        }
        cases.decide(request, decisions=[{"group": "*", "outcome": "corrected"}], by=alice.membership)
    work()
    assert "Sanne de Boer" in inside.get(f"{shop.slug}/copy/").content.decode()


@pytest.mark.promise("H27")
def test_a_correction_leaves_what_somebody_else_wrote_from_the_same_mailbox(
    inside: Person, shop: Organisation, alice: Member
) -> None:
    other = make_lead(shop, name="Piet Bakker", email=EMAIL)
    sannes = make_lead(shop, name="Sanne de Vries", email=EMAIL)
    form = {"name": "Sanne de Boer", "email": "boer@example.org", "phone": "", "text": "Getrouwd."}

    inside.post(f"{shop.slug}/correct/", form)
    with tenant(shop.pk):
        [request] = PrivacyRequest.objects.all()
        cases.decide(request, decisions=[{"group": "*", "outcome": "corrected"}], by=alice.membership)
    work()

    with tenant(shop.pk):
        assert (contact_of(other).name, contact_of(other).email) == ("Piet Bakker", EMAIL)
        assert contact_of(sannes).email == "boer@example.org"
        assert other.notes.count() == 0


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "", "email": EMAIL}, "name"),
        ({"name": "Sanne de Vries", "email": "sanne@"}, "email"),
        ({"name": "Sanne de Vries", "email": EMAIL, "phone": "call me"}, "phone"),
        ({"name": "Sanne de Vries", "email": EMAIL}, None),
    ],
)
def test_a_correction_that_cannot_be_is_a_clear_422(
    inside: Person, shop: Organisation, form: dict[str, str], field: str | None
) -> None:
    page = inside.post(f"{shop.slug}/correct/", form)

    assert page.status_code == 422
    if field:
        assert f'href="#id_{field}"' in page.content.decode()
    assert requests_at(shop) == []


@pytest.mark.parametrize("right", ["erasure", "restriction"])
def test_what_the_organisation_decides_is_asked_with_its_dates(
    inside: Person, shop: Organisation, right: str
) -> None:
    explained = inside.get(f"{shop.slug}/ask/{right}/").content.decode()
    page = inside.post(f"{shop.slug}/ask/{right}/", {"text": "Graag snel."}).content.decode()

    [request] = requests_at(shop)
    assert "You get an answer within four weeks." in explained
    assert (request.right, request.stage, request.channel) == (right, Stage.OPEN, "door")
    assert request.reference in page
    assert "You have an answer by" in page
    assert restricting_state(shop) is False


def restricting_state(shop: Organisation) -> bool:
    lead = lead_of(shop)
    with tenant(shop.pk):
        return bool(restricting.restricted_among([lead.pk]))


def test_what_the_organisation_lets_happen_by_itself_is_said_with_its_day(
    inside: Person, shop: Organisation
) -> None:
    with tenant(shop.pk):
        DeskSettings.objects.create(automatic_after_days=0, changed_at=timezone.now())

    explained = inside.get(f"{shop.slug}/ask/restriction/").content.decode()
    page = inside.post(f"{shop.slug}/ask/restriction/").content.decode()
    work()

    assert "It happens by itself" in explained
    assert "It is carried out by itself on" in page
    assert restricting_state(shop) is True
    assert [request.stage for request in requests_at(shop)] == [Stage.FULFILLED]


def test_the_same_asked_twice_is_one_request(inside: Person, shop: Organisation) -> None:
    for _ in range(2):
        inside.post(f"{shop.slug}/ask/erasure/")

    assert len(requests_at(shop)) == 1


@pytest.mark.promise("H31")
def test_an_objection_to_marketing_ends_it_before_the_page_is_there(
    inside: Person, shop: Organisation
) -> None:
    page = inside.post(f"{shop.slug}/ask/objection/", {"purpose": "marketing"}).content.decode()

    assert "It is done" in page
    with tenant(shop.pk):
        assert ConsentRecord.objects.get().withdrawn_at is not None
        assert Suppression.objects.get().topic == "marketing"
    work()
    assert [request.stage for request in requests_at(shop)] == [Stage.FULFILLED]
    assert restricting_state(shop) is False


@pytest.mark.promise("H31")
def test_any_other_objection_restricts_until_it_was_weighed(
    inside: Person, shop: Organisation, alice: Member
) -> None:
    inside.post(f"{shop.slug}/ask/objection/", {"purpose": "lead_handling"})

    assert restricting_state(shop) is True
    [request] = requests_at(shop)
    with tenant(shop.pk):
        refusal = [{"group": "*", "outcome": "refused", "ground": "21(1)"}]
        cases.decide(request, decisions=refusal, by=alice.membership)
    work()
    subjects = [mail.subject for mail in mailbox.newest(to=EMAIL)]
    assert "Acme BV will use your details again" in subjects
    assert restricting_state(shop) is True  # until the day that the mail names


def test_an_objection_says_to_what(inside: Person, shop: Organisation) -> None:
    page = inside.post(f"{shop.slug}/ask/objection/", {"text": "Nee."})

    assert page.status_code == 422
    assert b"Choose which use you object to." in page.content


@pytest.mark.promise("H32")
@pytest.mark.promise("E6")
def test_withdrawing_consent_is_one_press_as_giving_it_was_one_tick(
    inside: Person, shop: Organisation
) -> None:
    page = inside.get("").content.decode()
    [form] = re.findall(r'<form method="post" action="[^"]*/withdraw/[^"]*".*?</form>', page, re.DOTALL)
    assert len(BUTTON.findall(form)) == 1
    assert "<input" not in form

    inside.post(f"{shop.slug}/withdraw/")

    with tenant(shop.pk):
        assert ConsentRecord.objects.get().withdrawn_at is not None
        assert Suppression.objects.get().topic == "marketing"
    assert "Withdraw my consent" not in inside.get("").content.decode()


def test_a_right_that_does_not_exist_is_no_page(inside: Person, shop: Organisation) -> None:
    assert inside.get(f"{shop.slug}/ask/gold/").status_code == 404
    assert inside.post(f"{shop.slug}/ask/access/").status_code == 404


def test_a_restricted_request_is_still_its_persons_to_see(inside: Person, shop: Organisation) -> None:
    lead = lead_of(shop)
    with tenant(shop.pk):
        restricting.restrict([lead.pk], case_id=lead.pk, by=None)

    assert "Its use is restricted" in inside.get("").content.decode()
    assert "Sanne de Vries" in inside.get(f"{shop.slug}/copy/").content.decode()


# --- Every page of the door ----------------------------------------------------------------------------

PAGES: list[Callable[[Person, str], str]] = [
    lambda person, slug: "/privacy/request/",
    lambda person, slug: f"/privacy/request/?organisation={slug}",
    lambda person, slug: "/privacy/request/sent/",
    lambda person, slug: "/privacy/my/unknown/",
    lambda person, slug: f"/privacy/my/{person.token}/",
    *(
        (lambda person, slug, path=path: f"/privacy/my/{person.token}/{slug}/{path}")
        for path in ("copy/", "correct/", "ask/erasure/", "ask/restriction/", "ask/objection/")
    ),
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_keeps_nothing_and_tells_nobody(inside: Person, shop: Organisation, page: Callable) -> None:
    answer = Client().get(page(inside, shop.slug))
    written = answer.content.decode()

    assert answer.cookies == {}
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert "<script" not in written
    assert not re.search(r'(src|srcset)="https?:', written)


@pytest.mark.promise("D19")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_asks_for_a_file_and_no_address_names_a_person(
    inside: Person, shop: Organisation, page: Callable
) -> None:
    written = Client().get(page(inside, shop.slug)).content.decode()

    assert 'type="file"' not in written
    addresses = re.findall(r'(?:href|action)="([^"]*)"', written)
    assert addresses
    assert not [one for one in addresses if re.search(r"sanne|vries|@", one, re.IGNORECASE)]


@pytest.mark.promise("D24")
def test_what_must_be_filled_in_is_marked_and_the_consequence_said(sanne: Person) -> None:
    page = sanne.client.get("/privacy/request/?lang=en").content.decode()
    refused = sanne.ask(email="").content.decode()

    assert re.search(r'name="email"[^>]*required', page, re.DOTALL)
    assert page.count("(optional)") == 1
    assert "without it we cannot send you the link" in refused


@pytest.mark.parametrize(
    ("language", "title"), [("nl", "Je gegevens"), ("en", "Your data"), ("fr", "Vos données")]
)
def test_the_page_speaks_the_language_of_the_mail(
    sanne: Person, shop: Organisation, language: str, title: str
) -> None:
    sanne.ask(language=language)
    answer = sanne.client.post(f"/privacy/my/{sanne.mailed()}/")
    page = sanne.client.get(answer.headers["Location"]).content.decode()

    assert f'<html lang="{language}"' in page
    assert f"<title>{title}</title>" in re.sub(r"\s*\n\s*", "", page)


# --- The link in the mail that confirms a request ------------------------------------------------------


def test_the_confirmation_leads_to_the_door_of_that_organisation(sanne: Person, shop: Organisation) -> None:
    work()
    [mail] = [mail for mail in mailbox.newest(to=EMAIL) if "Veranda" in mail.subject]
    found = re.search(r"https?://[^/]+(/privacy/request/\S+)", mail.text)
    assert found is not None

    page = sanne.client.get(found[1])

    assert f"organisation={shop.slug}" in found[1]
    assert page.status_code == 200
    assert "Acme BV" in page.content.decode()
