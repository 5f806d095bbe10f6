"""A suspension: a reason, an appeal, an answer, and everything back as it was."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import PlatformRole
from audit.models import Event, PlatformEvent
from billing.access import Access
from billing.accounts import access_of, account_of
from billing.announcing import announce, announce_everywhere, announce_where_it_changed
from configurators.drafts import create_configurator, save_draft
from configurators.models import Configurator, Publication
from configurators.published import forget_everything
from configurators.publishing import publish
from delivery.jobs import JobCall
from delivery.letters import compose
from delivery.models import Job
from organisations import suspensions
from organisations.allowances import NoRoom
from organisations.invitations import accept_invitation, invite
from organisations.leaving import begin_purge, deactivate
from organisations.models import Invitation, Organisation, Suspension
from organisations.permissions import Role
from tenancy.context import tenant
from tests.factories import IDENTITY, make_lead, make_user, work_that_is_due
from tests.leads.conftest import Visitor
from tests.leads.definitions import veranda

WHY = "The page names another business."


@pytest.fixture
def support(db):
    """Somebody who does support for the platform."""
    person = make_user(name="Sam")
    PlatformRole.objects.create(user=person, role=PlatformRole.Role.SUPPORT)
    return person


@pytest.fixture
def suspended(alice, support):
    return suspensions.suspend(
        organisation=alice.organisation, reason="deceived", explanation=WHY, by=support
    )


def appeal(suspension, by, text="A mistake."):
    with tenant(by.organisation.id):
        return suspensions.appeal(suspension=suspension, text=text, by=by.membership)


def tell(organisation):
    with tenant(organisation.pk):
        announce(JobCall(organisation.pk))


def access_now(organisation):
    return access_of(account_of(Organisation.objects.get(pk=organisation.pk)))


def page(member, name, **more):
    return reverse(name, kwargs={"organisation": member.organisation.slug, **more})


def acts(organisation):
    with tenant(organisation.id):
        found = Event.objects.filter(action__startswith="organisation.suspen").order_by("occurred_at")
        return list(found.values_list("action", flat=True))


def mailed(letters, template):
    return {letter["to"] for letter in letters if letter["template"] == template}


def test_it_is_a_fact_beside_payments(alice, suspended, support):
    before = access_now(alice.organisation)

    suspensions.lift(suspension=suspended, text="Put right.", by=support)

    assert (before, access_now(alice.organisation)) == (Access.SUSPENDED, Access.FULL)


def test_the_owners_are_told_and_both_records_say_it(alice, bob, support, letters):
    suspensions.suspend(organisation=alice.organisation, reason="terms", explanation=WHY, by=support)

    assert mailed(letters, "organisation_suspended") == {alice.user.email}
    assert acts(alice.organisation) == ["organisation.suspended"]
    at_platform = PlatformEvent.objects.get(action="suspension.set")
    assert (at_platform.user_id, at_platform.organisation_id) == (support.pk, alice.organisation.pk)


def test_texts_are_sealed_and_read_again(suspended, alice):
    found = appeal(suspended, alice, "We are the same business.")

    row = Suspension.objects.get(pk=found.pk)
    assert (row.explanation_text, row.appeal_text) == (WHY, "We are the same business.")
    assert b"business" not in bytes(row.explanation) + bytes(row.appeal)


def test_whoever_appealed_finds_it_among_their_data_before_there_is_an_answer(alice, suspended, sign_in):
    appeal(suspended, alice, "It was our former name.")

    answer = sign_in(alice.user).get(reverse("own-data:copy"))

    assert (answer.status_code, "It was our former name." in answer.content.decode()) == (200, True)


def test_one_suspension_at_a_time(alice, suspended, support):
    with pytest.raises(suspensions.NotPossible):
        suspensions.suspend(organisation=alice.organisation, reason="terms", explanation=WHY, by=support)


def test_one_appeal_and_it_is_due_in_fourteen_days(alice, suspended, support, letters):
    found = appeal(suspended, alice)

    assert found.answer_due_at == found.appealed_at + timedelta(days=14)
    assert mailed(letters, "suspension_appealed") == {support.email}
    with pytest.raises(suspensions.NotPossible):
        appeal(suspended, alice)


def test_an_appeal_that_waits_is_told_of_again_before_it_is_due_and_each_day_after(
    alice, suspended, support, letters
):
    due = appeal(suspended, alice).answer_due_at
    letters.clear()
    told = []
    for day in (due - timedelta(days=3), due - timedelta(days=2), due + timedelta(hours=1)):
        with time_machine.travel(day, tick=False):
            work_that_is_due()
        told.append([(one["to"], one["context"]["late"]) for one in letters])
        letters.clear()

    assert told == [[(support.email, False)], [(support.email, False)], [(support.email, True)]]


def test_an_appeal_that_was_answered_is_not_told_of_again(alice, suspended, support, letters):
    appealed = appeal(suspended, alice)
    suspensions.uphold(suspension=suspended, text="It stays.", by=support)

    with time_machine.travel(appealed.answer_due_at, tick=False):
        work_that_is_due()

    assert mailed(letters, "suspension_appeal_waits") == set()


def test_upholding_answers_and_changes_nothing_else(alice, suspended, support, letters):
    appeal(suspended, alice)

    suspensions.uphold(suspension=suspended, text="The name still stands there.", by=support)

    row = Suspension.objects.get()
    assert (row.answer_text, row.ended_at, row.waits_for_an_answer) == (
        "The name still stands there.",
        None,
        False,
    )
    assert access_now(alice.organisation) is Access.SUSPENDED
    assert mailed(letters, "organisation_suspension_upheld") == {alice.user.email}


def test_lifting_answers_the_appeal_and_dates_the_row(alice, suspended, support, letters):
    appeal(suspended, alice)

    suspensions.lift(suspension=suspended, text="You are right.", by=support)

    row = Suspension.objects.get()
    assert (row.answer_text, row.purge_after - row.ended_at) == ("You are right.", timedelta(days=730))
    assert mailed(letters, "organisation_suspension_lifted") == {alice.user.email}
    assert acts(alice.organisation) == [
        "organisation.suspended",
        "organisation.suspension_appealed",
        "organisation.suspension_lifted",
    ]


def test_why_it_is_lifted_after_an_answer_is_read_beside_that_answer(alice, suspended, support):
    appeal(suspended, alice)
    suspensions.uphold(suspension=suspended, text="The name still stands there.", by=support)
    answered_at = Suspension.objects.get().answered_at

    with time_machine.travel(datetime(2027, 3, 2, 12, tzinfo=UTC), tick=False):
        suspensions.lift(suspension=suspended, text="The name is gone.", by=support)

    row = Suspension.objects.get()
    assert row.answer_text == "The name still stands there.\n\nLifted on 2 March 2027: The name is gone."
    assert row.answered_at == answered_at


def test_it_ends_with_the_organisation(alice, suspended):
    deactivate(alice.organisation, by=alice.user.pk)
    Organisation.objects.update(restorable_until=timezone.now())

    begin_purge(alice.organisation.pk)

    assert Suspension.objects.get().purge_after is not None


def test_nobody_joins_meanwhile(alice, support):
    dora = make_user(name="Dora")
    with tenant(alice.organisation.pk):
        asked = invite(
            organisation=alice.organisation, email=dora.email, role=Role.SALES, by=alice.membership
        )
    suspensions.suspend(organisation=alice.organisation, reason="terms", explanation=WHY, by=support)

    with pytest.raises(NoRoom, match="while the organisation is suspended"):
        accept_invitation(invitation=asked, user=dora)


def waiting():
    return set(Job.objects.filter(task="billing.announce").values_list("organisation_id", flat=True))


def test_where_nothing_is_sold_a_lost_job_is_made_up_for(alice, charlie, suspended):
    Job.objects.all().delete()

    announce_where_it_changed()

    assert waiting() == {alice.organisation.pk}


def test_where_nothing_is_sold_a_lost_job_of_lifting_is_made_up_for(alice, charlie, suspended, support):
    tell(alice.organisation)
    suspensions.lift(suspension=suspended, text="Put right.", by=support)
    Job.objects.all().delete()

    announce_where_it_changed()

    assert waiting() == {alice.organisation.pk}


def test_where_nothing_is_sold_the_daily_round_visits_who_is_suspended(alice, charlie, suspended):
    Job.objects.all().delete()

    announce_everywhere(timezone.localdate())

    assert waiting() == {alice.organisation.pk}


# --- What visitors see ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_form_is_gone_one_shown_before_is_accepted_and_lifting_brings_it_back(
    transactional_db, alice, support
):
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        made = create_configurator(name="Veranda", starting_from="blank", language="nl", by=alice.user.pk)
        save_draft(made, definition=veranda(), revision=1)
        publish(Configurator.objects.get(), by=alice.user.pk)
    forget_everything()
    visitor = Visitor(Publication.objects.get().public_key)
    filled_in = visitor.document()

    found = suspensions.suspend(organisation=alice.organisation, reason="terms", explanation=WHY, by=support)
    tell(alice.organisation)
    forget_everything()
    sent = visitor.send(filled_in)
    shown = visitor.client.get(visitor.address).content.decode()
    suspensions.lift(suspension=found, text="Put right.", by=support)
    tell(alice.organisation)
    forget_everything()

    assert sent.status_code == 201
    assert ("<form" in shown, "privacy@acme.example" in shown) == (False, True)
    assert "<form" in visitor.client.get(visitor.address).content.decode()


# --- On the pages ---------------------------------------------------------------------------------


def test_members_read_why_and_since_when(alice, bob, suspended, sign_in):
    client = sign_in(bob.user)

    (banner,) = client.get(page(bob, "organisations:overview")).context["banners"]
    shown = client.get(page(bob, "organisations:suspension"))

    assert (banner.title, "misled" in str(banner.text)) == ("This organisation is suspended", True)
    assert banner.url.endswith(page(bob, "organisations:suspension"))
    assert WHY in shown.content.decode()


@pytest.mark.parametrize("name", ["leads:inbox", "configurators:list", "privacy:desk", "billing:plan"])
def test_reading_always_works(alice, suspended, sign_in, name):
    assert sign_in(alice.user).get(page(alice, name)).status_code == 200


def test_exporting_works_and_changing_does_not(alice, support, sign_in):
    lead = make_lead(alice.organisation)
    suspensions.suspend(organisation=alice.organisation, reason="terms", explanation=WHY, by=support)
    client = sign_in(alice.user)

    exported = client.post(page(alice, "leads:export"), {"status": "", "since": "", "until": ""})
    changed = client.post(page(alice, "leads:status", pk=lead.pk), {"status": "won"})

    assert (exported.status_code, changed.status_code) == (302, 403)
    assert changed.context["withheld"].title == "This organisation is suspended"


def test_nobody_is_invited_meanwhile(alice, suspended, sign_in, letters):
    answer = sign_in(alice.user).post(
        page(alice, "organisations:invite"), {"email": "dora@example.org", "role": "sales"}
    )

    assert answer.context["withheld"].title == "This organisation is suspended"
    assert (answer.status_code, mailed(letters, "organisation_invitation")) == (403, set())


def test_no_invitation_is_sent_again_meanwhile(alice, support, sign_in, letters):
    with tenant(alice.organisation.pk):
        asked = invite(
            organisation=alice.organisation, email="dora@example.org", role=Role.SALES, by=alice.membership
        )
        Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    suspensions.suspend(organisation=alice.organisation, reason="terms", explanation=WHY, by=support)
    letters.clear()

    answer = sign_in(alice.user).post(page(alice, "organisations:invitation-resend", invitation=asked.pk))

    assert (answer.status_code, mailed(letters, "organisation_invitation")) == (403, set())


@pytest.mark.parametrize("name", ["billing:buy", "billing:change"])
def test_nothing_is_bought_meanwhile_and_the_page_says_why(alice, suspended, sign_in, settings, name):
    settings.STRIPE_SECRET_KEY = "sk_test_nobody"

    answer = sign_in(alice.user).post(page(alice, name), {"plan": "studio", "interval": "month"})

    assert answer.status_code == 403
    assert "misled" in str(answer.context["withheld"].text)


def test_an_owner_appeals_and_others_do_not(alice, bob, suspended, sign_in):
    refused = sign_in(bob.user).post(page(bob, "organisations:suspension-appeal"), {"text": "No."})
    empty = sign_in(alice.user).post(page(alice, "organisations:suspension-appeal"), {"text": " "})
    sent = sign_in(alice.user).post(page(alice, "organisations:suspension-appeal"), {"text": "No."})

    assert [one.status_code for one in (refused, empty, sent)] == [403, 422, 302]
    assert Suspension.objects.get().appeal_text == "No."


def test_support_suspends_and_decides_on_the_platforms_pages(alice, support, sign_in):
    client = sign_in(support)
    form = {"organisation": alice.organisation.slug, "reason": "abused", "explanation": WHY}

    client.post(reverse("platform:suspensions"), form)
    found = Suspension.objects.get()
    appeal(found, alice)
    shown = client.get(reverse("platform:suspension", args=[found.pk])).content.decode()
    client.post(reverse("platform:suspension", args=[found.pk]), {"outcome": "lift", "text": "Put right."})

    assert "A mistake." in shown
    assert Suspension.objects.get().ended_at is not None


def test_without_an_appeal_there_is_nothing_to_uphold(suspended, support, sign_in):
    address = reverse("platform:suspension", args=[suspended.pk])

    answer = sign_in(support).post(address, {"outcome": "uphold", "text": "It stays."})

    assert answer.status_code == 422


def test_for_everybody_else_those_pages_do_not_exist(alice, suspended, sign_in):
    client = sign_in(alice.user)

    assert client.get(reverse("platform:suspensions")).status_code == 404
    assert client.get(reverse("platform:suspension", args=[suspended.pk])).status_code == 404


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_the_mails_are_written_in_each_language(alice, support, letters, language):
    found = suspensions.suspend(organisation=alice.organisation, reason="terms", explanation=WHY, by=support)
    appeal(found, alice)
    suspensions.uphold(suspension=found, text="It stays.", by=support)
    suspensions.lift(suspension=found, text="Put right.", by=support)

    written = [
        compose(template=one["template"], context=one["context"], language=language).subject
        for one in letters
    ]
    assert ["Acme" in subject for subject in written] == [True] * 4
