"""Support looks in only when it was let in, for as long as it was, and all it reads is on record."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import PlatformRole
from audit.models import AccessEvent
from delivery.drain import drain
from delivery.models import AccountMail, Job
from organisations import support
from organisations.models import SupportGrant
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead, make_user, sign_in


@pytest.fixture
def sam(db):
    """Sam works at support and belongs to no organisation."""
    user = make_user(name="Sam")
    PlatformRole.objects.create(user=user, role=PlatformRole.Role.SUPPORT)
    return Member(user, None, None)


def asked(alice, sam, **more):
    return support.ask(
        organisation=alice.organisation,
        by=sam.user,
        reason="A price is wrong",
        may_change=more.get("change", True),
    )


def let_in(alice, sam, *, hours=1, may_change=False, unmasked=False):
    wish = asked(alice, sam)
    with tenant(alice.organisation.pk):
        return support.grant(wish, by=alice.membership, hours=hours, may_change=may_change, unmasked=unmasked)


def page(name, member, **kwargs):
    return reverse(name, kwargs={"organisation": member.organisation.slug, **kwargs})


@pytest.mark.promise("C2", "C15")
def test_without_a_grant_the_organisation_does_not_exist_for_support(alice, sam, client):
    asked(alice, sam)
    sign_in(client, sam)

    assert client.get(page("leads:inbox", alice)).status_code == 404


@pytest.mark.promise("C2", "D10")
def test_who_was_let_in_reads(alice, sam, client):
    make_lead(alice.organisation)
    let_in(alice, sam)
    sign_in(client, sam)

    assert client.get(page("leads:inbox", alice)).status_code == 200


@pytest.mark.promise("C2")
def test_names_and_addresses_are_shapes(alice, sam, client):
    lead = make_lead(alice.organisation)
    let_in(alice, sam)
    sign_in(client, sam)

    shown = client.get(page("leads:detail", alice, pk=lead.pk)).content.decode()

    assert not [value for value in ("Sanne", "Vries", "sanne@example.org") if value in shown]
    assert "S•••• d• V••••" in shown


def test_names_are_readable_where_the_organisation_says_so(alice, sam, client):
    make_lead(alice.organisation)
    let_in(alice, sam, unmasked=True)
    sign_in(client, sam)

    assert "Sanne de Vries" in client.get(page("leads:inbox", alice)).content.decode()


def test_colleagues_read_names_meanwhile(alice, sam, client):
    make_lead(alice.organisation)
    let_in(alice, sam)
    sign_in(client, alice)

    assert "Sanne de Vries" in client.get(page("leads:inbox", alice)).content.decode()


@pytest.mark.promise("D10")
def test_who_may_not_read_an_address_does_not_find_out_whether_it_is_there(alice, sam, client):
    make_lead(alice.organisation, email="sanne@example.org")
    let_in(alice, sam, may_change=True)
    sign_in(client, sam)

    found = client.post(page("leads:search", alice), {"email": "sanne@example.org"}).content.decode()
    none = client.post(page("leads:search", alice), {"email": "nobody@example.org"}).content.decode()

    assert ("S••••" in found, "S••••" in none) == (False, False)


@pytest.mark.promise("D10")
def test_who_may_look_changes_nothing(alice, sam, client):
    lead = make_lead(alice.organisation)
    let_in(alice, sam)
    sign_in(client, sam)

    assert client.post(page("leads:note", alice, pk=lead.pk), {"text": "Hello"}).status_code == 403


@pytest.mark.promise("D10")
def test_what_support_opened_is_still_unread_to_the_team(alice, sam, client):
    lead = make_lead(alice.organisation)
    let_in(alice, sam)
    sign_in(client, sam)

    assert client.get(page("leads:detail", alice, pk=lead.pk)).status_code == 200

    with tenant(alice.organisation.pk):
        lead.refresh_from_db()
        assert (lead.read_at, lead.events.filter(kind="read").count()) == (None, 0)


def test_more_is_never_granted_than_was_asked(alice, sam):
    wish = asked(alice, sam, change=False)
    with tenant(alice.organisation.pk):
        given = support.grant(wish, by=alice.membership, hours=1, may_change=True, unmasked=False)

    assert given.may_change is False


@pytest.mark.promise("D10")
@pytest.mark.parametrize("name", ["organisations:members", "organisations:settings", "privacy:data"])
def test_there_are_doors_that_no_grant_opens(alice, sam, client, name):
    let_in(alice, sam, may_change=True, unmasked=True)
    sign_in(client, sam)

    assert client.get(page(name, alice)).status_code == 403


@pytest.mark.promise("C2")
def test_every_page_is_in_the_customers_record(alice, sam, client):
    given = let_in(alice, sam)
    sign_in(client, sam)

    client.get(page("leads:inbox", alice))
    client.get(page("configurators:list", alice))

    with tenant(alice.organisation.pk):
        read = AccessEvent.objects.filter(action="support.read", actor_id=sam.user.pk, object_id=given.pk)
        assert [each.detail["page"] for each in read.order_by("id")] == ["leads:inbox", "configurators:list"]


@pytest.mark.promise("C2")
def test_ended_is_ended_at_once(alice, sam, client):
    given = let_in(alice, sam)
    sign_in(client, alice)
    client.post(page("organisations:support-end", alice, pk=given.pk))
    sign_in(client, sam)

    assert client.get(page("leads:inbox", alice)).status_code == 404


def test_it_ends_by_itself_and_says_what_was_read(alice, sam, client):
    given = let_in(alice, sam)
    sign_in(client, sam)
    client.get(page("leads:inbox", alice))
    SupportGrant.objects.update(
        starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(hours=1)
    )
    Job.objects.filter(task="organisations.end_support").update(due_at=timezone.now())

    assert client.get(page("leads:inbox", alice)).status_code == 404
    drain()

    given.refresh_from_db()
    assert given.ended_at is not None
    told = AccountMail.objects.filter(template="support_ended")
    assert list(told.values_list("user_id", flat=True)) == [alice.user.pk]


@pytest.mark.parametrize("hours", [0, 5])
def test_four_hours_at_most(alice, sam, hours):
    wish = asked(alice, sam)

    with tenant(alice.organisation.pk), pytest.raises(support.NotGrantable):
        support.grant(wish, by=alice.membership, hours=hours, may_change=False, unmasked=False)


def test_a_wish_is_granted_once(alice, sam):
    given = let_in(alice, sam)

    with tenant(alice.organisation.pk), pytest.raises(support.NotGrantable):
        support.grant(given, by=alice.membership, hours=1, may_change=False, unmasked=False)


def test_one_factor_lets_nobody_of_support_in(alice, sam, client):
    let_in(alice, sam)
    client.force_login(sam.user)

    assert client.get(page("leads:inbox", alice)).status_code == 302


def test_who_left_support_is_out(alice, sam, client):
    let_in(alice, sam)
    PlatformRole.objects.all().delete()
    sign_in(client, sam)

    assert client.get(page("leads:inbox", alice)).status_code == 404


def test_a_grant_of_acme_opens_nothing_of_globex(alice, charlie, sam, client):
    let_in(alice, sam)
    sign_in(client, sam)

    assert client.get(page("leads:inbox", charlie)).status_code == 404


def test_charlie_cannot_answer_for_acme(alice, charlie, sam, client):
    wish = asked(alice, sam)
    sign_in(client, charlie)

    answer = client.post(page("organisations:support-let-in", charlie, pk=wish.pk), {"hours": "1"})

    assert answer.status_code == 404
    wish.refresh_from_db()
    assert wish.starts_at is None


def test_sales_cannot_let_support_in(alice, bob, sam, client):
    wish = asked(alice, sam)
    sign_in(client, bob)

    assert (
        client.post(page("organisations:support-let-in", bob, pk=wish.pk), {"hours": "1"}).status_code == 403
    )


@pytest.mark.promise("D9")
def test_sharing_a_screen_instead_is_offered(alice, sam, client):
    asked(alice, sam)
    sign_in(client, alice)

    assert "share your screen" in client.get(page("organisations:support", alice)).content.decode()
    [mail] = AccountMail.objects.filter(template="support_asked")
    assert mail.user_id == alice.user.pk


def test_the_organisation_grants_in_the_browser(alice, sam, client):
    wish = asked(alice, sam)
    sign_in(client, alice)

    answer = client.post(page("organisations:support-let-in", alice, pk=wish.pk), {"hours": "2"})

    assert answer.status_code == 302
    wish.refresh_from_db()
    assert wish.ends_at - wish.starts_at == timedelta(hours=2)
    assert "looks only" in client.get(page("organisations:support", alice)).content.decode()


def test_support_asks_in_the_browser(alice, sam, client):
    sign_in(client, sam)
    form = {"organisation": alice.organisation.slug, "reason": "A price is wrong"}

    answer = client.post(reverse("platform:support"), form)

    assert (answer.status_code, SupportGrant.objects.count()) == (302, 1)
    assert (
        client.post(reverse("platform:support"), {"organisation": "nowhere", "reason": "x"}).status_code
        == 422
    )


def test_others_do_not_find_where_support_asks(alice, client):
    sign_in(client, alice)

    assert client.get(reverse("platform:support")).status_code == 404


def test_the_team_sees_that_support_is_inside(alice, bob, sam, client):
    let_in(alice, sam)
    sign_in(client, bob)

    assert (
        "Support can look into your organisation right now."
        in client.get(page("leads:inbox", bob)).content.decode()
    )


@pytest.mark.promise("C2")
def test_the_customers_record_names_who_read_for_support(alice, sam, client):
    let_in(alice, sam)
    sign_in(client, sam)
    client.get(page("leads:inbox", alice))
    sign_in(client, alice)

    lines = client.get(page("organisations:record", alice)).context["page"].lines

    assert [line.who for line in lines if line.event.action == "support.read"] == ["Sam, support"]
