"""Publishing at a time: the draft is frozen when it is planned, and goes live by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.utils import DataError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from audit.models import Event
from configurators import planning, publishing
from configurators.drafts import save_draft
from configurators.models import Configurator, ConfiguratorVersion, PlannedPublication, Publication
from configurators.planning import call_off, go_live, plan
from configurators.publishing import CannotPublish, publish
from configurators.scenarios import keep_scenario
from configurators.views import release
from delivery.jobs import JobCall
from delivery.leases import MAX_ATTEMPTS
from delivery.models import AccountMail
from organisations.allowances import Notice
from organisations.models import Organisation
from organisations.permissions import Permission
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.definitions import definition, group, option
from tests.factories import IDENTITY, sign_in, work_that_is_due

Json = dict[str, Any]

CHANGED = "The draft was changed since this page was opened. Look at it as it is now."


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


def test_what_went_live_meanwhile_is_not_called_off(alice: Member, shop: Configurator) -> None:
    made = planned(shop, alice)
    when_it_is_time()

    with tenant(shop.organisation_id):
        assert call_off(made, by=alice.user.pk) is False


def test_calling_off_too_late_is_not_on_record(alice: Member, shop: Configurator) -> None:
    made = planned(shop, alice)
    when_it_is_time()

    with tenant(shop.organisation_id):
        call_off(made, by=alice.user.pk)

        assert not Event.objects.filter(action="configurator.called_off").exists()


def test_a_plan_is_refused_while_publishing_is_withheld(
    alice: Member, shop: Configurator, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(shop, alice)
    asked: list[tuple[UUID, Permission]] = []

    def withheld(organisation: Organisation, permission: Permission) -> Notice:
        asked.append((organisation.pk, permission))
        return Notice("danger", "Pay first", "Then all is as before.")

    monkeypatch.setattr(publishing, "notice_against", withheld)
    when_it_is_time()

    assert asked == [(shop.organisation_id, Permission.CONFIGURATORS_PUBLISH)]
    assert live(shop) == (1, "10")
    with tenant(shop.organisation_id):
        assert PlannedPublication.objects.get().refused_at is not None


def test_who_planned_it_is_told_why_publishing_is_withheld(
    alice: Member, shop: Configurator, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(shop, alice)
    told: list[list[str]] = []
    monkeypatch.setattr(publishing, "notice_against", lambda *_: Notice("danger", "Pay first", "Soon."))
    monkeypatch.setattr(planning, "send_account_mail", lambda **mail: told.append(mail["context"]["reasons"]))

    when_it_is_time()

    assert told == [["Pay first"]]


# --- A publication that fails ----------------------------------------------------------------------


@pytest.fixture
def failing_to_freeze(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database itself refuses, in a way that leaves its transaction unusable."""

    def divide(*_: Any, **__: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    monkeypatch.setattr(planning, "freeze", divide)


def attempt(shop: Configurator, made: PlannedPublication, number: int) -> None:
    with tenant(shop.organisation_id):
        go_live(JobCall(shop.organisation_id, {"plan": str(made.pk)}, number))


def test_a_publication_that_fails_for_the_last_time_is_refused(
    alice: Member, shop: Configurator, failing_to_freeze: None
) -> None:
    made = planned(shop, alice)

    attempt(shop, made, MAX_ATTEMPTS)

    assert live(shop) == (1, "10")
    with tenant(shop.organisation_id):
        assert PlannedPublication.objects.get().refused_at is not None


def test_who_planned_it_is_told_that_it_failed_for_the_last_time(
    alice: Member, shop: Configurator, failing_to_freeze: None
) -> None:
    made = planned(shop, alice)

    attempt(shop, made, MAX_ATTEMPTS)

    assert AccountMail.objects.get(template="configurator_not_published").user_id == alice.user.pk


def test_a_publication_that_fails_before_is_tried_again(
    alice: Member, shop: Configurator, failing_to_freeze: None
) -> None:
    made = planned(shop, alice)

    with pytest.raises(DataError):
        attempt(shop, made, MAX_ATTEMPTS - 1)

    assert not AccountMail.objects.filter(template="configurator_not_published").exists()
    with tenant(shop.organisation_id):
        assert PlannedPublication.objects.get().refused_at is None


# --- The page --------------------------------------------------------------------------------------


def page(member: Member, shop: Configurator) -> str:
    return reverse("configurators:publish", kwargs={"organisation": member.organisation.slug, "pk": shop.pk})


def tomorrow() -> str:
    return f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"


def overdue(made: PlannedPublication, minutes: int, **more: Any) -> None:
    """Its time is so long ago, and nothing came of it."""
    with tenant(made.organisation_id):
        plans = PlannedPublication.objects.filter(pk=made.pk)
        plans.update(goes_live_at=timezone.now() - timedelta(minutes=minutes), **more)


def post(client: Client, member: Member, shop: Configurator, at: str, **fields: Any) -> HttpResponse:
    return client.post(page(member, shop), {"notes": "", "at": at} | fields)


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
    at = tomorrow()
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


def test_calling_off_too_late_is_said_on_the_page(
    alice: Member, shop: Configurator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes live between the moment that the page finds it and the moment that it is called off."""
    made = planned(shop, alice)
    sign_in(client, alice)

    def too_late(found: PlannedPublication, *, by: UUID) -> bool:
        PlannedPublication.objects.filter(pk=found.pk).delete()
        return call_off(found, by=by)

    monkeypatch.setattr(release, "call_off", too_late)
    place = {"organisation": alice.organisation.slug, "pk": shop.pk, "plan": made.pk}
    response = client.post(reverse("configurators:call-off", kwargs=place), follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "It went live a moment ago. An older version can be put back."
    ]


def test_a_draft_that_was_changed_since_is_not_planned(
    alice: Member, shop: Configurator, client: Client
) -> None:
    sign_in(client, alice)
    shown = shop.draft_revision
    change(shop, costing("30"))

    response = post(client, alice, shop, tomorrow(), revision=shown)

    assert (response.status_code, response.context["form"].non_field_errors()) == (422, [CHANGED])
    with tenant(shop.organisation_id):
        assert not PlannedPublication.objects.exists()


def test_the_draft_that_was_shown_is_planned(alice: Member, shop: Configurator, client: Client) -> None:
    sign_in(client, alice)

    response = post(client, alice, shop, tomorrow(), revision=shop.draft_revision)

    assert response.status_code == 302
    with tenant(shop.organisation_id):
        assert PlannedPublication.objects.get().definition == costing("20")


@pytest.mark.parametrize(("minutes", "is_said"), [(11, True), (9, False)])
def test_a_plan_that_is_late_is_said_to_be(
    alice: Member, shop: Configurator, client: Client, minutes: int, is_said: bool
) -> None:
    overdue(planned(shop, alice), minutes)
    sign_in(client, alice)

    shown = client.get(page(alice, shop)).content.decode()

    assert ("It should be live by now." in shown) is is_said


def test_a_plan_that_was_refused_is_not_late(alice: Member, shop: Configurator, client: Client) -> None:
    overdue(planned(shop, alice), 11, refused_at=timezone.now())
    sign_in(client, alice)

    shown = client.get(page(alice, shop)).content.decode()

    assert [text in shown for text in ("It should be live by now.", "It did not go live")] == [False, True]
