"""Definitions of the first schema, kept as they were written: each is brought along and costs what it did."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from configurators.answers import Answers
from configurators.compiled import Compiled
from configurators.compiling import compile_definition
from configurators.definition import SCHEMA_VERSION, check
from configurators.definition.checking import has_errors
from configurators.definition.migrating import lifted
from configurators.drafts import duplicate, save_draft
from configurators.evaluation import evaluate, quote_json
from configurators.models import Configurator, ConfiguratorVersion, PlannedPublication
from configurators.planning import go_live
from configurators.previewing import compiled_draft
from configurators.publishing import publish, restore
from delivery.jobs import JobCall
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.definitions import veranda
from tests.configurators.test_json_schema import problems_of
from tests.factories import IDENTITY, sign_in

Json = dict[str, Any]

SAMPLES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "samples" / "schema-1").glob("*.json"))
}
FIRST = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "docs" / "definition-1.schema.json").read_text())
)
OLD: Json = SAMPLES["a_bit_of_everything"]


def test_kinds_that_the_first_schema_had_are_all_kept() -> None:
    groups = [g for s in SAMPLES.values() for step in s["definition"]["steps"] for g in step["groups"]]

    assert {group["kind"] for group in groups} == {
        "single", "multi", "quantity", "number", "text", "boolean", "calculated", "contact",
    }  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_a_kept_definition_fits_the_schema_of_its_time(name: str) -> None:
    assert list(FIRST.iter_errors(SAMPLES[name]["definition"])) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_kept_definition_is_whole_in_the_schema_of_now(name: str) -> None:
    document = lifted(SAMPLES[name]["definition"])

    assert (has_errors(check(document)), problems_of(document)) == (False, [])


@pytest.mark.parametrize("name", SAMPLES)
def test_a_kept_definition_costs_what_it_did(name: str) -> None:
    compiled = compile_definition(lifted(SAMPLES[name]["definition"]))

    assert [quoted(compiled, quote["inputs"]) for quote in SAMPLES[name]["quotes"]] == SAMPLES[name]["quotes"]


def quoted(compiled: Compiled, inputs: Json) -> Json:
    quote = quote_json(evaluate(compiled, Answers.from_json(compiled, inputs)), language=compiled.language)
    lines = [[line["key"], line["amount"]] for line in quote["lines"]]
    return {"inputs": quote["inputs"], "lines": lines} | {
        name: quote[name] for name in ("net", "vat", "gross", "blocked")
    }


def test_what_was_compiled_then_is_read_as_it_is() -> None:
    compiled = Compiled.from_json(OLD["compiled"])

    assert [quoted(compiled, quote["inputs"]) for quote in OLD["quotes"]] == OLD["quotes"]
    assert (compiled.to_json(), compiled.schema) == (OLD["compiled"], 1)


def test_the_document_that_is_brought_along_stays_as_it_was() -> None:
    before = deepcopy(OLD["definition"])

    lifted(OLD["definition"])

    assert OLD["definition"] == before


def test_a_document_of_now_is_itself() -> None:
    document = veranda()

    assert lifted(document) is document


@pytest.mark.parametrize("word", ["exact", "none"])
def test_how_prices_are_shown_has_a_kind(word: str) -> None:
    assert lifted({"schema": 1, "price_display": word}) == {"schema": 2, "price_display": {"kind": word}}


@pytest.mark.parametrize(
    "broken", [{}, {"price_display": []}, {"price_display": None, "steps": 3}, {"price_display": {"kind": 1}}]
)
def test_a_broken_draft_is_brought_along_as_broken(broken: Json) -> None:
    assert lifted({"schema": 1} | broken) == broken | {"schema": 2}


@pytest.mark.parametrize("schema", [None, True, "1", 0, -1, 1.0, SCHEMA_VERSION + 1])
def test_of_a_schema_that_is_not_known_nothing_is_made(schema: object) -> None:
    assert lifted({"schema": schema}) == {"schema": schema}


def test_of_a_newer_program_is_told() -> None:
    (problem,) = check(veranda() | {"schema": SCHEMA_VERSION + 1})

    assert (problem.code, str(problem.message)) == (
        "newer_schema",
        f"This was written by a newer version of this program (schema {SCHEMA_VERSION + 1}; "
        f"here {SCHEMA_VERSION} is the latest).",
    )


# --- What is stored --------------------------------------------------------------------------------


@pytest.fixture
def shop(alice: Member) -> Configurator:
    """A draft as an earlier program left it."""
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        return Configurator.objects.create(name="Veranda", draft=OLD["definition"])


@pytest.fixture
def version(alice: Member, shop: Configurator) -> ConfiguratorVersion:
    """One that was published then."""
    with tenant(shop.organisation_id):
        return ConfiguratorVersion.objects.create(
            configurator=shop,
            number=1,
            definition=OLD["definition"],
            compiled=OLD["compiled"],
            sha256="0" * 64,
            schema_version=1,
            engine_version=1,
            published_by=alice.user.pk,
        )


def put(client: Client, shop: Configurator, definition: Json) -> HttpResponse:
    address = reverse("configurators:draft", kwargs={"organisation": "acme", "pk": shop.pk})
    body = {"definition": definition, "revision": shop.draft_revision}
    return client.put(address, json.dumps(body), content_type="application/json")


def stored(shop: Configurator) -> Json:
    with tenant(shop.organisation_id):
        return Configurator.objects.get(pk=shop.pk).draft


def test_the_builder_opens_it_in_the_schema_of_now(alice: Member, shop: Configurator, client: Client) -> None:
    sign_in(client, alice)
    address = reverse("configurators:draft", kwargs={"organisation": "acme", "pk": shop.pk})

    state = client.get(address).json()

    assert (state["definition"], has_errors(check(state["definition"]))) == (lifted(OLD["definition"]), False)
    assert [problem for problem in state["problems"] if problem["severity"] == "error"] == []


def test_a_page_of_the_earlier_program_still_saves(alice: Member, shop: Configurator, client: Client) -> None:
    sign_in(client, alice)

    response = put(client, shop, OLD["definition"])

    assert (response.status_code, stored(shop)) == (200, lifted(OLD["definition"]))


def test_a_draft_of_a_newer_program_is_not_saved(alice: Member, shop: Configurator, client: Client) -> None:
    sign_in(client, alice)

    response = put(client, shop, veranda() | {"schema": SCHEMA_VERSION + 1})

    assert (response.status_code, response.json()["code"], response.json()["message"]) == (
        422,
        "newer",
        "This draft was written by a newer version of this program. Nothing was saved; reload the page.",
    )
    assert stored(shop) == OLD["definition"]


def test_it_is_previewed(shop: Configurator) -> None:
    compiled = compiled_draft(shop)

    assert compiled is not None
    assert compiled.sha256 == compile_definition(lifted(OLD["definition"])).sha256


def test_it_goes_live_in_the_schema_of_now(alice: Member, shop: Configurator) -> None:
    with tenant(shop.organisation_id):
        made = publish(shop, by=alice.user.pk)

    assert (made.schema_version, made.definition) == (SCHEMA_VERSION, lifted(OLD["definition"]))


def test_a_copy_is_in_the_schema_of_now(alice: Member, shop: Configurator) -> None:
    with tenant(shop.organisation_id):
        assert duplicate(shop, name="Copy", by=alice.user.pk).draft == lifted(OLD["definition"])


def test_an_old_version_is_put_back_in_the_schema_of_now(
    alice: Member, shop: Configurator, version: ConfiguratorVersion
) -> None:
    with tenant(shop.organisation_id):
        made = restore(shop, 1, by=alice.user.pk)
        version.refresh_from_db()

    assert (made.schema_version, made.definition) == (SCHEMA_VERSION, lifted(OLD["definition"]))
    assert (version.schema_version, version.definition) == (1, OLD["definition"])


def test_what_was_planned_then_goes_live_in_the_schema_of_now(alice: Member, shop: Configurator) -> None:
    with tenant(shop.organisation_id):
        plan = PlannedPublication.objects.create(
            configurator=shop,
            definition=OLD["definition"],
            goes_live_at=timezone.now(),
            planned_by=alice.user.pk,
        )
        go_live(JobCall(organisation_id=shop.organisation_id, ids={"plan": str(plan.pk)}, attempt=1))
        made = ConfiguratorVersion.objects.get()

    assert (made.schema_version, made.definition) == (SCHEMA_VERSION, lifted(OLD["definition"]))


def test_a_draft_that_says_the_same_as_what_is_live_has_not_changed(
    alice: Member, shop: Configurator, version: ConfiguratorVersion, client: Client
) -> None:
    with tenant(shop.organisation_id):
        restore(shop, 1, by=alice.user.pk)
        save_draft(shop, definition=OLD["definition"], revision=1)
    sign_in(client, alice)
    address = reverse("configurators:draft", kwargs={"organisation": "acme", "pk": shop.pk})

    assert client.get(address).json()["live"] == {"number": 2, "latest": 2, "same": True}
