"""A stored quote as a file: on paper, and signed."""

import json
from io import BytesIO
from unittest.mock import patch

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from audit.models import AccessEvent
from delivery import typesetting
from delivery.typesetting import NotSet
from leads.models import Lead
from leads.quote_files import files_about_lead, quote_files
from leads.quote_paper import TEMPLATE, in_words
from leads.signatures import fingerprint, signed_file
from leads.verifying import check, read
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead, sign_in
from tests.leads.conftest import open_for_visitors
from tests.leads.definitions import veranda

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(alice: Member) -> Lead:
    return make_lead(alice.organisation, name="Sanne de Vries", email="sanne@example.org")


def asked(member: Member, lead: Lead, form: str) -> HttpResponse:
    client = Client()
    sign_in(client, member)
    where = {"organisation": member.organisation.slug, "pk": lead.pk, "form": form}
    return client.get(reverse("leads:quote", kwargs=where))


def of(lead: Lead) -> Lead:
    return Lead.objects.select_related("configurator", "version").get(pk=lead.pk)


def paper(lead: Lead) -> str:
    """What stands on it; set outside the transaction, which waits for nobody."""
    with tenant(lead.organisation_id), override(lead.language):
        words = in_words(of(lead))
    return text_of(typesetting.pdf(TEMPLATE, words, for_everybody=True))


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_a_colleague_takes_the_signed_file_along_and_it_stands(bob: Member, lead: Lead) -> None:
    response = asked(bob, lead, "json")

    assert response["Content-Disposition"] == f'attachment; filename="{lead.reference}.json"'
    assert check(read(response.content)).stands


def test_a_colleague_takes_the_paper_along(bob: Member, lead: Lead) -> None:
    response = asked(bob, lead, "pdf")

    assert (response["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")


def test_the_record_tells_who_took_it(bob: Member, lead: Lead) -> None:
    asked(bob, lead, "json")

    with tenant(bob.organisation.pk):
        found = AccessEvent.objects.filter(action="lead.quote_downloaded").get()
    assert (found.actor_id, found.object_id) == (bob.user.pk, lead.pk)


def test_charlie_gets_none_of_it(charlie: Member, lead: Lead) -> None:
    assert [asked(charlie, lead, form).status_code for form in ("pdf", "json")] == [404, 404]


def test_the_paper_says_it_in_the_visitors_language(alice: Member, lead: Lead) -> None:
    said = paper(lead)
    with tenant(alice.organisation.pk):
        document = signed_file(of(lead))

    assert document is not None
    words = ("Veranda", "Prijs, regel voor regel", lead.reference, "Acme BV", "/verify/")
    assert [word for word in words if word not in said] == []
    assert fingerprint(document["statement"]) in said


def test_neither_file_has_a_person_in_it(alice: Member, lead: Lead) -> None:
    files = text_of(asked(alice, lead, "pdf").content), asked(alice, lead, "json").content.decode()

    assert [word for word in ("Sanne", "sanne@example.org") if any(word in each for each in files)] == []


def test_the_paper_can_be_read_aloud(alice: Member, lead: Lead) -> None:
    root = PdfReader(BytesIO(asked(alice, lead, "pdf").content)).trailer["/Root"]

    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "nl")
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_what_a_business_wrote_is_set_as_text(alice: Member) -> None:
    """Nothing that stands in a label is a command to the program that sets the page."""
    evil = '#panic(read("/etc/passwd")) *bold* $x$ \\ <script>'
    definition = veranda()
    definition["title"] = dict.fromkeys(("nl", "en", "fr"), evil)
    open_for_visitors(alice, definition)

    assert "#panic" in paper(make_lead(alice.organisation))


def test_the_paper_of_a_quote_that_does_not_stand_says_nothing_of_checking(alice: Member, lead: Lead) -> None:
    with tenant(alice.organisation.pk):
        Lead.objects.filter(pk=lead.pk).update(quote_signature=None)

    assert "/verify/" not in paper(lead)


def test_there_is_no_signed_file_of_what_was_never_signed(alice: Member, lead: Lead) -> None:
    with tenant(alice.organisation.pk):
        Lead.objects.filter(pk=lead.pk).update(quote_signature=None)

    assert asked(alice, lead, "json").status_code == 404


def test_a_quote_that_was_changed_gives_no_signed_file(alice: Member, lead: Lead) -> None:
    with tenant(alice.organisation.pk):
        Lead.objects.filter(pk=lead.pk).update(quote=lead.quote | {"gross": "1.00"})

    assert asked(alice, lead, "json").status_code == 404


def test_another_form_is_no_file(alice: Member, lead: Lead) -> None:
    assert asked(alice, lead, "exe").status_code == 404


def test_a_paper_that_cannot_be_made_is_asked_for_later(alice: Member, lead: Lead) -> None:
    with patch("leads.quote_paper.as_pdf", side_effect=NotSet("timeout")):
        response = asked(alice, lead, "pdf")

    assert (response.status_code, response["Retry-After"]) == (503, "60")


def test_the_signed_file_is_readable_json(alice: Member, lead: Lead) -> None:
    document = json.loads(asked(alice, lead, "json").content)

    assert list(document) == ["statement", "signature"]
    assert document["statement"]["lines"][0].keys() == {"key", "group", "option", "kind", "amount"}


@pytest.fixture
def unpriced(alice: Member) -> Lead:
    """A request at a configurator that keeps from visitors what it costs."""
    open_for_visitors(alice, veranda() | {"price_display": {"kind": "none"}})
    return make_lead(alice.organisation)


def test_a_person_gets_no_file_with_a_price_that_they_may_not_know(unpriced: Lead) -> None:
    with tenant(unpriced.organisation_id):
        assert files_about_lead(unpriced.pk) == []


def test_the_business_has_its_files_also_where_visitors_know_no_price(unpriced: Lead) -> None:
    with tenant(unpriced.organisation_id):
        assert [file.form for file in quote_files(of(unpriced))] == ["pdf", "json"]


def test_a_person_gets_the_files_with_a_price_that_they_know(alice: Member, lead: Lead) -> None:
    with tenant(alice.organisation.pk):
        assert [file.form for file in files_about_lead(lead.pk)] == ["pdf", "json"]
