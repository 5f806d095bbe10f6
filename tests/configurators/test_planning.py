"""Publishing at a time: the draft is frozen when it is planned, and goes live by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from audit.models import Event
from configurators.drafts import save_draft
from configurators.models import Configurator, ConfiguratorVersion, PlannedPublication, Publication
from configurators.planning import call_off, go_live, plan
from configurators.publishing import CannotPublish, publish
from configurators.scenarios import keep_scenario
from delivery.jobs import JobCall
from delivery.models import AccountMail
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.definitions import definition, group, option
from tests.factories import IDENTITY, sign_in, work_that_is_due

Json = dict[str, Any]


def costing(amount: str) -> Json:
    return definition(
        group("roof", "single", required=True, default="poly", options=[option("poly", amount)])
    )


@pytest.fixture
def shop(alice: Member) -> Configurator:
    """Version 1 costs 10 and is live; the draft costs 20."""
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        made = Configurator.objects.create(name="Veranda", draft=costing("10"))
        publish(made, by=alice.user.pk)
    change(made, costing("20"))
    return made


def change(shop: Configurator, draft: Json) -> None:
    with tenant(shop.organisation_id):
        save_draft(shop, definition=draft, revision=shop.draft_revision)
        shop.refresh_from_db()


def planned(shop: Configurator, by: Member, *, days: int = 1) -> PlannedPublication:
    with tenant(shop.organisation_id):
        return plan(shop, at=timezone.now() + timedelta(days=days), by=by.user.pk, notes="New prices")


def live(shop: Configurator) -> tuple[int, str]:
    """The number and the price that visitors see."""
    with tenant(shop.organisation_id):
        shown = Publication.objects.get(configurator_id=shop.pk)
        version = ConfiguratorVersion.objects.get(pk=shown.version_id)
    return version.number, version.definition["steps"][0]["groups"][0]["options"][0]["price"]["amount"]


def when_it_is_time(days: int = 1) -> None:
    with travel(timezone.now() + timedelta(days=days, minutes=1), tick=False):
        work_that_is_due()


def test_what_was_planned_goes_live_at_its_time_as_it_was_then(alice: Member, shop: Configurator) -> None:
    planned(shop, alice)
    change(shop, costing("30"))
    before = live(shop)

    when_it_is_time()

    assert (before, live(shop)) == ((1, "10"), (2, "20"))
    with tenant(shop.organisation_id):
        assert not PlannedPublication.objects.exists()
        version = ConfiguratorVersion.objects.get(number=2)
    assert (version.notes, version.published_by) == ("New prices", alice.user.pk)


def test_nothing_goes_live_before_its_time(alice: Member, shop: Configurator) -> None:
    planned(shop, alice, days=2)

    when_it_is_time(days=1)

    assert live(shop) == (1, "10")


def test_two_changes_of_price_follow_each_other(alice: Member, shop: Configurator) -> None:
    planned(shop, alice, days=1)
    change(shop, costing("30"))
    planned(shop, alice, days=2)

    seen = []
    for days in (1, 2):
        when_it_is_time(days)
        seen.append(live(shop))

    assert seen == [(2, "20"), (3, "30")]


def test_what_was_called_off_does_not_go_live(alice: Member, shop: Configurator) -> None:
    made = planned(shop, alice)
    with tenant(shop.organisation_id):
        call_off(made, by=alice.user.pk)

    when_it_is_time()

    assert live(shop) == (1, "10")
    with tenant(shop.organisation_id):
        assert {"configurator.planned", "configurator.called_off"} <= set(
            Event.objects.values_list("action", flat=True)
        )


def test_a_job_that_comes_twice_publishes_once(alice: Member, shop: Configurator) -> None:
    made = planned(shop, alice)

    with tenant(shop.organisation_id):
        for _ in range(2):
            go_live(JobCall(shop.organisation_id, {"plan": str(made.pk)}))

    assert live(shop) == (2, "20")


def test_who_planned_it_is_told_what_stands_in_the_way(alice: Member, shop: Configurator) -> None:
    planned(shop, alice)
    Organisation.objects.filter(pk=shop.organisation_id).update(privacy_policy_url="")

    when_it_is_time()

    mail = AccountMail.objects.get(template="configurator_not_published")
    assert (live(shop), mail.user_id) == ((1, "10"), alice.user.pk)
    with tenant(shop.organisation_id):
        assert PlannedPublication.objects.get().refused_at is not None


def test_an_owner_is_told_where_who_planned_it_has_left(alice: Member, shop: Configurator) -> None:
    with tenant(shop.organisation_id):
        plan(shop, at=timezone.now() + timedelta(days=1), by=uuid4())
    Organisation.objects.filter(pk=shop.organisation_id).update(privacy_policy_url="")

    when_it_is_time()

    assert AccountMail.objects.get(template="configurator_not_published").user_id == alice.user.pk


def test_nothing_goes_live_of_an_organisation_that_is_suspended(alice: Member, shop: Configurator) -> None:
    planned(shop, alice)
    Organisation.objects.filter(pk=shop.organisation_id).update(suspended_at=timezone.now())

    when_it_is_time()

    assert live(shop) == (1, "10")


def test_a_scenario_that_came_later_does_not_stop_what_was_planned(alice: Member, shop: Configurator) -> None:
    planned(shop, alice)
    with tenant(shop.organisation_id):
        keep_scenario(shop, name="Next", inputs={"roof": "poly"}, expects="refused", amount=None)

    when_it_is_time()

    assert live(shop) == (2, "20")


def test_a_failing_scenario_stops_planning(alice: Member, shop: Configurator) -> None:
    with tenant(shop.organisation_id):
        keep_scenario(shop, name="Cheap", inputs={"roof": "poly"}, expects="refused", amount=None)

    with pytest.raises(CannotPublish):
        planned(shop, alice)


# --- The page --------------------------------------------------------------------------------------


def post(client: Client, member: Member, shop: Configurator, at: str) -> HttpResponse:
    url = reverse("configurators:publish", kwargs={"organisation": member.organisation.slug, "pk": shop.pk})
    return client.post(url, {"notes": "", "at": at})


def test_a_time_on_the_page_is_the_time_of_amsterdam(
    alice: Member, shop: Configurator, client: Client
) -> None:
    sign_in(client, alice)
    summer = datetime(timezone.now().year + 1, 6, 1, 6, tzinfo=UTC)
    with travel(summer - timedelta(days=60), tick=False):
        sign_in(client, alice)
        post(client, alice, shop, f"{summer:%Y-%m-%d}T08:00")

    with tenant(shop.organisation_id):
        assert PlannedPublication.objects.get().goes_live_at == summer
    assert live(shop) == (1, "10")


@pytest.mark.parametrize("at", ["soon", "2020-01-01T08:00", "2999-01-01T08:00"])
def test_a_time_that_cannot_be_is_refused(alice: Member, shop: Configurator, client: Client, at: str) -> None:
    sign_in(client, alice)

    response = post(client, alice, shop, at)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["at"])


def test_two_plans_for_one_moment_are_refused(alice: Member, shop: Configurator, client: Client) -> None:
    sign_in(client, alice)
    at = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    post(client, alice, shop, at)

    response = post(client, alice, shop, at)

    assert list(response.context["form"].errors) == ["at"]


def test_a_plan_is_called_off_on_the_page(alice: Member, shop: Configurator, client: Client) -> None:
    made = planned(shop, alice)
    sign_in(client, alice)
    place = {"organisation": alice.organisation.slug, "pk": shop.pk, "plan": made.pk}

    client.post(reverse("configurators:call-off", kwargs=place))

    with tenant(shop.organisation_id):
        assert not PlannedPublication.objects.exists()
