"""Who belongs to an organisation, and as what."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from django.urls import reverse

from audit.models import Event
from billing.accounts import lock_account
from billing.models import BillingContact
from organisations import members
from organisations.members import (
    LastOwner,
    NotAllowed,
    change_role,
    leave,
    lock_members,
    remove_member,
)
from organisations.models import Membership
from organisations.permissions import Role
from tenancy.context import tenant


def _roles(organisation):
    return dict(organisation.memberships.values_list("user__name", "role"))


@pytest.fixture
def inside(alice):
    with tenant(alice.organisation.id):
        yield


@pytest.fixture
def adam(alice, join):
    return join(alice.organisation, Role.ADMIN, name="Adam")


def test_an_owner_gives_any_role(alice, bob, letters, inside):
    for role in Role:
        assert change_role(membership=bob.membership, role=role, by=alice.membership).role == role


def test_a_change_of_role_is_told_to_the_member_in_their_language(alice, bob, letters, inside):
    bob.user.language = "nl"
    bob.user.save()

    change_role(membership=bob.membership, role=Role.EDITOR, by=alice.membership)

    assert [(letter["to"], letter["template"], letter["language"]) for letter in letters] == [
        ("bob@example.org", "organisation_role_changed", "nl")
    ]


def test_a_change_of_role_is_on_record(alice, bob, letters, inside):
    change_role(membership=bob.membership, role=Role.EDITOR, by=alice.membership)

    event = Event.objects.get(action="member.role_changed")
    assert (event.actor_id, event.object_id, event.detail) == (
        alice.user.id,
        bob.membership.id,
        {"before": "sales", "after": "editor"},
    )


def test_the_same_role_again_changes_and_records_nothing(alice, bob, letters, inside):
    change_role(membership=bob.membership, role=Role.SALES, by=alice.membership)

    assert (letters, Event.objects.filter(action="member.role_changed").count()) == ([], 0)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_an_administrator_makes_no_owners_or_administrators(bob, adam, letters, inside, role):
    with pytest.raises(NotAllowed):
        change_role(membership=bob.membership, role=role, by=adam)


def test_an_administrator_changes_no_owner(alice, adam, letters, inside):
    with pytest.raises(NotAllowed):
        change_role(membership=alice.membership, role=Role.SALES, by=adam)
    with pytest.raises(NotAllowed):
        remove_member(membership=alice.membership, by=adam)


def test_an_administrator_changes_and_removes_others(alice, bob, adam, letters, inside):
    change_role(membership=bob.membership, role=Role.EDITOR, by=adam)
    remove_member(membership=bob.membership, by=adam)

    assert _roles(alice.organisation) == {"Alice": "owner", "Adam": "admin"}


@pytest.mark.parametrize("role", [Role.EDITOR, Role.SALES, Role.BILLING, Role.PRIVACY_OFFICER])
def test_other_roles_change_nobody(alice, bob, join, letters, inside, role):
    dana = join(alice.organisation, role, name="Dana")

    with pytest.raises(NotAllowed):
        change_role(membership=bob.membership, role=Role.EDITOR, by=dana)


def test_whoever_lost_the_right_meanwhile_changes_nobody(alice, bob, adam, letters, inside):
    Membership.objects.filter(pk=adam.pk).update(role=Role.SALES)

    with pytest.raises(NotAllowed):
        remove_member(membership=bob.membership, by=adam)


def test_the_last_owner_stays_owner(alice, letters, inside):
    with pytest.raises(LastOwner):
        change_role(membership=alice.membership, role=Role.ADMIN, by=alice.membership)
    with pytest.raises(LastOwner):
        remove_member(membership=alice.membership, by=alice.membership)
    with pytest.raises(LastOwner):
        leave(membership=alice.membership)

    assert _roles(alice.organisation) == {"Alice": "owner"}


def test_after_handing_over_the_first_owner_may_leave(alice, bob, letters, inside):
    change_role(membership=bob.membership, role=Role.OWNER, by=alice.membership)

    leave(membership=alice.membership)

    assert _roles(alice.organisation) == {"Bob": "owner"}


def test_leaving_and_removing_are_on_record(alice, bob, adam, letters, inside):
    remove_member(membership=bob.membership, by=alice.membership)
    leave(membership=adam)

    recorded = Event.objects.filter(action__in=["member.removed", "member.left"]).order_by("id")
    assert list(recorded.values_list("action", "actor_id")) == [
        ("member.removed", alice.user.id),
        ("member.left", adam.user_id),
    ]


def _at_once(monkeypatch, organisation, *verbs):
    """Run the verbs in a transaction each, and let each wait for the others just before it counts owners.

    Where one holds the lock the others do not get that far, and it goes on alone after half a second.
    """
    meeting, outcomes = threading.Barrier(len(verbs)), []
    count_owners = members._require_an_owner

    def meet_first(organisation_id):
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=0.5)
        count_owners(organisation_id)

    def run(verb):
        try:
            with tenant(organisation.id):
                verb()
            outcomes.append("done")
        except (LastOwner, NotAllowed):
            outcomes.append("refused")
        finally:
            connection.close()

    monkeypatch.setattr(members, "_require_an_owner", meet_first)
    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def _owners(organisation):
    return Membership.objects.filter(organisation=organisation, role=Role.OWNER).count()


def test_two_owners_who_remove_each_other_at_once_leave_one(
    transactional_db, alice, join, letters, monkeypatch
):
    acme, olga = alice.organisation, join(alice.organisation, Role.OWNER, name="Olga")

    outcomes = _at_once(
        monkeypatch,
        acme,
        partial(remove_member, membership=olga, by=alice.membership),
        partial(remove_member, membership=alice.membership, by=olga),
    )

    assert (outcomes, _owners(acme)) == (["done", "refused"], 1)


def test_two_owners_who_leave_at_once_leave_one(transactional_db, alice, join, letters, monkeypatch):
    acme, olga = alice.organisation, join(alice.organisation, Role.OWNER, name="Olga")

    outcomes = _at_once(
        monkeypatch, acme, partial(leave, membership=alice.membership), partial(leave, membership=olga)
    )

    assert (outcomes, _owners(acme)) == (["done", "refused"], 1)


def test_two_owners_who_step_down_at_once_leave_one(transactional_db, alice, join, letters, monkeypatch):
    acme, olga = alice.organisation, join(alice.organisation, Role.OWNER, name="Olga")

    outcomes = _at_once(
        monkeypatch,
        acme,
        partial(change_role, membership=alice.membership, role=Role.SALES, by=alice.membership),
        partial(change_role, membership=olga, role=Role.SALES, by=olga),
    )

    assert (outcomes, _owners(acme)) == (["done", "refused"], 1)


def _page(name, member):
    return reverse(
        f"organisations:{name}", kwargs={"organisation": member.organisation.slug, "member": member.pk}
    )


def test_choosing_a_role_shows_what_it_gives_and_takes(alice, bob, sign_in):
    response = sign_in(alice.user).get(_page("member-role", bob.membership), {"role": "editor"})

    assert [str(label) for label in response.context["gained"]] == [
        "Build and change configurators",
        "Publish configurators and take them offline",
    ]
    assert [str(label) for label in response.context["lost"]] == [
        "Read requests for an offer",
        "Answer requests: status and notes",
        "Export requests",
    ]
    assert _roles(alice.organisation)["Bob"] == "sales"


def test_confirming_changes_the_role(alice, bob, sign_in, letters):
    response = sign_in(alice.user).post(_page("member-role", bob.membership), {"role": "editor"})

    assert (response.status_code, _roles(alice.organisation)["Bob"]) == (302, "editor")


@pytest.mark.parametrize("role", ["", "emperor", "own\x00er", "x" * 100_000])
def test_an_unknown_role_is_refused_at_its_field(alice, bob, sign_in, role):
    response = sign_in(alice.user).post(_page("member-role", bob.membership), {"role": role})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["role"])


@pytest.mark.parametrize("name", ["member-role", "member-remove"])
def test_changing_the_team_asks_again_who_is_there(alice, bob, sign_in, name):
    client = sign_in(alice.user, stepped_up=False)

    response = client.post(_page(name, bob.membership), {"role": "editor"})

    assert response.url.split("?")[0] == reverse("accounts:step-up")
    assert _roles(alice.organisation)["Bob"] == "sales"


def test_removing_asks_first(alice, bob, sign_in, letters):
    client, page = sign_in(alice.user), _page("member-remove", bob.membership)

    client.get(page)
    before = _roles(alice.organisation)
    client.post(page)

    assert (before, _roles(alice.organisation)) == ({"Alice": "owner", "Bob": "sales"}, {"Alice": "owner"})


def test_the_last_owner_reads_why_they_cannot_leave(alice, sign_in):
    url = reverse("organisations:leave", kwargs={"organisation": alice.organisation.slug})
    client = sign_in(alice.user)

    asked, tried = client.get(url), client.post(url)

    assert (asked.context["is_last_owner"], tried.url) == (True, url)
    assert _roles(alice.organisation) == {"Alice": "owner"}


def test_leaving(alice, bob, sign_in):
    url = reverse("organisations:leave", kwargs={"organisation": alice.organisation.slug})

    response = sign_in(bob.user).post(url)

    assert (response.url, _roles(alice.organisation)) == (reverse("organisations:home"), {"Alice": "owner"})


@pytest.mark.parametrize("name", ["member-role", "member-remove"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_member_of_another_organisation_cannot_be_reached_from_here(alice, charlie, sign_in, name, method):
    client = sign_in(alice.user)
    kwargs = {"organisation": alice.organisation.slug, "member": charlie.membership.pk}
    nobody = {**kwargs, "member": "0197e3a0-0000-7000-8000-000000000000"}

    foreign, unknown = (
        getattr(client, method)(reverse(f"organisations:{name}", kwargs=each), {"role": "sales"})
        for each in (kwargs, nobody)
    )

    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    assert _roles(charlie.organisation) == {"Charlie": "owner"}


def test_the_team_page_lists_the_team_owners_first(alice, bob, charlie, sign_in):
    url = reverse("organisations:members", kwargs={"organisation": alice.organisation.slug})

    response = sign_in(bob.user).get(url)

    assert list(response.context["members"]) == [alice.membership, bob.membership]
    assert b"charlie@example.org" not in response.content


def test_who_holds_the_account_can_write_while_the_team_is_locked(transactional_db, alice):
    acme = alice.organisation

    def write():
        try:
            with tenant(acme.id), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                lock_account(acme.id)
                BillingContact.objects.create(organisation=acme, email="books@example.org", language="nl")
        finally:
            connection.close()

    with tenant(acme.id), ThreadPoolExecutor(1) as pool:
        lock_members(acme.id)
        pool.submit(write).result()

    assert BillingContact.objects.count() == 1
