"""What a visitor's page said that it costs is compared with what it does cost, and is never the price."""

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AccessEvent
from configurators.models import Configurator
from delivery.jobs import JobCall
from leads.announcing import announce
from leads.models import Lead, LeadEvent
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead, sign_in
from tests.leads.conftest import Visitor, open_for_visitors
from tests.leads.definitions import veranda


def the_request(shop: Configurator) -> Lead:
    with tenant(shop.organisation_id):
        return Lead.objects.get()


def announced(lead: Lead) -> tuple[list[str], list[str]]:
    """What the record and the timeline say once the request was announced."""
    with tenant(lead.organisation_id):
        announce(JobCall(organisation_id=lead.organisation_id, ids={"lead": str(lead.pk)}, attempt=1))
        acts = AccessEvent.objects.filter(action="lead.price_differed").values_list("action", flat=True)
        kinds = LeadEvent.objects.filter(lead=lead, kind="price_differed").values_list("kind", flat=True)
        return list(acts), list(kinds)


def test_a_page_that_showed_the_same_leaves_nothing(visitor: Visitor, shop: Configurator) -> None:
    visitor.send(visitor.document(shown="9685.00"))

    lead = the_request(shop)
    assert (str(lead.gross), lead.shown_gross, announced(lead)) == ("9685.00", None, ([], []))


@pytest.mark.parametrize("text", ["9685", "9685.0"])
def test_the_same_amount_may_be_written_otherwise(visitor: Visitor, shop: Configurator, text: str) -> None:
    visitor.send(visitor.document(shown=text))

    assert the_request(shop).shown_gross is None


def test_another_price_is_kept_beside_the_servers_and_told(visitor: Visitor, shop: Configurator) -> None:
    response = visitor.send(visitor.document(shown="1.00"))

    lead = the_request(shop)
    assert (response.status_code, str(lead.gross), str(lead.shown_gross)) == (201, "9685.00", "1.00")
    assert lead.quote["gross"] == "9685.00"
    assert announced(lead) == (["lead.price_differed"], ["price_differed"])


def test_a_page_that_says_nothing_is_asked_nothing(visitor: Visitor, shop: Configurator) -> None:
    visitor.post(visitor.fields())

    assert the_request(shop).shown_gross is None


def test_the_figure_is_no_part_of_what_makes_a_request_the_same(visitor: Visitor, shop: Configurator) -> None:
    token = visitor.token()
    first = visitor.send(visitor.document(token=token, shown="9685.00"))
    again = visitor.send(visitor.document(token=token))

    assert first.json() == again.json()
    assert the_request(shop).reference == first.json()["reference"]


@pytest.mark.parametrize(
    "garbage", ["x", "1,00", "1e3", "NaN", "١٢", "1.234", "9" * 13, 5, True, {}, ["1"], "\u0000"]
)
def test_what_is_no_amount_is_refused_by_its_name(window: Visitor, garbage: object) -> None:
    response = window.send(window.document(token="x", shown=garbage))

    assert (response.status_code, list(response.json()["errors"])) == (422, ["form.shown"])


@pytest.mark.parametrize("field", ["price", "total", "gross"])
def test_a_price_from_outside_is_refused_as_ever(window: Visitor, field: str) -> None:
    response = window.send(window.document(token="x") | {field: "1.00"})

    assert (response.status_code, list(response.json()["errors"])) == (422, [field])


def test_a_form_without_a_script_has_no_such_field(window: Visitor) -> None:
    response = window.post(window.fields(form__token="x", form__shown="1.00"))

    assert response.status_code == 422


def test_the_page_of_a_request_says_what_was_shown(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    with tenant(alice.organisation.pk):
        Lead.objects.filter(pk=lead.pk).update(shown_gross="1.25")
    sign_in(client, alice)
    page = client.get(reverse("leads:detail", kwargs={"organisation": "acme", "pk": lead.pk}))

    assert "showed €1.25" in page.content.decode()


def test_the_page_gets_the_figure_that_it_sends(visitor: Visitor) -> None:
    answers = {
        "breedte": "520",
        "diepte": "350",
        "dak": "opaal",
        "wand": "glazen_schuifwand",
        "ledspots": "8",
    }

    assert visitor.price(answers).json()["gross"] == "9685.00"


def test_where_prices_are_not_shown_there_is_none_to_send(transactional_db: None, alice: Member) -> None:
    kept_quiet = open_for_visitors(alice, veranda() | {"price_display": {"kind": "none"}})

    assert Visitor(kept_quiet.public_key).price({"breedte": "520"}).json()["gross"] == ""
