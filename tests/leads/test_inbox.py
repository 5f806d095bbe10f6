"""The screens where an organisation works its leads."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.metering import usage_between
from leads.models import Lead, LeadEvent, Status
from organisations.administering import change_settings
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead, sign_in


def url(member: Member, name: str, **kwargs: object) -> str:
    return reverse(f"leads:{name}", kwargs={"organisation": member.organisation.slug, **kwargs})


def stored(lead: Lead) -> Lead:
    with tenant(lead.organisation_id):
        return Lead.objects.get(pk=lead.pk)


@pytest.mark.promise("C14")
def test_inbox_lists_only_own_leads(alice: Member, charlie: Member, client: Client) -> None:
    ours = make_lead(alice.organisation)
    make_lead(charlie.organisation)
    sign_in(client, alice)

    response = client.get(url(alice, "inbox"))

    assert [row.lead.pk for row in response.context["page"].rows] == [ours.pk]


def test_inbox_filters_by_status(alice: Member, client: Client) -> None:
    won = make_lead(alice.organisation, status=Status.WON)
    make_lead(alice.organisation)
    sign_in(client, alice)

    response = client.get(url(alice, "inbox"), {"status": "won"})

    assert [row.lead.pk for row in response.context["page"].rows] == [won.pk]


def test_a_status_that_does_not_exist_is_refused(alice: Member, client: Client) -> None:
    sign_in(client, alice)

    assert client.get(url(alice, "inbox"), {"status": "nonsense"}).status_code == 400


def test_pages_follow_each_other_without_gap(
    alice: Member, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.inbox.PAGE", 2)
    leads = [make_lead(alice.organisation).pk for _ in range(3)]
    sign_in(client, alice)

    first = client.get(url(alice, "inbox")).context["page"]
    second = client.get(url(alice, "inbox"), {"before": str(first.older)}).context["page"]

    assert [row.lead.pk for row in [*first.rows, *second.rows]] == leads[::-1]


def test_search_finds_one_exact_address(alice: Member, client: Client) -> None:
    found = make_lead(alice.organisation, email="sanne@example.org")
    make_lead(alice.organisation, email="sanne.other@example.org")
    sign_in(client, alice)

    response = client.post(url(alice, "search"), {"email": " Sanne@Example.org "})

    assert [row.lead.pk for row in response.context["page"].rows] == [found.pk]


def test_search_finds_nothing_of_another_organisation(alice: Member, charlie: Member, client: Client) -> None:
    make_lead(charlie.organisation, email="sanne@example.org")
    sign_in(client, alice)

    response = client.post(url(alice, "search"), {"email": "sanne@example.org"})

    assert response.context["page"].rows == []


def test_opening_a_lead_marks_it_read_once(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, alice)

    client.get(url(alice, "detail", pk=lead.pk))
    client.get(url(alice, "detail", pk=lead.pk))

    with tenant(alice.organisation.pk):
        assert LeadEvent.objects.filter(lead=lead, kind="read").count() == 1


def test_price_is_recalculated_and_matches(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, alice)

    assert client.get(url(alice, "detail", pk=lead.pk)).context["detail"].recheck.matches


def test_status_changes_and_is_told_in_the_timeline(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, alice)

    client.post(url(alice, "status", pk=lead.pk), {"status": "contacted"})

    assert stored(lead).status == Status.CONTACTED
    with tenant(alice.organisation.pk):
        event = LeadEvent.objects.get(lead=lead, kind="status")
    assert event.detail == {"from": "new", "to": "contacted"}


def test_quarantine_is_no_status_to_choose(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, alice)

    response = client.post(url(alice, "status", pk=lead.pk), {"status": "quarantined"})

    assert (response.status_code, stored(lead).status) == (422, Status.NEW)


def test_note_is_stored_sealed_and_shown_to_colleagues(alice: Member, bob: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, bob)

    client.post(url(bob, "note", pk=lead.pk), {"text": "Called back."})

    notes = client.get(url(bob, "detail", pk=lead.pk)).context["detail"].notes
    assert [(note.text, note.author) for note in notes] == [("Called back.", "Bob")]


def test_an_empty_note_keeps_the_page_and_says_why(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, alice)

    response = client.post(url(alice, "note", pk=lead.pk), {"text": " "})

    assert (response.status_code, list(response.context["note_form"].errors)) == (422, ["text"])


def test_released_lead_counts_and_is_announced(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation, status=Status.QUARANTINED)
    sign_in(client, alice)

    client.post(url(alice, "release", pk=lead.pk))

    assert stored(lead).status == Status.NEW


def test_a_fresh_request_that_is_spam_goes_after_thirty_days_and_does_not_count(
    alice: Member, client: Client
) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, alice)

    client.post(url(alice, "set-aside", pk=lead.pk))

    aside = stored(lead)
    with tenant(alice.organisation.pk):
        usage = usage_between(lead.submitted_at - timedelta(hours=1), timezone.now())
    assert (aside.status, (aside.purge_after - lead.submitted_at).days) == (Status.QUARANTINED, 30)
    assert (usage.counted, usage.set_off) == (1, 1)


@pytest.mark.parametrize("rounds", [1, 2])
def test_what_was_called_spam_and_is_none_after_all_counts(
    alice: Member, client: Client, rounds: int
) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, alice)

    for _ in range(rounds):
        client.post(url(alice, "set-aside", pk=lead.pk))
        client.post(url(alice, "release", pk=lead.pk))

    with tenant(alice.organisation.pk):
        usage = usage_between(lead.submitted_at - timedelta(hours=1), timezone.now())
    assert (stored(lead).status, usage.net) == (Status.NEW, 1)


def test_what_is_spam_in_the_end_does_not_count(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    sign_in(client, alice)

    for step in ("set-aside", "release", "set-aside"):
        client.post(url(alice, step, pk=lead.pk))

    with tenant(alice.organisation.pk):
        usage = usage_between(lead.submitted_at - timedelta(hours=1), timezone.now())
    assert (stored(lead).status, usage.net) == (Status.QUARANTINED, 0)


def test_a_request_of_last_week_is_not_set_aside(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    with tenant(alice.organisation.pk):
        Lead.objects.filter(pk=lead.pk).update(submitted_at=timezone.now() - timedelta(days=8))
    sign_in(client, alice)

    client.post(url(alice, "set-aside", pk=lead.pk))

    assert stored(lead).status == Status.NEW


def test_a_request_under_a_hold_that_is_spam_keeps_having_no_date(alice: Member, client: Client) -> None:
    lead = make_lead(alice.organisation)
    with tenant(alice.organisation.pk):
        Lead.objects.filter(pk=lead.pk).update(purge_after=None)
    sign_in(client, alice)

    client.post(url(alice, "set-aside", pk=lead.pk))

    assert stored(lead).purge_after is None


def test_shorter_retention_moves_the_date_of_every_lead(alice: Member) -> None:
    lead = make_lead(alice.organisation)

    with tenant(alice.organisation.pk):
        change_settings(
            organisation=alice.organisation, changes={"lead_retention_days": 10}, by=alice.membership
        )

    assert (stored(lead).purge_after - lead.submitted_at).days == 10
