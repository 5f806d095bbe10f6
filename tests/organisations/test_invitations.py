"""The life of an invitation."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from delivery.letters import compose
from organisations.invitations import (
    InvitationRefused,
    InvitationUnusable,
    accept_invitation,
    find_by_token,
    invitations_for,
    invite,
    resend_invitation,
    withdraw_invitation,
)
from organisations.members import NotAllowed
from organisations.models import Invitation, Membership
from organisations.permissions import Role
from tenancy.context import tenant
from tests.factories import make_user

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def _invite(by, *, email="dana@example.org", role=Role.SALES):
    with tenant(by.organisation.id):
        return invite(organisation=by.organisation, email=email, role=role, by=by.membership)


def _token(letter):
    return letter["context"]["url"].rstrip("/").rpartition("/")[2]


def _link(letter):
    return reverse("organisations:accept-invitation", args=[_token(letter)])


def test_the_mail_goes_to_the_address_with_a_link_of_which_we_keep_the_hash(alice, letters):
    invitation = _invite(alice, email=" Dana@Example.org ")

    assert [(letter["to"], letter["template"]) for letter in letters] == [
        ("dana@example.org", "organisation_invitation")
    ]
    assert find_by_token(_token(letters[0])) == invitation
    assert invitation.token_hash != _token(letters[0])


def test_the_mail_is_the_same_whether_the_address_has_an_account_or_not(alice, letters):
    make_user(name="Dana")

    _invite(alice, email="dana@example.org")
    _invite(alice, email="erin@example.org")

    kept = [{**letter, "to": "", "context": {**letter["context"], "url": ""}} for letter in letters]
    assert kept[0] == kept[1]


def test_accepting_makes_a_member_with_the_role_and_uses_the_link_up(alice, letters):
    invitation = _invite(alice, role=Role.EDITOR)
    dana = make_user(name="Dana")

    membership = accept_invitation(invitation=invitation, user=dana)

    assert (membership.organisation_id, membership.role) == (alice.organisation.id, "editor")
    assert Invitation.objects.count() == 0
    with pytest.raises(InvitationUnusable):
        accept_invitation(invitation=invitation, user=dana)


def test_only_the_verified_holder_of_the_address_can_accept(alice, letters):
    invitation = _invite(alice)
    other = make_user(name="Erin")
    unverified = make_user(name="Dana")
    unverified.email_verified_at = None
    unverified.save()

    for user in (other, unverified):
        with pytest.raises(InvitationUnusable):
            accept_invitation(invitation=invitation, user=user)

    assert list(Membership.objects.filter(organisation=alice.organisation)) == [alice.membership]


def test_it_works_for_seven_days(alice, letters):
    with time_machine.travel(NOW, tick=False):
        _invite(alice)
    token = _token(letters[0])

    with time_machine.travel(NOW + timedelta(days=7, seconds=-1), tick=False):
        assert find_by_token(token).email == "dana@example.org"
    with time_machine.travel(NOW + timedelta(days=7), tick=False), pytest.raises(InvitationUnusable):
        find_by_token(token)


def test_its_row_goes_thirty_days_after_it_expired(alice, letters):
    with time_machine.travel(NOW, tick=False):
        invitation = _invite(alice)

    assert invitation.purge_after == NOW + timedelta(days=37)


def test_sending_again_replaces_the_link(alice, letters):
    with time_machine.travel(NOW, tick=False):
        invitation = _invite(alice)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        with tenant(alice.organisation.id):
            resend_invitation(invitation=invitation, by=alice.membership)
        with pytest.raises(InvitationUnusable):
            find_by_token(_token(letters[0]))
        assert find_by_token(_token(letters[1])) == invitation


def test_sending_again_at_once_is_refused(alice, letters):
    invitation = _invite(alice)

    with tenant(alice.organisation.id), pytest.raises(InvitationRefused):
        resend_invitation(invitation=invitation, by=alice.membership)

    assert len(letters) == 1


def test_withdrawing_makes_the_link_useless(alice, letters):
    invitation = _invite(alice)

    with tenant(alice.organisation.id):
        withdraw_invitation(invitation=invitation, by=alice.membership)

    with pytest.raises(InvitationUnusable):
        find_by_token(_token(letters[0]))


def test_a_member_is_not_invited(alice, bob, letters):
    with pytest.raises(InvitationRefused, match="already in the team"):
        _invite(alice, email="BOB@example.org")

    assert letters == []


def test_an_address_is_invited_once(alice, letters):
    _invite(alice)

    with pytest.raises(InvitationRefused, match="invited already"):
        _invite(alice)


def test_an_invited_person_of_another_organisation_may_be_invited_too(alice, charlie, letters):
    _invite(alice)
    _invite(charlie)

    assert [letter["context"]["organisation"] for letter in letters] == ["Acme", "Globex"]


def test_an_administrator_invites_no_administrators(alice, join, letters):
    adam = join(alice.organisation, Role.ADMIN, name="Adam")

    with tenant(alice.organisation.id), pytest.raises(NotAllowed):
        invite(organisation=alice.organisation, email="dana@example.org", role=Role.ADMIN, by=adam)


def test_sales_invite_nobody(bob, letters):
    with pytest.raises(NotAllowed):
        _invite(bob)


def test_who_became_a_member_meanwhile_keeps_their_role(alice, letters):
    invitation = _invite(alice, role=Role.EDITOR)
    dana = make_user(name="Dana")
    Membership.objects.create(organisation=alice.organisation, user=dana, role=Role.BILLING)

    assert accept_invitation(invitation=invitation, user=dana).role == "billing"


def test_each_step_is_on_record_without_the_address(alice, letters):
    with time_machine.travel(NOW, tick=False):
        invitation = _invite(alice)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False), tenant(alice.organisation.id):
        resend_invitation(invitation=invitation, by=alice.membership)
    accepted_by = make_user(name="Dana")
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        invitation.refresh_from_db()
        accept_invitation(invitation=invitation, user=accepted_by)

    with tenant(alice.organisation.id):
        events = list(Event.objects.filter(action__startswith="invitation.").order_by("id"))
    assert [(event.action, event.actor_id) for event in events] == [
        ("invitation.sent", alice.user.id),
        ("invitation.resent", alice.user.id),
        ("invitation.accepted", accepted_by.id),
    ]
    assert "dana" not in str([event.detail for event in events])


def test_the_page_invites(alice, sign_in, letters):
    url = reverse("organisations:invite", kwargs={"organisation": alice.organisation.slug})

    response = sign_in(alice.user).post(url, {"email": "dana@example.org", "role": "sales"})

    assert (response.status_code, [letter["to"] for letter in letters]) == (302, ["dana@example.org"])


@pytest.mark.parametrize(
    ("email", "role", "fields"),
    [
        ("", "sales", ["email"]),
        ("no address", "sales", ["email"]),
        ("da\x00na@example.org", "sales", ["email"]),
        (f"{'d' * 300}@example.org", "sales", ["email"]),
        (f"d@{'ﬃ' * 60}.{'ﬃ' * 60}.example.org", "sales", ["email"]),
        ("dana@example.org", "owner", ["role"]),
        ("dana@example.org", "", ["role"]),
        ("alice@example.org", "sales", ["email"]),
    ],
)
def test_a_mistake_is_named_at_its_field(alice, sign_in, letters, email, role, fields):
    url = reverse("organisations:invite", kwargs={"organisation": alice.organisation.slug})

    response = sign_in(alice.user).post(url, {"email": email, "role": role})

    assert (response.status_code, list(response.context["form"].errors), letters) == (422, fields, [])


def test_inviting_asks_again_who_is_there(alice, sign_in, letters):
    url = reverse("organisations:invite", kwargs={"organisation": alice.organisation.slug})

    response = sign_in(alice.user, stepped_up=False).post(url, {"email": "d@example.org", "role": "sales"})

    assert (response.url.split("?")[0], letters) == (reverse("accounts:step-up"), [])


def test_a_stranger_with_the_link_is_shown_the_ways_in(alice, client, letters):
    _invite(alice)
    link = _link(letters[0])

    page = client.get(link).content.decode()

    assert f"{reverse('accounts:sign-in')}?next={link}" in page
    assert f"{reverse('accounts:sign-up')}?next={link}" in page


def test_a_stranger_cannot_accept(alice, client, letters):
    _invite(alice)

    assert client.post(_link(letters[0])).status_code == 403
    assert Membership.objects.filter(organisation=alice.organisation).count() == 1


def test_the_link_asks_then_joins(alice, sign_in, letters):
    _invite(alice)
    client = sign_in(make_user(name="Dana"))

    asked, joined = client.get(_link(letters[0])), client.post(_link(letters[0]))

    assert (asked.status_code, joined.url) == (200, "/o/acme/")


def test_used_withdrawn_expired_foreign_and_unknown_links_look_the_same(alice, charlie, sign_in, letters):
    dana = make_user(name="Dana")
    with time_machine.travel(NOW - timedelta(days=8), tick=False):
        _invite(alice, email="dana@example.org")  # expired
    foreign = _invite(alice, email="erin@example.org")
    used = _invite(charlie, email="dana@example.org")
    accept_invitation(invitation=used, user=dana)
    withdrawn = _invite(alice, email="finn@example.org")
    with tenant(alice.organisation.id):
        withdraw_invitation(invitation=withdrawn, by=alice.membership)
    client = sign_in(dana)

    links = [_link(letter) for letter in letters] + ["/invitations/unknown/", "/invitations/%00%F0/"]
    answers = [client.get(link) for link in links] + [client.post(link) for link in links]

    assert foreign.email == "erin@example.org"
    assert {answer.status_code for answer in answers} == {404}
    assert len({_without_token(answer.content) for answer in answers}) == 1


def _without_token(page: bytes) -> bytes:
    """The page without the two things that differ on every request: the form token and its own address."""
    page = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", page)
    return re.sub(rb'name="next" value="[^"]*"', b"", page)


def test_accepting_from_the_list_of_organisations(alice, sign_in, letters):
    invitation = _invite(alice)
    client = sign_in(make_user(name="Dana"))

    response = client.post(reverse("organisations:accept-pending", args=[invitation.id]))

    assert response.url == "/o/acme/"


def test_nobody_accepts_what_was_meant_for_another(alice, charlie, sign_in, letters):
    invitation = _invite(alice)

    response = sign_in(charlie.user).post(reverse("organisations:accept-pending", args=[invitation.id]))

    assert response.status_code == 404
    assert Membership.objects.filter(organisation=alice.organisation).count() == 1


@pytest.mark.parametrize("name", ["invitation-resend", "invitation-withdraw"])
def test_an_invitation_of_another_organisation_cannot_be_reached_from_here(
    alice, charlie, sign_in, letters, name
):
    invitation = _invite(charlie)
    kwargs = {"organisation": alice.organisation.slug, "invitation": invitation.pk}

    response = sign_in(alice.user).post(reverse(f"organisations:{name}", kwargs=kwargs))

    assert (response.status_code, Invitation.objects.count()) == (404, 1)


def test_withdrawing_asks_first(alice, sign_in, letters):
    invitation = _invite(alice)
    kwargs = {"organisation": alice.organisation.slug, "invitation": invitation.pk}
    url = reverse("organisations:invitation-withdraw", kwargs=kwargs)
    client = sign_in(alice.user)

    client.get(url)
    before = Invitation.objects.count()
    client.post(url)

    assert (before, Invitation.objects.count()) == (1, 0)


def test_two_people_with_one_mailbox_use_a_link_once(transactional_db, alice, letters):
    """Accepting locks the team: of two tries at the same moment one finds the invitation gone."""
    invitation, dana = _invite(alice), make_user(name="Dana")
    outcomes = []

    def accept():
        try:
            accept_invitation(invitation=invitation, user=dana)
            outcomes.append("joined")
        except InvitationUnusable:
            outcomes.append("unusable")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["joined", "unusable"]


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
@pytest.mark.parametrize(
    "template", ["organisation_invitation", "organisation_role_changed", "organisation_member_removed"]
)
def test_the_mails_name_the_organisation_as_it_is_written(language, template):
    context = {
        "organisation": "Veldkamp Veranda's & Co",
        "inviter": "Iris",
        "name": "Dana",
        "role": "Sales",
        "days": 7,
        "url": "https://app.example.org/home/",
    }

    letter = compose(template=template, context=context, language=language)

    assert "Veldkamp Veranda's & Co" in letter.subject
    assert "https://app.example.org/home/" in letter.text.splitlines()


@pytest.fixture
def erin(alice, join):
    """An administrator who may invite."""
    return join(alice.organisation, Role.ADMIN, name="Erin")


def _invited_by(membership):
    with tenant(membership.organisation_id):
        return invite(
            organisation=membership.organisation, email="dana@example.org", role=Role.SALES, by=membership
        )


def test_an_invitation_does_not_outlive_the_membership_of_who_sent_it(erin, letters):
    _invited_by(erin)
    Membership.objects.filter(pk=erin.pk).delete()

    with pytest.raises(InvitationUnusable):
        find_by_token(_token(letters[0]))


def test_it_does_not_outlive_the_right_to_invite(erin, letters):
    invitation = _invited_by(erin)
    Membership.objects.filter(pk=erin.pk).update(role=Role.SALES)

    with pytest.raises(InvitationUnusable):
        accept_invitation(invitation=invitation, user=make_user(name="Dana"))


def test_it_does_not_outlive_the_account(erin, letters):
    _invited_by(erin)
    User.objects.filter(pk=erin.user_id).update(is_active=False)

    assert invitations_for(make_user(name="Dana")) == []


def test_an_administrator_is_asked_only_for_as_long_as_who_asked_is_owner(alice, charlie, letters):
    _invite(alice, role=Role.ADMIN)
    Membership.objects.create(organisation=alice.organisation, user=charlie.user, role=Role.OWNER)
    Membership.objects.filter(pk=alice.membership.pk).update(role=Role.ADMIN)

    assert invitations_for(make_user(name="Dana")) == []


def test_sending_it_again_makes_it_the_senders(alice, erin, letters):
    invitation = _invited_by(erin)
    Membership.objects.filter(pk=erin.pk).delete()
    Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1))

    with tenant(alice.organisation.id):
        resend_invitation(invitation=invitation, by=alice.membership)

    assert find_by_token(_token(letters[-1])).pk == invitation.pk


@pytest.mark.parametrize(("role", "shown"), [(Role.ADMIN, 0), (Role.EDITOR, 1)])
def test_the_list_says_that_it_is_no_longer_valid(alice, erin, letters, sign_in, role, shown):
    _invited_by(erin)
    Membership.objects.filter(pk=erin.pk).update(role=role)

    page = sign_in(alice.user).get("/o/acme/members/").content.decode()

    assert page.count("No longer valid: the person who sent it may no longer invite.") == shown
