"""What a page's script reckons with: given once by its name, in one language, and no more than may be known."""

import gzip
import json

import pytest
from django.http import HttpResponse
from django.test import Client

from configurators.compiling import compile_definition
from configurators.drafts import STARTERS, starter
from configurators.models import Configurator, Publication
from configurators.playable import playable, played
from configurators.published import Version, forget_everything
from tenancy.ids import uuid7
from tests.cast import Member
from tests.configurators.definitions import definition, group, option, texts, veranda
from tests.leads.conftest import Visitor, open_for_visitors

PRICE = "4321.09"

pytestmark = pytest.mark.django_db(transaction=True)


def address_of(page: HttpResponse) -> str:
    """As the page itself names it."""
    return page.content.decode().partition('data-definition="')[2].partition('"')[0].replace("&amp;", "&")


@pytest.fixture
def shop(alice: Member) -> Configurator:
    return open_for_visitors(alice)


def ask(address: str, **headers: str) -> HttpResponse:
    return Client().get(address, headers=headers)


def test_the_page_names_what_it_reckons_with(shop: Configurator) -> None:
    visitor = Visitor(shop.public_key)

    answer = ask(address_of(visitor.client.get(visitor.address)))

    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert json.loads(answer.content) == playable(compile_definition(shop.draft), "nl")


def test_it_comes_packed_to_who_can_unpack(shop: Configurator) -> None:
    visitor = Visitor(shop.public_key)
    address = address_of(visitor.client.get(visitor.address))

    answer = ask(address, accept_encoding="gzip")

    assert gzip.decompress(answer.content) == ask(address).content


def test_by_another_name_there_is_nothing(shop: Configurator) -> None:
    answer = ask(f"/c/{shop.public_key}/definition/?lang=nl&v=0")

    assert (answer.status_code, answer.json()["code"]) == (404, "gone")


@pytest.mark.parametrize("switch", [{"form_hidden": True}, {"intake_on": False}])
def test_of_a_form_that_is_not_shown_nothing_is_given(shop: Configurator, switch: dict[str, bool]) -> None:
    visitor = Visitor(shop.public_key)
    address = address_of(visitor.client.get(visitor.address))
    Publication.objects.filter(public_key=shop.public_key).update(**switch)
    forget_everything()

    assert ask(address).status_code == 404


def test_it_is_made_once(alice: Member) -> None:
    version = Version(id=alice.user.pk, number=1, sha256="", compiled=compile_definition(veranda()))

    assert played(version, "nl") is played(version, "nl")


def test_no_other_language_is_in_it() -> None:
    written = json.dumps(playable(compile_definition(veranda()), "en"), ensure_ascii=False)

    assert ("Veranda op maat" in written, "Dak" in written) == (False, False)


def test_where_prices_are_not_shown_none_is_in_any_byte() -> None:
    """Not in a line, an option, a formula, or a table that only prices read."""
    cells = {"axes": [{"match": "exact", "values": ["1"]}], "cells": [PRICE]}
    only_prices = {"key": "prices", "kind": "grid", **cells}
    document = definition(
        group("n", "number", price={"kind": "per_unit", "amount": PRICE}),
        group("s", "single", options=[option("a", PRICE), option("b")]),
        lines=[
            {"key": "x", "label": texts("X"), "price": {"kind": "fixed", "amount": PRICE}},
            {"key": "y", "label": texts("Y"), "price": {"kind": "formula", "formula": f"n * {PRICE}"}},
            {"key": "z", "label": texts("Z"), "price": {"kind": "formula", "formula": 'LOOKUP("prices"; n)'}},
        ],
        tables=[only_prices],
        price_display={"kind": "none"},
    )

    found = playable(compile_definition(document), "nl")

    assert (PRICE in json.dumps(found), found["tables"], found["lines"]) == (False, {}, [])


def test_a_table_that_a_condition_looks_at_stays() -> None:
    shown = {
        "key": "sizes",
        "kind": "grid",
        "axes": [{"match": "floor", "values": ["0", "10"]}],
        "cells": ["0", "1"],
    }
    document = definition(
        group("n", "number"),
        group("b", "boolean", visible_if='LOOKUP("sizes"; n) = 1'),
        tables=[shown],
        price_display={"kind": "none"},
    )

    assert list(playable(compile_definition(document), "nl")["tables"]) == ["sizes"]


@pytest.mark.parametrize("name", STARTERS)
def test_our_own_starting_points_are_small(name: str) -> None:
    compiled = compile_definition(starter(name, language="nl"))
    version = Version(id=uuid7(), number=1, sha256="", compiled=compiled)

    assert len(played(version, "nl").packed) < 15 * 1024
