"""What draft prices would have made of past requests: sums only."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from configurators.compiling import compile_definition
from configurators.drafts import save_draft
from configurators.models import Configurator, Examination
from delivery.drain import drain
from leads import replay_pages, replaying
from leads.models import Lead, Status
from leads.replaying import Tally, ask_for_replay
from organisations.models import Membership, Organisation
from organisations.permissions import Role
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead, sign_in


def configurator_of(lead: Lead) -> Configurator:
    with tenant(lead.organisation_id):
        return Configurator.objects.get(pk=lead.configurator_id)


def with_discount(shop: Configurator, percent: str) -> None:
    line = {
        "key": "step",
        "label": {"nl": "Aanpassing", "en": "Change", "fr": "Changement"},
        "price": {"kind": "percentage", "percent": percent, "of": "subtotal"},
    }
    draft = shop.draft | {"lines": [*(shop.draft.get("lines") or ()), line]}
    with tenant(shop.organisation_id):
        save_draft(shop, definition=draft, revision=shop.draft_revision)
        shop.refresh_from_db()


def replayed(shop: Configurator) -> dict[str, Any]:
    with tenant(shop.organisation_id):
        ask_for_replay(shop, compile_definition(shop.draft))
    while drain():
        pass
    with tenant(shop.organisation_id):
        asked = Examination.objects.get(kind="replay")
    assert asked.state == "done"
    return asked.result


def test_a_rise_of_prices_is_summed_over_all_requests(acme: Organisation) -> None:
    leads = [make_lead(acme, email=f"{name}@example.org") for name in ("ann", "ben", "cas")]
    shop = configurator_of(leads[0])
    with_discount(shop, "10")

    tally = replayed(shop)["tally"]

    gross = leads[0].gross
    assert gross is not None
    rise = (gross / 10).quantize(Decimal("0.01"))
    assert (tally["looked"], tally["changed"], tally["dearer"], tally["cheaper"]) == (3, 3, 3, 0)
    assert (Decimal(tally["total"]), tally["most_dearer"], tally["most_cheaper"]) == (3 * rise, "10", "")


def test_the_result_holds_nothing_of_any_request(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "BATCH", 1)
    first, _second = make_lead(acme), make_lead(acme)
    shop = configurator_of(first)

    result = replayed(shop)

    assert list(result) == ["tally"]
    assert set(result["tally"]) == set(Tally.__slots__)
    assert result["tally"]["looked"] == 2


def test_suspected_spam_and_restricted_requests_are_left_out(acme: Organisation) -> None:
    kept = make_lead(acme)
    make_lead(acme, status=Status.QUARANTINED)
    restricted = make_lead(acme)
    with tenant(acme.pk):
        Lead.objects.filter(pk=restricted.pk).update(restricted_at=restricted.submitted_at)

    assert replayed(configurator_of(kept))["tally"]["looked"] == 1


def test_only_the_latest_are_looked_at(acme: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "MOST", 2)
    leads = [make_lead(acme) for _ in range(3)]

    assert replayed(configurator_of(leads[0]))["tally"]["looked"] == 2


def test_a_draft_that_changed_meanwhile_is_not_gone_on_with(acme: Organisation) -> None:
    shop = configurator_of(make_lead(acme))
    with tenant(acme.pk):
        ask_for_replay(shop, compile_definition(shop.draft))
    with_discount(shop, "10")

    drain()

    with tenant(acme.pk):
        assert not Examination.objects.exists()


def test_a_request_that_could_not_be_ordered_any_more_is_counted_apart() -> None:
    tally = Tally()

    tally.add(Decimal(100), None, fits=True)
    tally.add(Decimal(100), None, fits=False)
    tally.add(None, Decimal(100), fits=True)

    assert (tally.looked, tally.changed, tally.refused, tally.unfit) == (3, 0, 1, 2)


def test_the_largest_rise_and_fall_are_kept() -> None:
    tally = Tally()

    for was, now in ((100, 109), (200, 205), (100, 97), (1000, 980), (0, 5)):
        tally.add(Decimal(was), Decimal(now), fits=True)

    assert (tally.changed, tally.dearer, tally.cheaper, tally.total) == (5, 3, 2, "-4")
    assert (tally.most_dearer, tally.most_cheaper) == ("9", "-3")


def test_who_publishes_asks_for_it_and_sees_the_sums(
    alice: Member, acme: Organisation, client: Client
) -> None:
    shop = configurator_of(make_lead(acme, name="Sanne de Vries"))
    with_discount(shop, "10")
    sign_in(client, alice)
    url = reverse("leads:replay", kwargs={"organisation": acme.slug, "pk": shop.pk})

    client.post(url)
    waiting = client.get(url).context["under_way"]
    while drain():
        pass
    shown = client.get(url)

    assert (waiting, shown.context["under_way"], shown.context["tally"]["changed"]) == (True, False, 1)
    assert "Sanne" not in shown.content.decode()


def test_who_sells_does_not_replay(bob: Member, acme: Organisation, client: Client) -> None:
    shop = configurator_of(make_lead(acme))
    sign_in(client, bob)

    assert (
        client.get(reverse("leads:replay", kwargs={"organisation": acme.slug, "pk": shop.pk})).status_code
        == 403
    )


# --- Sums of few requests


@pytest.fixture
def bob_edits(bob: Member) -> Member:
    """Bob builds and publishes here, and may see no requests."""
    Membership.objects.filter(pk=bob.membership.pk).update(role=Role.EDITOR)
    return bob


def sums_shown_to(member: Member, shop: Configurator) -> int:
    """How many sums stand on the page that this member gets."""
    client = Client()
    sign_in(client, member)
    where = {"organisation": member.organisation.slug, "pk": shop.pk}
    return client.get(reverse("leads:replay", kwargs=where)).content.decode().count('class="figure"')


@pytest.fixture
def worked_out(acme: Organisation) -> Configurator:
    """A configurator with two requests, and what its draft would have made of them."""
    leads = [make_lead(acme) for _ in range(2)]
    shop = configurator_of(leads[0])
    with_discount(shop, "10")
    replayed(shop)
    return shop


def test_sums_of_few_requests_are_not_for_who_may_see_none(
    bob_edits: Member, worked_out: Configurator
) -> None:
    assert sums_shown_to(bob_edits, worked_out) == 0


def test_sums_of_few_requests_are_for_who_may_see_each(alice: Member, worked_out: Configurator) -> None:
    assert sums_shown_to(alice, worked_out) == 3


def test_sums_of_enough_requests_are_for_who_publishes(
    bob_edits: Member, worked_out: Configurator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_pages, "FEWEST", 2)

    assert sums_shown_to(bob_edits, worked_out) == 3


def test_ten_requests_are_enough() -> None:
    assert replay_pages.FEWEST == 10
