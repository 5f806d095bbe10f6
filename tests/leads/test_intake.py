"""Taking a visitor's request in, with and without JavaScript, and refusing what is none."""

import json
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from billing.models import UsageRecord
from configurators.models import Configurator, Notice
from configurators.published import forget_everything
from configurators.publishing import publish, withdraw
from delivery.models import Job
from leads.models import Lead, LeadContact, LeadOrigin
from leads.sealed import contact_of
from tenancy.context import tenant
from tenancy.encryption import unseal
from tests.cast import Member
from tests.leads.conftest import EMAIL, NAME, Visitor
from tests.wire import executed


def leads_of(configurator: Configurator) -> list[Lead]:
    with tenant(configurator.organisation_id):
        return list(Lead.objects.order_by("id"))


def errors_of(response) -> dict[str, str]:
    return json.loads(response.content)["errors"]


def no_database():
    """Postgres refuses every connection."""
    wrapper = "tenancy.backend.base.DatabaseWrapper.get_new_connection"
    return patch(wrapper, side_effect=OperationalError("refused"))


def announcements() -> int:
    return Job.objects.filter(task="leads.announce").count()


# --- What is taken in


def test_form_becomes_a_lead_with_the_servers_price(visitor: Visitor, shop: Configurator) -> None:
    response = visitor.post(visitor.fields())

    [lead] = leads_of(shop)
    assert (response.status_code, str(lead.gross), lead.status) == (303, "9685.00", "new")


def test_json_becomes_a_lead_with_the_servers_price(visitor: Visitor, shop: Configurator) -> None:
    response = visitor.send(visitor.document())

    [lead] = leads_of(shop)
    assert response.status_code == 201
    assert response.json() == {"reference": lead.reference}
    assert str(lead.gross) == "9685.00"


def test_lead_has_its_parts(visitor: Visitor, shop: Configurator) -> None:
    visitor.post(visitor.fields(remark="Graag na de zomer"), **{"X-Forwarded-For": "203.0.113.9"})

    [lead] = leads_of(shop)
    with tenant(shop.organisation_id):
        contact = contact_of(lead)
        origin = LeadOrigin.objects.get(lead=lead)
        usage = UsageRecord.objects.get(lead_ref=lead.pk)
    ip = unseal(shop.organisation_id, origin.ip, place=f"leads_leadorigin.ip:{lead.pk}")
    assert (contact.name, contact.email, contact.phone) == (NAME, EMAIL, "+31201234567")
    assert contact.answers == {"remark": "Graag na de zomer"}
    assert ip == "127.0.0.1"
    assert usage.occurred_at == lead.submitted_at
    assert Job.objects.get(task="leads.announce").ids == {"lead": str(lead.pk)}


@pytest.mark.promise("H7")
def test_written_answers_are_not_in_the_quote(visitor: Visitor, shop: Configurator) -> None:
    visitor.post(visitor.fields(remark="Graag na de zomer"))

    [lead] = leads_of(shop)
    assert "zomer" not in json.dumps(lead.quote)
    assert lead.quote["inputs"]["dak"] == "opaal"


def test_capture_is_one_statement(visitor: Visitor, shop: Configurator) -> None:
    document = visitor.document()
    with executed("intake") as statements:
        response = visitor.send(document)

    assert response.status_code == 201
    assert len(statements) == 1
    with CaptureQueriesContext(connections["default"]) as others:
        visitor.send(visitor.document())
    assert len(others) == 0


def test_marketing_is_kept_only_when_ticked(visitor: Visitor, shop: Configurator) -> None:
    visitor.post(visitor.fields())
    visitor.post(visitor.fields(form__marketing="yes"))

    assert [lead.marketing_sha256 is not None for lead in leads_of(shop)] == [False, True]


def test_notice_that_was_shown_is_kept_by_its_hash(visitor: Visitor, shop: Configurator) -> None:
    visitor.language = "fr"
    visitor.post(visitor.fields())

    [lead] = leads_of(shop)
    with tenant(shop.organisation_id):
        notice = Notice.objects.get(sha256=lead.notice_sha256)
    assert (lead.language, notice.language, notice.kind) == ("fr", "fr", "notice")


def test_embedded_form_says_where_it_came_from(visitor: Visitor, shop: Configurator) -> None:
    visitor.client.post(
        f"{visitor.address}&embed=1", urlencode(visitor.fields()), "application/x-www-form-urlencoded"
    )

    [lead] = leads_of(shop)
    assert lead.source == "embed"


# --- Once, whatever happens on the way


def test_replay_answers_the_first_lead(visitor: Visitor, shop: Configurator) -> None:
    document = visitor.document()
    first, second = visitor.send(document), visitor.send(document)

    assert first.json() == second.json()
    assert (len(leads_of(shop)), announcements()) == (1, 1)


def test_form_and_json_of_one_page_are_one_lead(visitor: Visitor, shop: Configurator) -> None:
    token = visitor.token()
    visitor.send(visitor.document(token=token))
    response = visitor.post(visitor.fields(form__token=token))

    assert response.status_code == 303
    assert len(leads_of(shop)) == 1


def test_same_token_with_other_answers_is_refused(visitor: Visitor, shop: Configurator) -> None:
    document = visitor.document()
    visitor.send(document)
    response = visitor.send(document | {"contact": {"name": "Iemand anders", "email": EMAIL, "phone": ""}})

    assert response.status_code == 422
    assert response.json()["code"] == "different_submission"
    assert response.json()["token"] != document["token"]
    assert len(leads_of(shop)) == 1


def test_visitor_finishes_on_the_version_they_began(
    visitor: Visitor, shop: Configurator, alice: Member
) -> None:
    document = visitor.document()
    with tenant(shop.organisation_id):
        shop.draft["lines"][0]["price"]["amount"] = "9999"
        shop.save()
        publish(shop, by=alice.user.pk)
    visitor.client.get(visitor.address)
    visitor.send(document)

    [lead] = leads_of(shop)
    assert str(lead.gross) == "9685.00"


# --- Who it may be


def test_filled_honeypot_is_put_aside_and_answered_alike(visitor: Visitor, shop: Configurator) -> None:
    response = visitor.send(visitor.document(website="https://buy.example"))

    [lead] = leads_of(shop)
    with tenant(shop.organisation_id):
        counted = UsageRecord.objects.count()
    assert (response.status_code, response.json()) == (201, {"reference": lead.reference})
    assert (lead.status, lead.quarantine_reason) == ("quarantined", "honeypot")
    assert lead.purge_after - lead.submitted_at == timedelta(days=30)
    assert (announcements(), counted) == (0, 0)


def test_faster_than_a_person_is_put_aside(visitor: Visitor, shop: Configurator) -> None:
    page = visitor.client.get(visitor.address).content.decode()
    token = page.split('name="form.token" value="')[1].split('"')[0]
    visitor.post(visitor.fields(form__token=token))

    assert leads_of(shop)[0].quarantine_reason == "fast"


def test_many_from_one_address_are_put_aside(visitor: Visitor, shop: Configurator, settings) -> None:
    settings.INTAKE_SUSPECT_PER_MINUTE = 2
    for number in range(3):
        visitor.send(visitor.document(contact={"name": NAME, "email": f"v{number}@example.org"}))

    assert [lead.quarantine_reason for lead in leads_of(shop)] == ["", "", "rate"]


def test_far_too_many_from_one_address_are_refused(visitor: Visitor, shop: Configurator, settings) -> None:
    settings.INTAKE_REFUSE_PER_MINUTE = 1
    visitor.send(visitor.document())
    response = visitor.send(visitor.document())

    assert (response.status_code, response.headers["Retry-After"]) == (429, "60")
    assert len(leads_of(shop)) == 1


def test_other_sites_are_refused(visitor: Visitor, shop: Configurator) -> None:
    document = visitor.document()

    assert visitor.send(document, Origin="https://evil.example").status_code == 403
    assert visitor.send(document, Origin="null").status_code == 403
    assert len(leads_of(shop)) == 0


@pytest.mark.parametrize(
    "origin", ["http://localhost:8000", "https://www.acme.example", "http://localhost:8001"]
)
def test_our_own_and_listed_origins_are_welcome(visitor: Visitor, origin: str) -> None:
    assert visitor.send(visitor.document(), Origin=origin).status_code == 201


# --- What is not stored


def test_price_that_a_client_sends_is_refused(visitor: Visitor, shop: Configurator) -> None:
    form = visitor.post(visitor.fields(price="1"))
    inside = visitor.document()
    inside["answers"]["price"] = "1"
    beside = visitor.send(visitor.document(version="1", organisation="x"))

    assert form.status_code == 422
    assert list(errors_of(visitor.send(inside))) == ["price"]
    assert list(errors_of(beside)) == ["version", "organisation"]
    assert len(leads_of(shop)) == 0


def test_expired_token_keeps_the_answers(visitor: Visitor, shop: Configurator) -> None:
    fields, document = visitor.fields(contact__name="Sanne van Gisteren"), visitor.document()
    with travel(timezone.now() + timedelta(hours=25), tick=False):
        page = visitor.post(fields)
        answer = visitor.send(document)

    assert (page.status_code, answer.status_code) == (409, 409)
    assert 'value="Sanne van Gisteren"' in page.content.decode()
    assert fields["form.token"] not in page.content.decode()
    assert answer.json()["code"] == "token_expired"
    assert answer.json()["token"] != document["token"]
    assert len(leads_of(shop)) == 0


# --- Whose it is


def test_unknown_key_is_not_found(visitor: Visitor) -> None:
    stranger = Visitor("1111111111111111111111")

    assert stranger.client.get(stranger.address).status_code == 404
    assert stranger.send({}).status_code == 404
    assert stranger.post({}).status_code == 404
    assert stranger.price({}).status_code == 404


def test_lead_belongs_to_its_own_organisation(visitor: Visitor, shop: Configurator, charlie: Member) -> None:
    visitor.send(visitor.document())

    with tenant(charlie.organisation.pk):
        assert (Lead.objects.count(), LeadContact.objects.count()) == (0, 0)
    assert len(leads_of(shop)) == 1


def test_closed_configurator_takes_nothing(visitor: Visitor, shop: Configurator, alice: Member) -> None:
    document, fields = visitor.document(), visitor.fields()
    with tenant(shop.organisation_id):
        withdraw(shop, by=alice.user.pk)

    answer, page = visitor.send(document), visitor.post(fields)

    assert (answer.status_code, answer.json()["code"]) == (410, "closed")
    assert page.status_code == 410
    assert len(leads_of(shop)) == 0


# --- When the database is away


def test_form_keeps_its_answers_while_the_database_is_away(visitor: Visitor, shop: Configurator) -> None:
    fields = visitor.fields(contact__name="Sanne van Straks")
    connections["intake"].close()
    with patch(
        "tenancy.backend.base.DatabaseWrapper.get_new_connection", side_effect=OperationalError("refused")
    ):
        page, answer = visitor.post(fields), visitor.send(visitor.document(token=fields["form.token"]))
        shown = visitor.client.get(visitor.address)

    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert 'value="Sanne van Straks"' in page.content.decode()
    assert f'value="{fields["form.token"]}"' in page.content.decode()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert shown.status_code == 200
    assert visitor.post(fields).status_code == 303
    assert len(leads_of(shop)) == 1


def test_unknown_page_waits_for_the_database_with_what_was_posted(visitor: Visitor) -> None:
    fields = visitor.fields(contact__name="Sanne van Straks")
    forget_everything()
    connections["intake"].close()
    with patch(
        "tenancy.backend.base.DatabaseWrapper.get_new_connection", side_effect=OperationalError("refused")
    ):
        page = visitor.post(fields)

    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert 'name="contact.name" value="Sanne van Straks"' in page.content.decode()


def test_dead_connection_is_opened_again(visitor: Visitor, shop: Configurator) -> None:
    document = visitor.document()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
    connections["intake"].connection.close()

    assert visitor.send(document).status_code == 201
    assert len(leads_of(shop)) == 1


# --- Afterwards


def test_journey_without_javascript_ends_at_thanks(visitor: Visitor, shop: Configurator) -> None:
    response = visitor.client.get(visitor.post(visitor.fields()).headers["Location"])

    assert response.status_code == 200
    assert leads_of(shop)[0].reference in response.content.decode()


def test_live_price_is_of_the_version_on_the_screen(
    visitor: Visitor, shop: Configurator, alice: Member
) -> None:
    token = visitor.token()
    with tenant(shop.organisation_id):
        shop.draft["lines"][0]["price"]["amount"] = "9999"
        shop.save()
        publish(shop, by=alice.user.pk)
    forget_everything()

    answers = {"breedte": "520"}
    assert visitor.price(answers).json()["total"] == "€\u00a014.689,00"
    assert visitor.price(answers, **{"X-Form-Token": token}).json()["total"] == "€\u00a09.685,00"
