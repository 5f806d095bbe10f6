"""Saving a draft from the builder."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from configurators.drafts import create_configurator, starter
from configurators.models import Configurator
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import sign_in


@pytest.fixture
def configurator(alice: Member) -> Configurator:
    with tenant(alice.organisation.pk):
        return create_configurator(name="Veranda", starting_from="veranda", language="nl", by=alice.user.pk)


def save(client: Client, configurator: Configurator, member: Member, body: Any) -> HttpResponse:
    url = reverse(
        "configurators:draft", kwargs={"organisation": member.organisation.slug, "pk": configurator.pk}
    )
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.put(url, raw, content_type="application/json")


def stored(configurator: Configurator) -> Configurator:
    with tenant(configurator.organisation_id):
        return Configurator.objects.get(pk=configurator.pk)


def test_draft_is_saved_under_the_next_revision(
    alice: Member, configurator: Configurator, client: Client
) -> None:
    sign_in(client, alice)
    definition = starter("blank", language="nl")

    response = save(client, configurator, alice, {"definition": definition, "revision": 1})

    assert (response.status_code, stored(configurator).draft_revision) == (200, 2)
    assert stored(configurator).draft == definition


def test_work_of_another_editor_is_not_overwritten(
    alice: Member, configurator: Configurator, client: Client
) -> None:
    sign_in(client, alice)
    save(client, configurator, alice, {"definition": starter("blank", language="nl"), "revision": 1})

    response = save(client, configurator, alice, {"definition": {"schema": 2}, "revision": 1})

    assert (response.status_code, json.loads(response.content)["revision"]) == (409, 2)
    assert stored(configurator).draft != {"schema": 2}


def test_a_broken_draft_is_kept_and_its_problems_are_named(
    alice: Member, configurator: Configurator, client: Client
) -> None:
    sign_in(client, alice)

    response = save(client, configurator, alice, {"definition": {"schema": 2}, "revision": 1})

    assert (response.status_code, stored(configurator).draft) == (200, {"schema": 2})
    assert json.loads(response.content)["problems"] != []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"definition": {}, "revision": "1"}',
        b'{"definition": {}, "revision": true}',
        b'{"definition": [], "revision": 1}',
        b'{"definition": {"title": {"nl": "\\u0000"}}, "revision": 1}',
        b'{"definition": {"title": {"nl": "\\ud800"}}, "revision": 1}',
        b'{"definition": {"\\u0000": 1}, "revision": 1}',
        b'{"definition": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b', "revision": 1}',
    ],
)
def test_what_is_no_draft_is_refused_and_nothing_stored(
    alice: Member, configurator: Configurator, client: Client, body: bytes
) -> None:
    sign_in(client, alice)

    response = save(client, configurator, alice, body)

    assert (response.status_code, stored(configurator).draft_revision) == (422, 1)


def test_sales_may_not_change_a_draft(bob: Member, configurator: Configurator, client: Client) -> None:
    sign_in(client, bob)

    response = save(client, configurator, bob, {"definition": {}, "revision": 1})

    assert (response.status_code, stored(configurator).draft_revision) == (403, 1)


def test_another_organisations_draft_does_not_exist(
    charlie: Member, configurator: Configurator, client: Client
) -> None:
    sign_in(client, charlie)

    assert save(client, configurator, charlie, {"definition": {}, "revision": 1}).status_code == 404
