"""Choices for another time: kept behind a link that ends, and nothing of who made them."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse
from django.utils import timezone
from time_machine import travel

from configurators.models import Configurator
from configurators.published import forget_everything
from configurators.publishing import publish
from leads.models import SavedConfiguration
from tenancy.context import tenant
from tests.cast import Member
from tests.leads.conftest import EMAIL, NAME, Visitor, open_for_visitors

CHOICES = {"breedte": "400", "diepte": "350", "dak": "getint", "wand": "open", "ledspots": "10"}
PERSONAL = (NAME, EMAIL, "devries")


def save(visitor: Visitor, answers: dict | None = None, token: str | None = None) -> HttpResponse:
    return visitor.client.post(
        f"/c/{visitor.key}/save/?lang=nl",
        {"answers": CHOICES if answers is None else answers},
        "application/json",
        headers={"X-Form-Token": visitor.token() if token is None else token},
    )


def path_of(response: HttpResponse) -> str:
    return response.json()["url"].removeprefix(settings.PUBLIC_URL)


def rows_of(shop: Configurator) -> list[SavedConfiguration]:
    with tenant(shop.organisation_id):
        return list(SavedConfiguration.objects.all())


def is_chosen(page: str, group: str, value: str) -> bool:
    found = page[page.index(f'id="option-{group}-{value}"') :]
    return "checked" in found[: found.index(">")]


def test_a_link_brings_choices_back(visitor: Visitor) -> None:
    saved = save(visitor)

    page = visitor.client.get(path_of(saved)).content.decode()
    assert saved.status_code == 201
    assert is_chosen(page, "dak", "getint")
    assert 'value="400"' in page
    assert "Hier zijn je keuzes van" in page
    assert "De prijzen zijn die van vandaag" not in page


def test_nothing_of_the_visitor_is_kept(visitor: Visitor, shop: Configurator) -> None:
    fields = visitor.fields(form__action="save", dak="getint")
    page = visitor.post(fields).content.decode()

    [row] = rows_of(shop)
    assert row.inputs["dak"] == "getint"
    assert [word for word in PERSONAL if word in str(row.inputs)] == []
    assert "/saved/?lang=nl&amp;token=" in page


def test_the_link_is_kept_as_its_hash(visitor: Visitor, shop: Configurator) -> None:
    token = path_of(save(visitor)).rpartition("=")[2]

    [row] = rows_of(shop)
    assert token not in str(vars(row))
    assert len(bytes(row.token_hash)) == 32


def test_a_link_ends_after_ninety_days(visitor: Visitor, shop: Configurator) -> None:
    address = path_of(save(visitor))

    [row] = rows_of(shop)
    assert row.purge_after - row.created_at == timedelta(days=90)
    with travel(timezone.now() + timedelta(days=90, seconds=1), tick=False):
        assert visitor.client.get(address).status_code == 410


@pytest.mark.parametrize("token", ["", "nothing", "x" * 5000])
def test_an_unknown_link_says_that_it_has_ended(visitor: Visitor, token: str) -> None:
    response = visitor.client.get(f"/c/{visitor.key}/saved/", {"token": token})

    assert (response.status_code, b"saved" in response.content) == (410, False)


def test_a_link_opens_nothing_at_somebody_else(visitor: Visitor, charlie: Member, shop: Configurator) -> None:
    address = path_of(save(visitor))
    theirs = open_for_visitors(charlie)

    other = address.replace(shop.public_key, theirs.public_key)
    assert visitor.client.get(other).status_code == 410


def test_without_a_database_a_link_is_opened_later(window: Visitor) -> None:
    with patch("leads.saving._saved", side_effect=OperationalError("refused")):
        response = window.client.get(f"/c/{window.key}/saved/", {"token": "x"})

    assert (response.status_code, response["Retry-After"]) == (503, "5")


def test_a_database_that_goes_while_a_link_opens_is_asked_later(visitor: Visitor) -> None:
    address = path_of(save(visitor))

    with patch("leads.saving.version_of", side_effect=OperationalError("refused")):
        response = visitor.client.get(address)

    assert (response.status_code, response["Retry-After"]) == (503, "5")


def test_what_there_is_no_more_is_named(visitor: Visitor, shop: Configurator, alice: Member) -> None:
    address = path_of(save(visitor))
    with tenant(shop.organisation_id):
        shop.refresh_from_db()
        roof = shop.draft["steps"][1]["groups"][0]
        roof["options"] = [option for option in roof["options"] if option["key"] != "getint"]
        shop.save()
        publish(shop, by=alice.user.pk)
    forget_everything()

    page = visitor.client.get(address).content.decode()
    assert "Dak: Getint glas" in page
    assert "De prijzen zijn die van vandaag." in page
    assert 'value="400"' in page


def test_a_page_of_ours_must_ask(visitor: Visitor, shop: Configurator) -> None:
    assert save(visitor, token="nonsense").status_code == 422
    assert rows_of(shop) == []


def test_nobody_keeps_many(visitor: Visitor, shop: Configurator) -> None:
    token = visitor.token()

    statuses = [save(visitor, token=token).status_code for _ in range(11)]

    assert statuses == [201] * 10 + [429]
    assert len(rows_of(shop)) == 10


def test_what_is_not_a_choice_is_refused(visitor: Visitor, shop: Configurator) -> None:
    assert save(visitor, {"name": "Sanne"}).status_code == 422
    assert rows_of(shop) == []


def test_half_a_number_is_not_taken_for_another(visitor: Visitor, shop: Configurator) -> None:
    refused = save(visitor, CHOICES | {"breedte": "40"})

    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["breedte"])
    assert rows_of(shop) == []


def test_without_javascript_a_wrong_answer_is_named_too(visitor: Visitor, shop: Configurator) -> None:
    page = visitor.post(visitor.fields(form__action="save", breedte="40"))

    assert (page.status_code, b'aria-invalid="true"' in page.content) == (422, True)
    assert rows_of(shop) == []


def test_a_request_from_saved_choices_is_stored(visitor: Visitor) -> None:
    """The page behind a link is a page like any other, with a token of today."""
    page = visitor.client.get(path_of(save(visitor))).content.decode()

    assert 'name="form.token" value=""' not in page
    assert 'value="submit"' in page
