"""Limits hold exactly, say why, and never where nothing is sold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import InternalError, OperationalError, connections
from django.urls import reverse

from billing.entitlements import Feature
from billing.limits import AddingWaits, LimitReached
from billing.models import EntitlementOverride
from configurators.drafts import create_configurator, duplicate
from configurators.models import Configurator
from delivery import webhooks
from organisations.allowances import NoRoom
from organisations.invitations import accept_invitation, invite
from organisations.models import Invitation, Membership
from organisations.permissions import Role
from tenancy.context import tenant
from tests.billing.selling import has_plan, overdue_since
from tests.factories import make_user, sign_in

AT_ONCE = 50


@pytest.fixture
def sold(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_nobody"


def make(member: Any, name: str = "Veranda") -> Configurator:
    with tenant(member.organisation.pk):
        by = member.user.pk
        return create_configurator(name=name, starting_from="blank", language="en", by=by)


def all_at_once(act: Callable[[int], object]) -> list[str]:
    """The names of what was raised, by many who begin at the same moment, each on a connection of its own.

    Who waited too long for the lock was answered 503, and comes again.
    """
    gate = Barrier(AT_ONCE)

    def one(number: int) -> str:
        gate.wait(timeout=60)
        while True:
            try:
                act(number)
            except (LimitReached, NoRoom) as refusal:
                return type(refusal).__name__
            except (OperationalError, InternalError):
                continue
            finally:
                connections.close_all()
            return "added"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(one, range(AT_ONCE)))


def test_the_last_place_is_given_once(sold: None, alice: Any) -> None:
    has_plan(alice.organisation, "start")
    make(alice)

    with pytest.raises(LimitReached):
        make(alice)


def test_a_copy_takes_a_place_too(sold: None, alice: Any) -> None:
    has_plan(alice.organisation, "start")
    first = make(alice)

    with tenant(alice.organisation.pk), pytest.raises(LimitReached):
        duplicate(first, name="Copy", by=alice.user.pk)


def test_where_nothing_is_sold_nothing_is_limited(alice: Any) -> None:
    has_plan(alice.organisation, "start")

    made = [make(alice, str(number)) for number in range(3)]

    assert len(made) == 3


def test_an_override_says_so_and_decides(sold: None, alice: Any) -> None:
    account = has_plan(alice.organisation, "start")
    EntitlementOverride.objects.create(
        organisation=alice.organisation,
        feature=Feature.CONFIGURATORS,
        value=2,
        reason="A trade fair",
        since=account.created_at,
    )
    make(alice), make(alice)

    with pytest.raises(LimitReached) as refused:
        make(alice)

    assert refused.value.entitlement.decided_by.reason == "A trade fair"


def test_nothing_is_added_while_a_payment_is_long_overdue(sold: None, alice: Any) -> None:
    overdue_since(alice.organisation, days=20)

    with pytest.raises(AddingWaits):
        make(alice)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_exactly_the_places_there_are(
    sold: None, transactional_db: None, alice: Any
) -> None:
    has_plan(alice.organisation, "studio")

    outcome = all_at_once(lambda number: make(alice, str(number)))

    assert outcome == ["LimitReached"] * (AT_ONCE - 5) + ["added"] * 5
    with tenant(alice.organisation.pk):
        assert Configurator.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_many_who_accept_at_once_get_exactly_the_seats_there_are(
    sold: None, transactional_db: None, alice: Any
) -> None:
    has_plan(alice.organisation, "studio")
    users = [make_user(name=f"Guest{number}") for number in range(AT_ONCE)]
    with tenant(alice.organisation.pk):
        asked = [
            invite(organisation=alice.organisation, email=user.email, role=Role.SALES, by=alice.membership)
            for user in users
        ]

    outcome = all_at_once(lambda n: accept_invitation(invitation=asked[n], user=users[n]))

    assert outcome == ["NoRoom"] * (AT_ONCE - 9) + ["added"] * 9
    assert Membership.objects.filter(organisation=alice.organisation).count() == 10
    assert Invitation.objects.filter(organisation=alice.organisation).count() == AT_ONCE - 9


def test_the_page_says_which_limit_and_the_way_to_more(sold: None, alice: Any, client: Any) -> None:
    has_plan(alice.organisation, "start")
    make(alice)
    sign_in(client, alice)

    address = reverse("configurators:create", kwargs={"organisation": alice.organisation.slug})
    response = client.post(address, {"name": "Another", "starting_from": "blank"})

    assert response.status_code == 422
    said = response.context["form"].non_field_errors()
    assert said == [
        "Start has room for 1 configurator, and that one exists. A larger plan has more: see “Plan”."
    ]


def test_a_plan_without_keys_says_so(sold: None, alice: Any, client: Any) -> None:
    has_plan(alice.organisation, "start")
    sign_in(client, alice)

    address = reverse("organisations:api-key", kwargs={"organisation": alice.organisation.slug})
    response = client.post(address, {"name": "CRM", "scopes": "leads:read", "days": "30"})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Start includes no API keys. A larger plan has more: see “Plan”."
    ]


def test_a_plan_without_a_webhook_says_so(sold: None, alice: Any, client: Any) -> None:
    has_plan(alice.organisation, "start")
    sign_in(client, alice)

    address = reverse("organisations:webhook", kwargs={"organisation": alice.organisation.slug})
    response = client.post(address, {"url": "https://hooks.acme.example/"})

    assert response.context["form"].non_field_errors() == [
        "Start includes no webhook. A larger plan has more: see “Plan”."
    ]


@pytest.fixture
def connected(sold: None, alice: Any) -> None:
    """Acme, with a webhook from before its plan had none."""
    with tenant(alice.organisation.pk):
        webhooks.set_endpoint(url="https://hooks.acme.example/", erases_by_itself=False)
    has_plan(alice.organisation, "start")


@pytest.mark.parametrize(
    ("url", "status"), [("https://hooks.acme.example/v2", 302), ("https://other.example/", 422)]
)
def test_a_webhook_from_before_may_stay_but_make_no_room_for_another_party(
    connected: None, alice: Any, client: Any, url: str, status: int
) -> None:
    sign_in(client, alice)

    address = reverse("organisations:webhook", kwargs={"organisation": alice.organisation.slug})

    assert client.post(address, {"url": url}).status_code == status


def test_a_plan_with_a_webhook_lets_another_party_take_its_place(
    connected: None, alice: Any, client: Any
) -> None:
    has_plan(alice.organisation, "studio")
    sign_in(client, alice)

    address = reverse("organisations:webhook", kwargs={"organisation": alice.organisation.slug})
    client.post(address, {"url": "https://other.example/"})

    with tenant(alice.organisation.pk):
        assert webhooks.endpoint_in_use().url == "https://other.example/"


def test_who_invites_into_a_full_team_is_told_and_may(sold: None, alice: Any, bob: Any, client: Any) -> None:
    has_plan(alice.organisation, "start")
    sign_in(client, alice)

    address = reverse("organisations:invite", kwargs={"organisation": alice.organisation.slug})
    shown = client.get(address)
    sent = client.post(address, {"email": "dora@example.org", "role": "sales"})

    assert shown.context["full_team"].startswith("Start has room for a team of 2 people")
    assert sent.status_code == 302


def test_who_joins_a_full_team_reads_that_the_invitation_stays(
    sold: None, alice: Any, bob: Any, client: Any
) -> None:
    has_plan(alice.organisation, "start")
    dora = make_user(name="Dora")
    with tenant(alice.organisation.pk):
        asked = invite(
            organisation=alice.organisation, email=dora.email, role=Role.SALES, by=alice.membership
        )
    client.force_login(dora)

    response = client.post(reverse("organisations:accept-pending", kwargs={"invitation": asked.pk}))

    assert response.status_code == 409
    assert Invitation.objects.filter(pk=asked.pk).exists()


def test_the_plan_page_says_which_limit_was_agreed(sold: None, alice: Any, client: Any) -> None:
    account = has_plan(alice.organisation, "start")
    EntitlementOverride.objects.create(
        organisation=alice.organisation,
        feature=Feature.SEATS,
        value=4,
        reason="A fair",
        since=account.created_at,
    )
    sign_in(client, alice)

    page = client.get(reverse("billing:plan", kwargs={"organisation": alice.organisation.slug}))

    agreed = {bar.feature: (bar.limit, bar.agreed) for bar in page.context["plan"].bars}
    assert (agreed[Feature.SEATS], agreed[Feature.CONFIGURATORS]) == ((4, True), (1, False))
