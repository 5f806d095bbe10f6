"""Handing over an organisation: by two people, or not at all."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from billing.models import BillingContact
from delivery.drain import drain
from delivery.letters import compose
from delivery.models import Job
from organisations import handing_over
from organisations.members import NotAllowed, remove_member
from organisations.models import OwnershipOffer
from organisations.permissions import Role
from tenancy.context import tenant
from tests.billing.selling import has_plan
from tests.organisations.conftest import authenticator_of

LEAVES, OWNER, BILLING = (
    OwnershipOffer.Afterwards.LEAVES,
    OwnershipOffer.Afterwards.OWNER,
    OwnershipOffer.Afterwards.BILLING,
)


def page(member, name):
    return reverse(f"organisations:{name}", kwargs={"organisation": member.organisation.slug})


def offer(by, to, afterwards=OWNER):
    with tenant(by.organisation.id):
        return handing_over.offer_ownership(to=to.membership, afterwards=afterwards, by=by.membership)


def accept(offered, by):
    with tenant(by.organisation.id):
        return handing_over.accept_offer(offer=offered, by=by.membership)


def roles(organisation):
    return {one.user.name: one.role for one in organisation.memberships.select_related("user")}


def mailed(letters, template):
    return {letter["to"] for letter in letters if letter["template"] == template}


@pytest.fixture
def ready(bob):
    """Bob with two-step sign-in."""
    authenticator_of(bob.user)
    return bob


@pytest.mark.parametrize(
    ("afterwards", "after"),
    [
        (OWNER, {"Alice": "owner", "Bob": "owner"}),
        (BILLING, {"Alice": "billing", "Bob": "owner"}),
        (LEAVES, {"Bob": "owner"}),
    ],
)
def test_whoever_offers_becomes_what_was_chosen(alice, ready, afterwards, after):
    offered = offer(alice, ready, afterwards)
    before = roles(alice.organisation)

    accept(offered, ready)

    assert (before, roles(alice.organisation)) == ({"Alice": "owner", "Bob": "sales"}, after)
    assert OwnershipOffer.objects.count() == 0


def test_all_owners_are_told_of_the_offer_and_of_what_came_of_it(alice, ready, join, letters):
    carla = join(alice.organisation, Role.OWNER, name="Carla").user

    accept(offer(alice, ready, LEAVES), ready)

    assert mailed(letters, "organisation_ownership_offered") == {ready.user.email}
    assert mailed(letters, "organisation_ownership_open") == {alice.user.email, carla.email}
    assert mailed(letters, "organisation_ownership_taken") == {
        alice.user.email,
        carla.email,
        ready.user.email,
    }


def test_both_steps_are_on_record(alice, ready):
    accept(offer(alice, ready), ready)

    with tenant(alice.organisation.id):
        recorded = Event.objects.filter(action__startswith="ownership.").order_by("occurred_at")
        acts = list(recorded.values_list("action", "actor_id"))
    assert acts == [("ownership.offered", alice.user.pk), ("ownership.accepted", ready.user.pk)]


def test_one_offer_is_open_at_a_time(alice, ready, join):
    offer(alice, ready)
    dana = join(alice.organisation, Role.EDITOR, name="Dana")

    with tenant(alice.organisation.id), pytest.raises(handing_over.OfferRefused) as refused:
        handing_over.offer_ownership(to=dana, afterwards=OWNER, by=alice.membership)

    assert refused.value.code == "open"


def test_after_a_week_it_is_over_and_another_can_be_made(alice, ready):
    offered = offer(alice, ready)
    OwnershipOffer.objects.update(purge_after=timezone.now() - timedelta(seconds=1))

    with pytest.raises(handing_over.OfferRefused):
        accept(offered, ready)

    assert offer(alice, ready).pk != offered.pk
    assert roles(alice.organisation)["Bob"] == "sales"


def test_both_sides_are_told_when_nobody_answered_within_a_week(alice, bob, letters):
    offer(alice, bob)
    OwnershipOffer.objects.update(purge_after=timezone.now() - timedelta(seconds=1))
    Job.objects.filter(task="organisations.offer_ended").update(due_at=Now())

    drain()

    told = mailed(letters, "organisation_ownership_ended")
    assert (told, OwnershipOffer.objects.count()) == ({alice.user.email, bob.user.email}, 0)


def test_an_offer_that_was_answered_ends_without_a_word(alice, bob, letters):
    offered = offer(alice, bob)
    with tenant(alice.organisation.id):
        handing_over.decline_offer(offer=offered, by=bob.membership)
    letters.clear()
    Job.objects.filter(task="organisations.offer_ended").update(due_at=Now())

    drain()

    assert letters == []


def test_the_end_of_an_offer_is_looked_for_when_it_comes(alice, bob):
    offered = offer(alice, bob)

    assert Job.objects.get(task="organisations.offer_ended").due_at == offered.purge_after


def test_without_two_step_sign_in_nobody_becomes_owner(alice, bob):
    with pytest.raises(handing_over.NeedsSecondStep):
        accept(offer(alice, bob), bob)

    assert roles(alice.organisation) == {"Alice": "owner", "Bob": "sales"}


def test_it_is_worth_no_more_than_who_made_it(alice, ready, join):
    carla = join(alice.organisation, Role.OWNER, name="Carla")
    offered = offer(alice, ready)
    with tenant(alice.organisation.id):
        remove_member(membership=alice.membership, by=carla)

    with pytest.raises(handing_over.OfferRefused):
        accept(offered, ready)


@pytest.mark.parametrize("who", ["offers", "is asked"])
def test_it_is_gone_with_whoever_offered_or_was_asked(alice, ready, join, who):
    carla = join(alice.organisation, Role.OWNER, name="Carla")
    offer(alice, ready)

    with tenant(alice.organisation.id):
        gone = alice.membership if who == "offers" else ready.membership
        remove_member(membership=gone, by=carla)

    assert OwnershipOffer.objects.count() == 0


def test_it_stays_when_somebody_else_goes(alice, ready, join):
    carla = join(alice.organisation, Role.SALES, name="Carla")
    offer(alice, ready)

    with tenant(alice.organisation.id):
        remove_member(membership=carla, by=alice.membership)

    assert OwnershipOffer.objects.count() == 1


def test_nobody_answers_for_another(alice, ready, join):
    offered = offer(alice, ready)
    dana = join(alice.organisation, Role.ADMIN, name="Dana")

    with tenant(alice.organisation.id), pytest.raises(handing_over.OfferRefused):
        handing_over.accept_offer(offer=offered, by=dana)


def test_only_owners_offer(alice, ready, join):
    admin = join(alice.organisation, Role.ADMIN, name="Dana")

    with tenant(alice.organisation.id), pytest.raises(NotAllowed):
        handing_over.offer_ownership(to=ready.membership, afterwards=OWNER, by=admin)


def test_a_team_beyond_its_plan_can_be_handed_over(alice, ready, join, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_nobody"
    join(alice.organisation, Role.SALES, name="Dana")
    has_plan(alice.organisation, "start")

    accept(offer(alice, ready, BILLING), ready)

    assert roles(alice.organisation)["Bob"] == "owner"


def test_a_stranger_is_never_offered_anything(alice, charlie):
    with tenant(alice.organisation.id), pytest.raises(handing_over.OfferRefused):
        handing_over.offer_ownership(to=charlie.membership, afterwards=OWNER, by=alice.membership)


# --- On the pages ---------------------------------------------------------------------------------


def test_an_owner_offers_and_reads_who_gets_the_bills(alice, bob, sign_in):
    BillingContact.objects.create(organisation=alice.organisation, email="bills@acme.example", language="nl")
    client = sign_in(alice.user)

    shown = client.get(page(alice, "ownership-offer"))
    sent = client.post(page(alice, "ownership-offer"), {"to": bob.membership.pk, "afterwards": "leaves"})

    assert shown.context["bills_go_to"] == [alice.user.email, "bills@acme.example"]
    assert (sent.status_code, OwnershipOffer.objects.get().to) == (302, bob.user)
    assert BillingContact.objects.get().email == "bills@acme.example"


def test_offering_asks_again_who_is_there(alice, bob, sign_in):
    client = sign_in(alice.user, stepped_up=False)

    answer = client.post(page(alice, "ownership-offer"), {"to": bob.membership.pk, "afterwards": "owner"})

    assert answer["Location"].startswith(reverse("accounts:step-up"))
    assert OwnershipOffer.objects.count() == 0


@pytest.mark.parametrize(
    ("session", "leads_to"),
    [
        ({"second_factor": False}, "accounts:two-step-setup"),
        ({"stepped_up": False}, "accounts:step-up"),
        ({}, "organisations:members"),
    ],
)
def test_accepting_asks_for_the_second_factor_and_again_who_is_there(alice, bob, sign_in, session, leads_to):
    offer(alice, bob)
    client = sign_in(bob.user, **session)

    answer = client.post(page(alice, "ownership-accept"))

    where = {"organisation": alice.organisation.slug} if leads_to == "organisations:members" else {}
    assert answer["Location"].startswith(reverse(leads_to, kwargs=where))
    assert (roles(alice.organisation)["Bob"] == "owner") == (not session)


def test_declining_changes_nothing_and_tells_the_owners(alice, bob, sign_in, letters):
    offer(alice, bob)

    sign_in(bob.user, second_factor=False).post(page(alice, "ownership-decline"))

    assert (roles(alice.organisation)["Bob"], OwnershipOffer.objects.count()) == ("sales", 0)
    assert mailed(letters, "organisation_ownership_ended") == {alice.user.email}


def test_another_owner_withdraws(alice, bob, join, sign_in, letters):
    offer(alice, bob)
    carla = join(alice.organisation, Role.OWNER, name="Carla")

    sign_in(carla.user).post(page(alice, "ownership-withdraw"))

    assert OwnershipOffer.objects.count() == 0
    assert mailed(letters, "organisation_ownership_ended") == {bob.user.email}


def test_whom_it_does_not_concern_sees_no_offer(alice, bob, join, sign_in):
    offer(alice, bob)
    dana = join(alice.organisation, Role.EDITOR, name="Dana")
    client = sign_in(dana.user)

    shown = client.get(page(alice, "ownership"))

    assert (shown.status_code, shown.context["offer"]) == (200, None)
    assert client.post(page(alice, "ownership-accept")).status_code == 404


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_the_mails_are_written_in_each_language(alice, ready, letters, language):
    accept(offer(alice, ready, BILLING), ready)

    told = [one for one in letters if one["template"].startswith("organisation_ownership_")]
    written = [
        compose(template=one["template"], context=one["context"], language=language).subject for one in told
    ]
    assert [("Acme" in subject) for subject in written] == [True] * 4


def test_the_person_who_was_asked_finds_it_in_their_own_data(alice, bob, sign_in):
    offer(alice, bob)

    answer = sign_in(bob.user).get(reverse("own-data:copy"))

    assert (answer.status_code, "Who was offered ownership" in answer.content.decode()) == (200, True)
