"""Before a change to a smaller plan: what it has no room for, and the choice of what stays."""

from typing import Any

import pytest
from django.test import Client

from billing.models import Subscription
from billing.standin.server import StandIn
from configurators.drafts import create_configurator
from configurators.freezing import in_order
from configurators.models import Configurator
from organisations.permissions import Role
from tenancy.context import tenant
from tests.billing.standin.house import House
from tests.billing.test_buying import START, STUDIO, buy, buyer, house, page
from tests.factories import make_user, sign_in

__all__ = ["StandIn", "buyer", "house"]


@pytest.fixture
def subscribed(buyer: Client, house: House, alice: Any) -> Subscription:
    """Acme on the studio plan, with a team of three and three configurators."""
    mine = buy(buyer, house, STUDIO)
    for name, role in (("Bea", Role.SALES), ("Bob", Role.BILLING)):
        alice.organisation.memberships.create(user=make_user(name=name), role=role)
    with tenant(alice.organisation.pk):
        for name in ("First", "Second", "Third"):
            create_configurator(name=name, starting_from="blank", language="nl", by=alice.user.pk)
    return mine


def order(member: Any) -> list[str]:
    with tenant(member.organisation.pk):
        return [one.name for one in in_order()]


def key(member: Any, name: str) -> str:
    with tenant(member.organisation.pk):
        return str(Configurator.objects.get(name=name).pk)


def test_the_page_says_what_is_too_many(subscribed: Subscription, buyer: Client) -> None:
    answer = buyer.get(page("change"), START)

    excess = {one.feature: (one.used, one.limit) for one in answer.context["excess"]}
    assert excess == {"configurators": (3, 1), "seats": (3, 2)}
    assert answer.context["staying_form"].initial["stays"] == [
        str(one.id) for one in answer.context["excess"][0].candidates[:1]
    ]


def test_a_larger_plan_has_room_for_all(subscribed: Subscription, buyer: Client) -> None:
    answer = buyer.get(page("change"), {"plan": "works", "interval": "month"})

    assert (answer.context["excess"], answer.context["staying_form"]) == ([], None)


def test_what_is_chosen_is_kept_for_the_day_of_the_change(
    subscribed: Subscription, buyer: Client, alice: Any
) -> None:
    before = order(alice)

    buyer.post(page("change"), {**START, "stays": key(alice, "First")})

    assert (before, order(alice)) == (["Third", "Second", "First"], ["First", "Third", "Second"])
    with tenant(alice.organisation.pk):
        assert Configurator.objects.exclude(frozen_at=None).count() == 0


def test_more_than_fit_are_refused_and_nothing_changes(
    subscribed: Subscription, buyer: Client, alice: Any
) -> None:
    both = [key(alice, "First"), key(alice, "Second")]

    answer = buyer.post(page("change"), {**START, "stays": both})

    assert (answer.status_code, answer.context["staying_form"].errors["stays"]) == (
        422,
        ["Choose one at most."],
    )
    assert order(alice) == ["Third", "Second", "First"]


def test_who_looks_after_the_plan_alone_reads_that_an_owner_chooses(
    subscribed: Subscription, alice: Any, client: Client
) -> None:
    billing = alice.organisation.memberships.select_related("user").get(role=Role.BILLING)
    sign_in(client, billing)

    answer = client.get(page("change"), START)

    assert answer.context["staying_form"] is None
    assert b"an owner can choose others" in answer.content


def test_each_offer_says_what_it_would_freeze(subscribed: Subscription, buyer: Client) -> None:
    offers = buyer.get(page("choose")).context["offers"]

    assert {one.code: one.freezes for one in offers} == {"start": 2, "studio": 0, "works": 0}
