"""The preview of a draft, compiled once for each revision."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from configurators import previewing
from configurators.compiling import Compiled, compile_definition
from configurators.drafts import create_configurator, duplicate, save_draft
from configurators.formula import Prices
from configurators.models import Configurator
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import sign_in

Compilings = list[object]


@pytest.fixture(autouse=True)
def compilings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Compilings]:
    """One entry for every draft that was compiled."""
    counted: Compilings = []

    def counting(definition: object, prices: Prices) -> Compiled:
        counted.append(definition)
        return compile_definition(definition, prices)

    previewing._compiled.clear()
    monkeypatch.setattr(previewing, "compile_definition", counting)
    yield counted
    previewing._compiled.clear()


@pytest.fixture
def draft(alice: Member) -> Configurator:
    with tenant(alice.organisation.pk):
        return create_configurator(name="Veranda", starting_from="veranda", language="nl", by=alice.user.pk)


def address(member: Member, draft: Configurator, part: str = "") -> str:
    return f"/o/{member.organisation.slug}/configurators/{draft.pk}/preview/{part}"


def price(client: Client, member: Member, draft: Configurator) -> int:
    body: Any = {"answers": {}}
    return client.post(address(member, draft, "price/"), body, content_type="application/json").status_code


def test_one_revision_is_compiled_once(
    alice: Member, draft: Configurator, client: Client, compilings: Compilings
) -> None:
    sign_in(client, alice)

    statuses = [
        client.get(address(alice, draft)).status_code,
        *(price(client, alice, draft) for _ in range(3)),
    ]

    assert (statuses, len(compilings)) == ([200] * 4, 1)


def test_next_revision_is_shown(
    alice: Member, draft: Configurator, client: Client, compilings: Compilings
) -> None:
    sign_in(client, alice)
    client.get(address(alice, draft))
    changed = draft.draft | {"title": {"nl": "Nieuwe titel"}}
    with tenant(alice.organisation.pk):
        save_draft(draft, definition=changed, revision=1)

    page = client.get(address(alice, draft)).content.decode()

    assert ("Nieuwe titel" in page, len(compilings)) == (True, 2)


def test_draft_that_does_not_compile_is_tried_once(
    alice: Member, draft: Configurator, client: Client, compilings: Compilings
) -> None:
    sign_in(client, alice)
    with tenant(alice.organisation.pk):
        save_draft(draft, definition={"schema": 2}, revision=1)

    statuses = [client.get(address(alice, draft)).status_code, price(client, alice, draft)]

    assert (statuses, len(compilings)) == ([200, 422], 1)


def test_copy_with_the_same_revision_is_its_own(
    alice: Member, draft: Configurator, client: Client, compilings: Compilings
) -> None:
    sign_in(client, alice)
    with tenant(alice.organisation.pk):
        copy = duplicate(draft, name="Copy", by=alice.user.pk)

    client.get(address(alice, draft))
    client.get(address(alice, copy))

    assert len(compilings) == 2


def test_only_the_latest_are_kept(alice: Member, draft: Configurator, client: Client) -> None:
    sign_in(client, alice)
    for revision in range(1, 12):
        client.get(address(alice, draft))
        with tenant(alice.organisation.pk):
            save_draft(draft, definition=draft.draft, revision=revision)

    assert [key[2] for key in previewing._compiled] == list(range(4, 12))


def test_strangers_preview_nothing_that_is_kept(
    alice: Member, charlie: Member, draft: Configurator, client: Client
) -> None:
    sign_in(client, alice)
    client.get(address(alice, draft))
    sign_in(client, charlie)

    assert client.get(address(charlie, draft)).status_code == 404
