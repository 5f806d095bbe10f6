"""What payments withhold: only changes, one step at a time, and never the people's own rights."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from billing.access import Access
from billing.announcing import (
    SETTLING,
    announce,
    announce_where_it_changed,
    when_the_standing_changes,
)
from billing.models import BillingAccount, UsageRecord
from configurators.drafts import create_configurator
from configurators.models import Configurator, Publication
from configurators.published import forget_everything
from configurators.publishing import publish
from delivery.jobs import JobCall
from delivery.models import AccountMail, Job
from leads.models import Lead, Status
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.billing.selling import has_plan, overdue_since
from tests.factories import IDENTITY, make_lead, make_version, sign_in


@pytest.fixture(autouse=True)
def sold(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_nobody"


def page(name: str, whose: Any, **more: Any) -> str:
    return reverse(name, kwargs={"organisation": whose.organisation.slug, **more})


def tell(organisation: Organisation) -> None:
    with tenant(organisation.pk):
        announce(JobCall(organisation.pk))


def told(organisation: Organisation) -> str:
    return BillingAccount.objects.get(organisation=organisation).told_access


# --- On the pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "status"), [(1, 302), (20, 302), (31, 403), (61, 403)])
def test_changing_waits_after_a_month(alice: Any, client: Client, days: int, status: int) -> None:
    lead = make_lead(alice.organisation)
    overdue_since(alice.organisation, days=days)
    sign_in(client, alice)

    answer = client.post(page("leads:status", alice, pk=lead.pk), {"status": "won"})

    assert answer.status_code == status


@pytest.mark.parametrize("name", ["leads:inbox", "configurators:list", "privacy:desk", "billing:plan"])
def test_looking_never_waits(alice: Any, client: Client, name: str) -> None:
    overdue_since(alice.organisation, days=90)
    sign_in(client, alice)

    assert client.get(page(name, alice)).status_code == 200


def test_taking_along_never_waits(alice: Any, client: Client) -> None:
    make_lead(alice.organisation)
    overdue_since(alice.organisation, days=90)
    sign_in(client, alice)

    answer = client.post(page("leads:export", alice), {"status": "", "since": "", "until": ""})

    assert answer.status_code == 302


def test_removing_a_member_never_waits(alice: Any, bob: Any, client: Client) -> None:
    overdue_since(alice.organisation, days=90)
    sign_in(client, alice)

    client.post(page("organisations:member-remove", alice, member=bob.membership.pk))

    assert list(alice.organisation.memberships.values_list("user__name", flat=True)) == ["Alice"]


def test_saving_a_suspected_request_from_its_erasure_never_waits(alice: Any, client: Client) -> None:
    lead = make_lead(alice.organisation, status=Status.QUARANTINED)
    overdue_since(alice.organisation, days=90)
    sign_in(client, alice)

    client.post(page("leads:release", alice, pk=lead.pk))

    with tenant(alice.organisation.pk):
        assert Lead.objects.get(pk=lead.pk).status == Status.NEW


@pytest.mark.parametrize(("days", "status"), [(1, 302), (20, 403)])
def test_inviting_waits_as_all_adding_does(alice: Any, client: Client, days: int, status: int) -> None:
    overdue_since(alice.organisation, days=days)
    sign_in(client, alice)

    answer = client.post(page("organisations:invite", alice), {"email": "dora@example.org", "role": "sales"})

    assert answer.status_code == status


def test_the_refusal_leads_to_the_plan(alice: Any, client: Client) -> None:
    overdue_since(alice.organisation, days=40)
    sign_in(client, alice)

    answer = client.post(page("configurators:create", alice), {"name": "X", "starting_from": "blank"})

    assert answer.status_code == 403
    assert answer.context["withheld"].url.endswith(page("billing:plan", alice))


def test_where_nothing_is_sold_nothing_waits(alice: Any, client: Client, settings: Any) -> None:
    overdue_since(alice.organisation, days=90)
    settings.STRIPE_SECRET_KEY = ""
    sign_in(client, alice)

    answer = client.post(page("configurators:create", alice), {"name": "X", "starting_from": "blank"})

    assert answer.status_code == 302


def test_everybody_reads_the_banner_and_who_may_see_the_plan_gets_the_way(
    alice: Any, bob: Any, client: Client
) -> None:
    overdue_since(alice.organisation, days=2)
    sign_in(client, alice)
    (hers,) = client.get(page("organisations:overview", alice)).context["banners"]
    client.force_login(bob.user)
    (his,) = client.get(page("organisations:overview", bob)).context["banners"]

    assert (hers.title, hers.url != "") == ("A payment did not arrive", True)
    assert (his.title, his.url) == ("A payment did not arrive", "")


def test_the_end_of_a_trial_is_announced_three_days_before(alice: Any, client: Client) -> None:
    BillingAccount.objects.filter(organisation=alice.organisation).update(
        trial_ends_at=timezone.now() + timedelta(days=2)
    )
    sign_in(client, alice)

    (banner,) = client.get(page("organisations:overview", alice)).context["banners"]

    assert banner.title == "The trial ends soon"


@pytest.mark.parametrize(("days", "comes"), [(1, Access.INTAKE_ONLY), (40, Access.CLOSED), (70, None)])
def test_after_a_trial_the_page_tells_what_is_still_to_come(
    alice: Any, client: Client, days: int, comes: Access | None
) -> None:
    """That nothing can be added is so from the first day, and the banner says it."""
    BillingAccount.objects.filter(organisation=alice.organisation).update(
        trial_ends_at=timezone.now() - timedelta(days=days)
    )
    sign_in(client, alice)

    step = client.get(page("billing:plan", alice)).context["plan"].next_step

    assert (step and step[0]) == comes


# --- What is told ---------------------------------------------------------------------------------


def test_a_step_down_is_recorded_mailed_and_told_once(alice: Any) -> None:
    overdue_since(alice.organisation, days=20)

    tell(alice.organisation)
    tell(alice.organisation)

    with tenant(alice.organisation.pk):
        recorded = Event.objects.filter(action="billing.access_changed").values_list("detail", flat=True)
        assert list(recorded) == [{"before": "full", "after": "limited"}]
    assert AccountMail.objects.filter(template="billing_access").count() == 1
    assert told(alice.organisation) == Access.LIMITED


def test_what_changed_settles_before_it_is_told(alice: Any) -> None:
    """An invoice that is paid is heard of before the subscription that is active again."""
    when_the_standing_changes(None, has_plan(alice.organisation, "start"))

    assert Job.objects.get(task="billing.announce").due_at > timezone.now() + SETTLING / 2


def test_time_alone_leads_to_the_next_step(alice: Any, charlie: Any) -> None:
    has_plan(charlie.organisation, "start")
    overdue_since(alice.organisation, days=20)
    Job.objects.all().delete()

    assert announce_where_it_changed() == 1
    jobs = Job.objects.filter(task="billing.announce").values_list("organisation_id", flat=True)
    assert list(jobs) == [alice.organisation.pk]


def test_forms_are_hidden_when_closed_and_shown_again_when_paid(alice: Any) -> None:
    make_version(alice.organisation)
    overdue_since(alice.organisation, days=61)
    tell(alice.organisation)
    hidden = Publication.objects.get().form_hidden

    BillingAccount.objects.filter(organisation=alice.organisation).update(overdue_since=None)
    tell(alice.organisation)

    assert (hidden, Publication.objects.get().form_hidden) == (True, False)


def test_forms_are_hidden_beyond_ten_times_what_the_plan_includes(alice: Any) -> None:
    make_version(alice.organisation)
    has_plan(alice.organisation, "start", leads_per_month=1)
    with tenant(alice.organisation.pk):
        for _ in range(11):
            UsageRecord.objects.create(lead_ref=uuid7(), occurred_at=timezone.now())

    tell(alice.organisation)

    assert Publication.objects.get().form_hidden is True
    assert told(alice.organisation) == Access.FULL


def test_a_first_publication_has_no_form_where_the_others_have_none(alice: Any) -> None:
    Organisation.objects.filter(pk=alice.organisation.pk).update(**IDENTITY)
    with tenant(alice.organisation.pk):
        made = create_configurator(name="X", starting_from="veranda", language="nl", by=alice.user.pk)
        overdue_since(alice.organisation, days=61)

        publish(made, by=alice.user.pk)

    assert Publication.objects.get().form_hidden is True


def test_publishing_again_leaves_the_form_as_it_was_decided(alice: Any) -> None:
    make_version(alice.organisation)
    Publication.objects.update(form_hidden=True)

    with tenant(alice.organisation.pk):
        publish(Configurator.objects.get(), by=alice.user.pk)

    assert Publication.objects.get().form_hidden is True


@pytest.mark.django_db(transaction=True)
def test_the_page_without_its_form_says_how_to_reach_the_business(
    transactional_db: None, alice: Any, client: Client
) -> None:
    make_version(alice.organisation)
    publication = Publication.objects.get()
    Publication.objects.update(form_hidden=True)
    forget_everything()

    answer = client.get(reverse("public:page", args=[publication.public_key]))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert ("<form" in text, "privacy@acme.example" in text, "Dorpsstraat 1" in text) == (False, True, True)
