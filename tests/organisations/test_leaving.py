"""Leaving: at once out of use, for thirty days with a way back, and then without one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from configurators.models import Publication
from delivery.models import AccountMail
from organisations.leaving import (
    NotLeaving,
    TooLate,
    begin_purge,
    deactivate,
    give_up_the_rest_of_the_time,
    restore,
    without_a_way_back,
)
from organisations.models import Organisation
from tenancy.context import tenant
from tests.factories import make_version, sign_in


def page(name, organisation):
    return reverse(f"organisations:{name}", kwargs={"organisation": organisation.slug})


def moved(organisation, **by):
    """The end of the time to come back, moved from today."""
    Organisation.objects.filter(pk=organisation.pk).update(restorable_until=timezone.now() + timedelta(**by))


@pytest.mark.promise("C19")
def test_the_button_starts_the_leaving(alice, client):
    sign_in(client, alice)

    response = client.post(page("leave-organisation", alice.organisation), {"name": "acme "})

    assert (response.status_code, response.url) == (302, page("left", alice.organisation))
    left = Organisation.objects.get(pk=alice.organisation.pk)
    assert left.lifecycle == "deactivated"
    assert left.restorable_until - left.deactivated_at == timedelta(days=30)


@pytest.mark.promise("C19")
def test_a_second_wish_changes_no_date(alice):
    first = deactivate(alice.organisation, by=alice.user.pk)
    second = deactivate(alice.organisation, by=alice.user.pk)

    assert second.restorable_until == first.restorable_until
    assert AccountMail.objects.filter(template="organisation_deactivated").count() == 1


def test_the_name_is_asked_for(alice, client):
    sign_in(client, alice)

    response = client.post(page("leave-organisation", alice.organisation), {"name": "Globex"})

    assert response.status_code == 422
    assert "name" in response.context["form"].errors
    assert Organisation.objects.get(pk=alice.organisation.pk).lifecycle == "active"


def test_an_administrator_cannot_leave_for_the_owner(bob, client):
    bob.membership.role = "admin"
    bob.membership.save()
    sign_in(client, bob)

    assert client.get(page("leave-organisation", bob.organisation)).status_code == 403


@pytest.mark.promise("H22")
def test_nobody_enters_and_no_request_comes_in(alice, client):
    make_version(alice.organisation)
    deactivate(alice.organisation, by=alice.user.pk)
    sign_in(client, alice)

    assert client.get(page("overview", alice.organisation)).status_code == 404
    assert [(p.intake_on, p.suspended_at is None) for p in Publication.objects.all()] == [(True, False)]


@pytest.mark.promise("C20")
def test_within_thirty_days_everything_is_back_as_it_was(alice, client):
    make_version(alice.organisation)
    deactivate(alice.organisation, by=alice.user.pk)
    moved(alice.organisation, seconds=5)
    sign_in(client, alice)

    response = client.post(page("restore", alice.organisation))

    assert response.url == page("overview", alice.organisation)
    assert client.get(response.url).status_code == 200
    assert list(Publication.objects.values_list("suspended_at", flat=True)) == [None]


@pytest.mark.promise("C20")
def test_a_second_later_there_is_no_way_back(alice):
    deactivate(alice.organisation, by=alice.user.pk)
    moved(alice.organisation, seconds=-1)

    with pytest.raises(TooLate):
        restore(alice.organisation, by=alice.user.pk)


def test_what_was_withdrawn_by_hand_stays_withdrawn(alice):
    make_version(alice.organisation)
    Publication.objects.update(intake_on=False)

    deactivate(alice.organisation, by=alice.user.pk)
    restore(alice.organisation, by=alice.user.pk)

    assert list(Publication.objects.values_list("intake_on", "suspended_at")) == [(False, None)]


def test_an_active_organisation_is_never_deleted(alice):
    with pytest.raises(NotLeaving):
        begin_purge(alice.organisation.pk)
    with pytest.raises(NotLeaving):
        give_up_the_rest_of_the_time(alice.organisation, by=alice.user.pk)


def test_before_its_time_is_over_nothing_is_deleted(alice):
    deactivate(alice.organisation, by=alice.user.pk)

    assert without_a_way_back(timezone.now()) == []
    with pytest.raises(NotLeaving):
        begin_purge(alice.organisation.pk)


def test_the_agreement_ends_with_the_time_to_come_back(alice):
    deactivate(alice.organisation, by=alice.user.pk)
    moved(alice.organisation, days=-3)

    gone = begin_purge(alice.organisation.pk)

    assert (gone.lifecycle, gone.terminated_at) == ("purging", gone.restorable_until)
    assert without_a_way_back(timezone.now()) == [alice.organisation.pk]


def test_owners_may_delete_at_once(alice, client):
    deactivate(alice.organisation, by=alice.user.pk)
    sign_in(client, alice)

    client.post(page("delete-now", alice.organisation), {"name": "Acme"})

    assert without_a_way_back(timezone.now()) == [alice.organisation.pk]


def test_each_step_is_on_record(alice):
    deactivate(alice.organisation, by=alice.user.pk)
    restore(alice.organisation, by=alice.user.pk)

    with tenant(alice.organisation.pk):
        acts = list(Event.objects.filter(action__startswith="organisation.").order_by("id"))
    assert [act.action for act in acts][-2:] == ["organisation.deactivated", "organisation.active"]


@pytest.mark.parametrize("name", ["left", "restore", "delete-now"])
def test_only_owners_find_the_page_of_one_that_left(alice, bob, charlie, client, name):
    deactivate(alice.organisation, by=alice.user.pk)

    answers = set()
    for member in (bob, charlie):
        sign_in(client, member)
        ask = client.get if name == "left" else client.post
        answers.add(ask(page(name, alice.organisation)).status_code)

    assert answers == {404}


def test_the_owner_finds_it_among_their_organisations(alice, client):
    deactivate(alice.organisation, by=alice.user.pk)
    sign_in(client, alice)

    assert client.get(reverse("organisations:home")).url == reverse("organisations:chooser")
    assert page("left", alice.organisation) in client.get(reverse("organisations:chooser")).content.decode()
