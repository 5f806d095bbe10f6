"""The page that publishes: what was proved of the draft, what blocks, and what it changes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from configurators import examining
from configurators.compiling import Compiled, compile_definition
from configurators.drafts import save_draft
from configurators.models import Configurator, Examination
from configurators.proving import Clash, Proof, prove
from configurators.publishing import CannotPublish, publish
from configurators.scenarios import keep_scenario
from delivery.drain import drain
from delivery.models import Job
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.definitions import definition, group, option, texts, veranda
from tests.factories import IDENTITY, sign_in

Json = dict[str, Any]


def clashing() -> Json:
    roof = group("roof", "single", required=True, options=[option("poly"), option("glass")])
    lamp = group("lamp", "boolean", required=True)
    rule = {"key": "r", "kind": "excludes", "if": "roof", "then": "lamp", "reason": texts("Nee", "No")}
    return definition(roof, lamp, constraints=[rule])


@pytest.fixture
def shop(alice: Member) -> Configurator:
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        return Configurator.objects.create(name="Veranda", draft=veranda())


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A page has no time at all; what other pages found is forgotten."""
    monkeypatch.setattr(examining, "PAGE_SECONDS", 0.0)
    examining._proofs.clear()
    examining._clashes.clear()
    yield
    examining._proofs.clear()
    examining._clashes.clear()


def page(member: Member, shop: Configurator, name: str = "publish") -> str:
    return reverse(f"configurators:{name}", kwargs={"organisation": member.organisation.slug, "pk": shop.pk})


def change(shop: Configurator, draft: Json) -> None:
    with tenant(shop.organisation_id):
        save_draft(shop, definition=draft, revision=shop.draft_revision)
        shop.refresh_from_db()


def test_rules_that_leave_nothing_stop_publishing_with_their_names(alice: Member, shop: Configurator) -> None:
    change(shop, clashing())

    with tenant(shop.organisation_id), pytest.raises(CannotPublish) as refused:
        publish(shop, by=alice.user.pk)

    assert [obstacle.message for obstacle in refused.value.obstacles] == [
        "Nothing can be ordered: these cannot all be met. “Roof” and “Lamp” do not go together."
        " “Roof” must be answered. “Lamp” must be answered."
    ]


def test_a_small_draft_is_proved_on_the_page_itself(
    alice: Member, shop: Configurator, client: Client
) -> None:
    change(
        shop,
        definition(
            group("roof", "single", required=True, options=[option("poly", "10"), option("glass", "20")])
        ),
    )
    sign_in(client, alice)

    shown = client.get(page(alice, shop)).context

    assert [told.price for told, _ in shown["extremes"]] == ["€10.00", "€20.00"]
    assert (shown["proof"].complete, shown["proof_wanted"]) == (True, False)


def test_the_example_of_a_price_opens_filled_in(alice: Member, shop: Configurator, client: Client) -> None:
    change(
        shop,
        definition(
            group("roof", "single", required=True, options=[option("poly", "10"), option("glass", "20")])
        ),
    )
    sign_in(client, alice)
    _, url = client.get(page(alice, shop)).context["extremes"][1]

    preview = client.get(url).content.decode()

    assert "20,00" in preview or "20.00" in preview


def test_a_large_draft_is_proved_by_a_worker(
    alice: Member, shop: Configurator, client: Client, hasty: None
) -> None:
    sign_in(client, alice)
    assert client.get(page(alice, shop)).context["proof_wanted"] is True

    client.post(page(alice, shop, "proof"))
    waiting = client.get(page(alice, shop)).context["proof_under_way"]
    drain()
    shown = client.get(page(alice, shop)).context

    assert (waiting, shown["proof_under_way"], shown["proof"].complete) == (True, False, True)
    assert [told.price for told, _ in shown["extremes"]] == ["€267.00", "€8,769.26"]


def test_what_a_worker_found_clashing_blocks_though_a_page_has_no_time(
    alice: Member, shop: Configurator, hasty: None
) -> None:
    change(shop, clashing())
    with tenant(shop.organisation_id):
        examining.ask_for_proof(shop, compile_definition(shop.draft))
    drain()

    with tenant(shop.organisation_id), pytest.raises(CannotPublish):
        publish(shop, by=alice.user.pk)


def test_a_proof_of_a_draft_that_was_changed_since_is_not_shown(
    alice: Member, shop: Configurator, client: Client, hasty: None
) -> None:
    with tenant(shop.organisation_id):
        examining.ask_for_proof(shop, compile_definition(shop.draft))
    change(shop, definition(group("roof", "single", options=[option("poly", "10")])))

    drain()

    with tenant(shop.organisation_id):
        assert not Examination.objects.exists()


def test_asking_twice_for_the_same_proof_is_once(alice: Member, shop: Configurator) -> None:
    compiled = compile_definition(shop.draft)
    with tenant(shop.organisation_id):
        first, second = examining.ask_for_proof(shop, compiled), examining.ask_for_proof(shop, compiled)

    assert first.pk == second.pk


def test_the_page_shows_what_changes_and_which_scenarios_cost_something_else(
    alice: Member, shop: Configurator, client: Client
) -> None:
    inputs = {"width": "400", "depth": "300", "roof": "poly"}
    with tenant(shop.organisation_id):
        publish(shop, by=alice.user.pk)
        keep_scenario(shop, name="Usual", inputs=inputs, expects="refused", amount=None)
    dearer = veranda()
    dearer["steps"][1]["groups"][0]["options"][0]["price"]["formula"] = "ROUND(width*depth/10000*99; 2)"
    change(shop, dearer)
    sign_in(client, alice)

    shown = client.get(page(alice, shop)).context

    assert shown["changed"] == [
        ("Prices", ["Roof › Poly: ROUND(width*depth/10000*89; 2) → ROUND(width*depth/10000*99; 2)"])
    ]
    assert [(one.name, one.was, one.now) for one in shown["moved"]] == [("Usual", "€1,068.00", "€1,188.00")]


def test_a_page_is_shown_for_a_draft_with_errors_too(
    alice: Member, shop: Configurator, client: Client
) -> None:
    change(shop, {"schema": 2})
    sign_in(client, alice)

    assert client.get(page(alice, shop)).status_code == 200
    assert client.get(page(alice, shop, "proof")).status_code == 404


def test_nobody_of_another_organisation_sees_a_proof(
    charlie: Member, shop: Configurator, client: Client
) -> None:
    sign_in(client, charlie)

    assert client.get(page(charlie, shop, "proof")).status_code == 404


def test_proving_in_a_process_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Compiled] = []
    compiled = compile_definition(definition(group("roof", "single", options=[option("poly", "11.37")])))

    def counted(one: Compiled, *, seconds: float) -> Proof:
        asked.append(one)
        return prove(one, seconds=seconds)

    monkeypatch.setattr(examining, "prove", counted)

    assert examining.proof_at_once(compiled) is examining.proof_at_once(compiled)
    assert asked == [compiled]


# --- A proof that does not come --------------------------------------------------------------------


def asked_ago(shop: Configurator, minutes: int, state: str = "waiting") -> Examination:
    """A proof of the draft that was asked for so long ago, and is still in that state."""
    with tenant(shop.organisation_id):
        asked = examining.ask_for_proof(shop, compile_definition(shop.draft))
        since = timezone.now() - timedelta(minutes=minutes)
        Examination.objects.filter(pk=asked.pk).update(asked_at=since, state=state)
        return Examination.objects.get(pk=asked.pk)


def jobs_to_prove() -> int:
    return Job.objects.filter(task="configurators.prove").count()


@pytest.mark.parametrize("state", ["waiting", "running"])
@pytest.mark.parametrize(("minutes", "under_way"), [(59, True), (61, False)])
def test_a_proof_that_takes_more_than_an_hour_has_failed(
    alice: Member, shop: Configurator, state: str, minutes: int, under_way: bool
) -> None:
    asked = asked_ago(shop, minutes, state)

    assert (asked.is_under_way, asked.has_failed) == (under_way, not under_way)


def test_a_proof_that_was_found_has_not_failed(alice: Member, shop: Configurator) -> None:
    asked = asked_ago(shop, 61, "done")

    assert (asked.is_under_way, asked.has_failed) == (False, False)


def test_a_proof_that_failed_is_asked_for_anew(alice: Member, shop: Configurator) -> None:
    asked = asked_ago(shop, 61)

    with tenant(shop.organisation_id):
        again = examining.ask_for_proof(shop, compile_definition(shop.draft))
        kept = Examination.objects.get()

    assert (again.pk, kept.is_under_way, jobs_to_prove()) == (asked.pk, True, 2)


def test_a_proof_that_is_under_way_is_not_asked_for_anew(alice: Member, shop: Configurator) -> None:
    asked_ago(shop, 59)

    with tenant(shop.organisation_id):
        examining.ask_for_proof(shop, compile_definition(shop.draft))

    assert jobs_to_prove() == 1


def test_a_proof_that_was_found_is_not_asked_for_anew(alice: Member, shop: Configurator) -> None:
    compiled = compile_definition(shop.draft)
    with tenant(shop.organisation_id):
        examining.ask_for_proof(shop, compiled)
    drain()

    with tenant(shop.organisation_id):
        again = examining.ask_for_proof(shop, compiled)

    assert (again.state, bool(again.result), jobs_to_prove()) == ("done", True, 0)


@pytest.mark.parametrize(("minutes", "state"), [(61, "waiting"), (1, "failed")])
def test_a_proof_that_failed_is_said_and_waits_for_its_button(
    alice: Member, shop: Configurator, client: Client, hasty: None, minutes: int, state: str
) -> None:
    asked_ago(shop, minutes, state)
    sign_in(client, alice)

    shown = client.get(page(alice, shop, "proof")).content.decode()

    wanted = ("could not be worked out", "Look at it thoroughly", "hx-trigger")
    assert [text in shown for text in wanted] == [True, True, False]


def test_a_page_that_proved_nothing_does_not_answer_for_the_clashes(
    alice: Member, shop: Configurator, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = compile_definition(shop.draft)
    proof = examining.proof_at_once(compiled)
    asked: list[Compiled] = []

    def nothing_clashes(one: Compiled, *, seconds: float) -> tuple[Clash, ...]:
        asked.append(one)
        return ()

    monkeypatch.setattr(examining, "clashes_of", nothing_clashes)
    with tenant(shop.organisation_id):
        examining.known_clashes(shop, compiled)

    assert (proof.complete, proof.clashes, asked) == (False, (), [compiled])
