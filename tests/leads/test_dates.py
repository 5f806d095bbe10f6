"""A date on its way from a visitor's page to whoever reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import override
from time_machine import travel

from leads.models import Lead, LeadContact, SavedConfiguration
from leads.quotes import Quote
from leads.representation import documents
from leads.sealed import open_contact
from tenancy.context import tenant
from tests.cast import Member
from tests.leads.conftest import Visitor, open_for_visitors
from tests.leads.definitions import veranda

pytestmark = pytest.mark.django_db(transaction=True)
EVENING = "2027-03-14 23:50+01:00"


def with_date(**more: Any) -> dict[str, Any]:
    label = {"nl": "Levering", "en": "Delivery", "fr": "Livraison"}
    definition = veranda()
    definition["steps"][3]["groups"].append({"key": "delivery", "kind": "date", "label": label} | more)
    return definition


@pytest.fixture
def visitor(alice: Member) -> Visitor:
    return Visitor(open_for_visitors(alice, with_date(earliest=0, latest=30)).public_key)


def sent_on(visitor: Visitor, day: str, token: str | None = None) -> HttpResponse:
    document = visitor.document(**({"token": token} if token else {}))
    document["answers"]["delivery"] = day
    return visitor.send(document)


@travel(EVENING)
def test_it_is_stored_sealed_with_the_written_answers(visitor: Visitor, alice: Member) -> None:
    assert sent_on(visitor, "2027-03-20").status_code == 201

    with tenant(alice.organisation.pk):
        [contact] = LeadContact.objects.all()
        assert open_contact(contact).answers == {"delivery": "2027-03-20"}
        assert b"2027-03-20" not in bytes(contact.answers)
        assert "2027-03-20" not in str(Lead.objects.get().quote)


@travel(EVENING)
def test_people_read_it_in_words_and_programs_as_it_is(visitor: Visitor, alice: Member) -> None:
    sent_on(visitor, "2027-03-20")

    with tenant(alice.organisation.pk), override("nl"):
        lead = Lead.objects.select_related("version").get()
        words = Quote.of(lead).answers({"delivery": "2027-03-20"})
        [document] = documents([lead])
    assert [(choice.label, choice.value) for choice in words] == [("Levering", "20 maart 2027")]
    assert document["answers"] == [{"label": "Levering", "value": "2027-03-20"}]


def test_a_page_of_yesterday_may_be_sent_today(visitor: Visitor) -> None:
    with travel(EVENING) as clock:
        token = visitor.token()
        clock.shift(timedelta(minutes=20))
        response = sent_on(visitor, "2027-03-14", token)

    assert response.status_code == 201


@travel(EVENING)
def test_a_day_before_the_first_is_refused_by_name(visitor: Visitor) -> None:
    response = sent_on(visitor, "2027-03-13")

    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["delivery"]


@travel(EVENING)
def test_without_javascript_the_server_says_it(visitor: Visitor) -> None:
    response = visitor.post(visitor.fields(delivery="2027-03-13", form__action="price"))

    page = response.content.decode()
    field = page[page.index('id="field-delivery"') :]
    assert response.status_code == 200
    assert 'aria-invalid="true"' in field[: field.index(">")]
    assert 'value="2027-03-13"' in field[: field.index(">")]


def test_the_page_of_tomorrow_has_other_days(visitor: Visitor) -> None:
    with travel(EVENING) as clock:
        before = visitor.client.get(visitor.address).content
        clock.move_to(timezone.now() + timedelta(minutes=20))
        after = visitor.client.get(visitor.address).content

    assert (b'min="2027-03-14"' in before, b'min="2027-03-15"' in after) == (True, True)


@travel(EVENING)
def test_it_is_not_kept_behind_a_link(visitor: Visitor, alice: Member) -> None:
    fields = visitor.fields(delivery="2027-03-20", form__action="save")

    assert b"2027-03-20" in visitor.post(fields).content  # on the page again, and nowhere else
    with tenant(alice.organisation.pk):
        assert "delivery" not in SavedConfiguration.objects.get().inputs
