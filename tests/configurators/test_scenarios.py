"""Scenarios: a price that somebody knows, worked out on each draft before it goes live."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from configurators.drafts import save_draft
from configurators.models import Configurator, ConfiguratorVersion, Scenario
from configurators.publishing import CannotPublish, publish, restore
from configurators.scenarios import keep_scenario
from organisations.models import Organisation
from organisations.permissions import Role
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.definitions import definition, group, option
from tests.factories import IDENTITY, sign_in

INPUTS = {"roof": "glass", "lights": "2"}


def made(glass: str = "250", **more: Any) -> dict[str, Any]:
    """A roof of glass or not, and lights at 39,95 each, including VAT."""
    return definition(
        group(
            "roof",
            "single",
            required=True,
            default="poly",
            options=[option("poly", "0"), option("glass", glass)],
        ),
        group("lights", "quantity", max="12", price={"kind": "per_unit", "amount": "39.95"}),
        **more,
    )


@pytest.fixture
def shop(alice: Member) -> Configurator:
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        return Configurator.objects.create(name="Veranda", draft=made())


def expect(
    shop: Configurator, expects: str = "gross", amount: str | None = "329.90", **inputs: Any
) -> Scenario:
    with tenant(shop.organisation_id):
        return keep_scenario(
            shop,
            name="Two lights",
            inputs=INPUTS | inputs,
            expects=expects,
            amount=amount and Decimal(amount),
        )


def stored(scenario: Scenario) -> Scenario:
    with tenant(scenario.organisation_id):
        return Scenario.objects.get(pk=scenario.pk)


def page(shop: Configurator, name: str = "scenarios", **more: Any) -> str:
    organisation = Organisation.objects.get(pk=shop.organisation_id)
    return reverse(f"configurators:{name}", kwargs={"organisation": organisation.slug, "pk": shop.pk, **more})


def why_not(shop: Configurator, by: Member) -> list[str]:
    with tenant(shop.organisation_id), pytest.raises(CannotPublish) as refused:
        publish(shop, by=by.user.pk)
    return [obstacle.message for obstacle in refused.value.obstacles]


def test_a_failing_scenario_stops_publishing_and_names_both_figures(
    alice: Member, shop: Configurator
) -> None:
    expect(shop, amount="300")

    assert why_not(shop, alice) == ["Scenario “Two lights”: expected €300.00, now €329.90."]


def test_a_scenario_that_comes_out_as_expected_lets_it_go_live(alice: Member, shop: Configurator) -> None:
    expect(shop)

    with tenant(shop.organisation_id):
        assert publish(shop, by=alice.user.pk).number == 1


def test_a_net_price_is_compared_without_vat(alice: Member, shop: Configurator) -> None:
    expect(shop, "net", "272.65")

    assert why_not(shop, alice) == [
        "Scenario “Two lights”: expected €272.65 excluding VAT, now €272.64 excluding VAT."
    ]


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"lights": "13"}, "Lights: Choose a number from 0 to 12."),
        ({"roof": None}, "Roof: This must be answered."),
    ],
)
def test_what_must_be_refused_passes_when_it_is(
    alice: Member, shop: Configurator, client: Client, inputs: dict[str, Any], why: str
) -> None:
    expect(shop, "refused", None, **inputs)
    sign_in(client, alice)

    [outcome] = client.get(page(shop)).context["outcomes"]

    assert (outcome.passes, outcome.found, outcome.verdict.reason) == (True, "cannot be ordered", why)


def test_what_must_be_refused_fails_when_it_has_a_price(alice: Member, shop: Configurator) -> None:
    expect(shop, "refused", None)

    assert why_not(shop, alice) == ["Scenario “Two lights”: expected cannot be ordered, now €329.90."]


def test_a_scenario_about_an_option_that_is_gone_cannot_be_computed(
    alice: Member, shop: Configurator
) -> None:
    expect(shop, "refused", None, roof="zinc")

    [sentence] = why_not(shop, alice)

    assert sentence.startswith("Scenario “Two lights”: expected cannot be ordered, now cannot be computed.")


def test_putting_an_older_version_back_is_not_stopped(alice: Member, shop: Configurator) -> None:
    with tenant(shop.organisation_id):
        publish(shop, by=alice.user.pk)
    expect(shop, amount="300")

    with tenant(shop.organisation_id):
        assert restore(shop, 1, by=alice.user.pk).restores_number == 1


def test_the_page_before_putting_back_shows_what_comes_out_otherwise(
    alice: Member, shop: Configurator, client: Client
) -> None:
    with tenant(shop.organisation_id):
        publish(shop, by=alice.user.pk)
    expect(shop, amount="300")
    sign_in(client, alice)

    shown = client.get(page(shop, "restore", number=1)).context["failing"]

    assert [outcome.sentence for outcome in shown] == [
        "Scenario “Two lights”: expected €300.00, now €329.90."
    ]


# --- The pages -------------------------------------------------------------------------------------


def send(client: Client, url: str, **fields: Any) -> HttpResponse:
    return client.post(
        url,
        {"name": "Glass", "expects": "gross", "answer-roof": "glass", "answer-lights": "2"} | fields,
    )


def test_a_new_scenario_begins_as_a_visitor_does_with_the_price_of_that(
    alice: Member, shop: Configurator, client: Client
) -> None:
    sign_in(client, alice)

    form = client.get(page(shop, "scenario-new")).context["form"]

    assert (form.inputs, form["amount"].value()) == ({"roof": "poly"}, "0.00")


def test_working_out_shows_the_price_of_what_is_chosen_and_keeps_nothing(
    alice: Member, shop: Configurator, client: Client
) -> None:
    sign_in(client, alice)

    form = send(client, page(shop, "scenario-new"), work_out="yes").context["form"]

    assert (form["amount"].value(), form["answer-lights"].value()) == ("329.90", "2")
    with tenant(shop.organisation_id):
        assert not Scenario.objects.exists()


def test_working_out_leaves_a_figure_that_somebody_typed(
    alice: Member, shop: Configurator, client: Client
) -> None:
    sign_in(client, alice)

    form = send(client, page(shop, "scenario-new"), work_out="yes", amount="300", proposed="0.00").context[
        "form"
    ]

    assert form["amount"].value() == "300"


def test_a_scenario_is_kept_as_it_was_filled_in(alice: Member, shop: Configurator, client: Client) -> None:
    sign_in(client, alice)

    response = send(client, page(shop, "scenario-new"), amount="329,90")

    assert response.status_code == 302
    with tenant(shop.organisation_id):
        kept = Scenario.objects.get()
    assert (kept.name, kept.inputs, kept.expects, kept.amount) == ("Glass", INPUTS, "gross", "329.9")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "much"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": "1", "answer-lights": "many"}, "answer-lights"),
        ({"amount": "1", "answer-lights": "13"}, "answer-lights"),
        ({"amount": "1", "answer-roof": "zinc"}, "answer-roof"),
        ({"amount": "1", "name": ""}, "name"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    alice: Member, shop: Configurator, client: Client, fields: dict[str, str], wrong: str
) -> None:
    sign_in(client, alice)

    response = send(client, page(shop, "scenario-new"), **fields)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])


def test_two_scenarios_do_not_have_one_name(alice: Member, shop: Configurator, client: Client) -> None:
    sign_in(client, alice)
    send(client, page(shop, "scenario-new"), amount="1")

    response = send(client, page(shop, "scenario-new"), amount="2")

    assert response.context["form"].errors == {"name": ["Another scenario has this name."]}


def test_a_scenario_is_changed(alice: Member, shop: Configurator, client: Client) -> None:
    scenario = expect(shop)
    sign_in(client, alice)

    send(client, page(shop, "scenario", scenario=scenario.pk), **{"answer-lights": "3", "amount": "400"})

    assert (stored(scenario).inputs, stored(scenario).amount) == ({"roof": "glass", "lights": "3"}, "400")


def test_what_comes_of_it_now_is_accepted(alice: Member, shop: Configurator, client: Client) -> None:
    scenario = expect(shop, amount="300")
    sign_in(client, alice)

    client.post(page(shop, "scenario-accept", scenario=scenario.pk))

    assert stored(scenario).amount == "329.9"


def found_on(shown: str) -> str:
    """The figure that the page shows, as its button sends it."""
    [figure] = re.findall(r'name="found" value="([^"]*)"', shown)
    return unescape(figure)


def test_the_figure_that_was_shown_is_accepted(alice: Member, shop: Configurator, client: Client) -> None:
    scenario = expect(shop, amount="300")
    sign_in(client, alice)
    shown = found_on(client.get(page(shop)).content.decode())

    client.post(page(shop, "scenario-accept", scenario=scenario.pk), {"found": shown})

    assert (shown, stored(scenario).amount) == ("€329.90", "329.9")


def test_another_figure_than_was_shown_is_not_accepted(
    alice: Member, shop: Configurator, client: Client
) -> None:
    scenario = expect(shop, amount="300")
    sign_in(client, alice)
    shown = found_on(client.get(page(shop)).content.decode())
    with tenant(shop.organisation_id):
        save_draft(shop, definition=made(glass="350"), revision=1)

    response = client.post(page(shop, "scenario-accept", scenario=scenario.pk), {"found": shown}, follow=True)

    assert (stored(scenario).expects, stored(scenario).amount) == ("gross", "300")
    assert [str(message) for message in response.context["messages"]] == [
        "Nothing was changed: something else comes of it by now."
    ]


def test_a_scenario_is_removed(alice: Member, shop: Configurator, client: Client) -> None:
    scenario = expect(shop)
    sign_in(client, alice)

    client.post(page(shop, "scenario-remove", scenario=scenario.pk))

    with tenant(shop.organisation_id):
        assert not Scenario.objects.exists()


def test_a_broken_draft_is_said_to_be_broken(alice: Member, shop: Configurator, client: Client) -> None:
    expect(shop)
    with tenant(shop.organisation_id):
        save_draft(shop, definition={"schema": 2}, revision=1)
    sign_in(client, alice)

    pages = [client.get(page(shop)), client.get(page(shop, "scenario-new"))]

    assert ["The draft has errors" in answer.content.decode() for answer in pages] == [True, True]


def test_the_page_that_publishes_names_the_scenario_in_the_way(
    alice: Member, shop: Configurator, client: Client
) -> None:
    expect(shop, amount="300")
    sign_in(client, alice)

    response = client.post(page(shop, "publish"), {"notes": ""})

    assert response.status_code == 422
    assert "Scenario “Two lights”: expected €300.00, now €329.90." in response.content.decode()
    with tenant(shop.organisation_id):
        assert not ConfiguratorVersion.objects.exists()


def test_who_sells_sees_no_scenarios(bob: Member, shop: Configurator, client: Client) -> None:
    sign_in(client, bob)

    assert bob.membership.role == Role.SALES
    assert client.get(page(shop)).status_code == 403
