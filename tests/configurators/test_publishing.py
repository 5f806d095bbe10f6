"""Publishing by hand: the draft that was looked at goes live, and an older version that still fits."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from configurators import publishing
from configurators.compiling import DefinitionError
from configurators.definition import Problem
from configurators.drafts import save_draft
from configurators.formula import Prices
from configurators.models import Configurator, ConfiguratorVersion
from configurators.publishing import publish
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.definitions import definition, group, option
from tests.factories import IDENTITY, sign_in

Json = dict[str, Any]

CHANGED = "The draft was changed since this page was opened. Look at it as it is now."


def costing(amount: str) -> Json:
    return definition(group("roof", "single", required=True, options=[option("poly", amount)]))


@pytest.fixture
def shop(alice: Member) -> Configurator:
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        return Configurator.objects.create(name="Veranda", draft=costing("10"))


def page(shop: Configurator, name: str = "publish", **more: Any) -> str:
    organisation = Organisation.objects.get(pk=shop.organisation_id)
    return reverse(f"configurators:{name}", kwargs={"organisation": organisation.slug, "pk": shop.pk, **more})


def send(client: Client, shop: Configurator, **fields: Any) -> HttpResponse:
    return client.post(page(shop), {"notes": ""} | fields)


def change(shop: Configurator, draft: Json) -> None:
    """What a colleague saves."""
    with tenant(shop.organisation_id):
        save_draft(shop, definition=draft, revision=shop.draft_revision)
        shop.refresh_from_db()


def versions(shop: Configurator) -> list[tuple[int, Json]]:
    with tenant(shop.organisation_id):
        return list(ConfiguratorVersion.objects.order_by("number").values_list("number", "definition"))


# --- What was looked at ----------------------------------------------------------------------------


@pytest.fixture
def changed_since(alice: Member, shop: Configurator, client: Client) -> int:
    """The revision that Alice's page showed, before a colleague saved."""
    sign_in(client, alice)
    shown = shop.draft_revision
    change(shop, costing("20"))
    return shown


def test_a_draft_that_was_changed_since_does_not_go_live(
    shop: Configurator, client: Client, changed_since: int
) -> None:
    response = send(client, shop, revision=changed_since)

    assert (response.status_code, versions(shop)) == (422, [])


def test_a_change_since_is_said_on_the_page(shop: Configurator, client: Client, changed_since: int) -> None:
    response = send(client, shop, revision=changed_since)

    assert response.context["form"].non_field_errors() == [CHANGED]
    assert CHANGED in response.content.decode()


def test_the_page_after_a_change_shows_the_draft_as_it_is_now(
    shop: Configurator, client: Client, changed_since: int
) -> None:
    response = send(client, shop, revision=changed_since)

    assert f'name="revision" value="{shop.draft_revision}"' in response.content.decode()


def test_the_draft_that_was_shown_goes_live(alice: Member, shop: Configurator, client: Client) -> None:
    sign_in(client, alice)
    change(shop, costing("20"))

    response = send(client, shop, revision=shop.draft_revision)

    assert (response.status_code, versions(shop)) == (302, [(1, costing("20"))])


# --- An older version ------------------------------------------------------------------------------


@pytest.fixture
def stricter(alice: Member, shop: Configurator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 1 is live, and would not be let through by now."""
    with tenant(shop.organisation_id):
        publish(shop, by=alice.user.pk)

    def refuse(document: Json, prices: Prices) -> None:
        raise DefinitionError(
            [
                Problem(("steps",), "too_many", "This has too many steps."),
                Problem(("intro",), "untranslated", "This is not translated.", "warning"),
            ]
        )

    monkeypatch.setattr(publishing, "compile_definition", refuse)


def test_a_version_that_does_not_fit_any_more_is_not_put_back(
    alice: Member, shop: Configurator, client: Client, stricter: None
) -> None:
    sign_in(client, alice)

    response = client.post(page(shop, "restore", number=1))

    assert (response.status_code, versions(shop)) == (422, [(1, costing("10"))])


def test_why_a_version_does_not_fit_any_more_is_said(
    alice: Member, shop: Configurator, client: Client, stricter: None
) -> None:
    sign_in(client, alice)

    response = client.post(page(shop, "restore", number=1))

    assert [str(problem.message) for problem in response.context["broken"]] == ["This has too many steps."]
    assert "This has too many steps." in response.content.decode()
