"""How many configurators and versions are kept, and what is said when there is no room."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from configurators.drafts import TooManyConfigurators, create_configurator
from configurators.models import Configurator
from configurators.publishing import CannotPublish, publish, restore
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import IDENTITY, sign_in


def make(member: Member, name: str = "Veranda") -> Configurator:
    with tenant(member.organisation.pk):
        return create_configurator(name=name, starting_from="veranda", language="nl", by=member.user.pk)


@pytest.fixture
def full(alice: Member, settings: Any) -> Configurator:
    """Acme has as many configurators as it may: one."""
    settings.CONFIGURATORS_PER_ORGANISATION = 1
    return make(alice)


@pytest.fixture
def worn(alice: Member, settings: Any) -> Configurator:
    """A configurator with as many versions as are kept: one."""
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    configurator = make(alice)
    with tenant(alice.organisation.pk):
        publish(configurator, by=alice.user.pk)
    settings.VERSIONS_PER_CONFIGURATOR = 1
    return configurator


def page(member: Member, path: str) -> str:
    return f"/o/{member.organisation.slug}/configurators/{path}"


def test_one_more_is_refused_with_a_kind_sentence(alice: Member, full: Configurator, client: Client) -> None:
    sign_in(client, alice)

    response = client.post(page(alice, "new/"), {"name": "Another", "starting_from": "blank"})

    assert (response.status_code, response.context["form"].non_field_errors()) == (
        422,
        [
            "You have 1 configurator, and there is room for no more. Give one that you no longer use another"
            " content, or ask us for more room."
        ],
    )


def test_copy_is_refused_too(alice: Member, full: Configurator, client: Client) -> None:
    sign_in(client, alice)

    response = client.post(page(alice, f"{full.pk}/duplicate/"), {"name": "Copy"})

    with tenant(alice.organisation.pk):
        assert (response.status_code, Configurator.objects.count()) == (422, 1)


def test_room_is_counted_for_each_organisation(alice: Member, charlie: Member, full: Configurator) -> None:
    assert make(charlie).name == "Veranda"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_get_the_last_place(alice: Member, settings: Any) -> None:
    settings.CONFIGURATORS_PER_ORGANISATION = 1
    refused = []

    def one() -> None:
        try:
            make(alice)
        except TooManyConfigurators:
            refused.append(1)
        finally:
            connection.close()

    both = [threading.Thread(target=one) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    with tenant(alice.organisation.pk):
        assert (Configurator.objects.count(), len(refused)) == (1, 1)


def test_one_more_version_is_refused(alice: Member, worn: Configurator) -> None:
    with tenant(alice.organisation.pk), pytest.raises(CannotPublish) as refusal:
        publish(worn, by=alice.user.pk)

    assert [obstacle.code for obstacle in refusal.value.obstacles] == ["versions"]


def test_putting_an_older_one_back_needs_room_too(alice: Member, worn: Configurator) -> None:
    with tenant(alice.organisation.pk), pytest.raises(CannotPublish):
        restore(worn, 1, by=alice.user.pk)


@pytest.mark.parametrize("path", ["publish/", "versions/1/restore/"])
def test_page_says_what_to_do_instead(alice: Member, worn: Configurator, client: Client, path: str) -> None:
    sign_in(client, alice)

    response = client.post(page(alice, f"{worn.pk}/{path}"), {"notes": ""})

    assert response.status_code == 422
    assert "Make a copy of it and publish that one: it begins anew." in response.content.decode()
