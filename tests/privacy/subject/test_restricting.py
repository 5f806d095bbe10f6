"""What a person had restricted is stored and does nothing else: it shows at no address and leaves by no way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from audit.models import Event, RecipientNotice
from delivery.drain import drain
from delivery.jobs import JobCall
from delivery.mail import open_letter, send_tenant_mail
from delivery.models import Job, MailState, SentMail
from leads import inbox
from leads.announcing import announce
from leads.figures import figures
from leads.models import Lead
from organisations.models import Organisation
from privacy import dating
from privacy.models import PrivacyRequest, Stage
from privacy.requests import cases
from privacy.subject import restricting
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.architecture.acme import Acme, fill
from tests.architecture.walk import ENTRIES, Identity, everything, fill_converters, routes
from tests.cast import Member
from tests.factories import make_lead, sign_in
from tests.privacy.subject.conftest import EMAIL, Known

CASE = UUID(int=5)


def restrict(known: Known) -> None:
    with tenant(known.organisation.pk):
        restricting.restrict([known.lead.pk], case_id=CASE, by=None)


@pytest.fixture
def filled(transactional_db: None) -> Iterator[Acme]:
    with override_settings(MAILBOX_ENABLED=False):
        yield fill()


def shown_to(who: str, acme: Acme, *, under: str = "") -> dict[str, list[str]]:
    """Every address of the organisation that shows something of the lead to somebody, and what.

    Leaving comes last: who has left is shown nothing, and a walk that went on would prove nothing.
    """
    asking = Identity(who, acme.people[who])
    seen: dict[str, list[str]] = {}
    for route in sorted(routes(), key=lambda route: route.name == "organisations:leave"):
        if not route.of_an_organisation or not route.name.startswith(under) or route.name not in ENTRIES:
            continue
        for method in ("GET", "POST", "PUT"):
            answer = asking.ask(route, fill_converters(route, acme), method)
            found = acme.canaries.found_in(everything(answer), kinds=("lead",))
            if found:
                seen.setdefault(route.name, found)
    return seen


@pytest.mark.promise("H29")
def test_no_address_shows_a_restricted_lead(filled: Acme) -> None:
    assert "leads:inbox" in shown_to("bob", filled, under="leads:")  # the control: this is how it shows
    with tenant(filled.organisation_id):
        restricting.restrict([UUID(filled.ids["lead"])], case_id=CASE, by=None)

    assert shown_to("bob", filled) == {}
    assert shown_to("alice", filled, under="leads:") == {}
    assert shown_to("gus", filled, under="leads:") == {}


@pytest.mark.promise("H29")
def test_storage_is_intact(known: Known) -> None:
    before = _rows(known)
    restrict(known)
    after = _rows(known)

    [changed] = [
        column for column, value in after["leads_lead"].items() if before["leads_lead"][column] != value
    ]
    assert changed == "restricted_at"
    assert after["leads_leadcontact"] == before["leads_leadcontact"]


def _rows(known: Known) -> dict[str, dict[str, Any]]:
    found = {}
    with tenant(known.organisation.pk), connections["default"].cursor() as cursor:
        for table in ("leads_lead", "leads_leadcontact"):
            cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [known.lead.pk])
            columns = [column[0] for column in cursor.description]
            found[table] = dict(zip(columns, cursor.fetchone(), strict=True))
    return found


@pytest.mark.promise("H29")
def test_a_restricted_lead_counts_in_no_list_search_or_figure(known: Known, alice: Member) -> None:
    make_lead(alice.organisation, email="jan@example.org")
    restrict(known)

    with tenant(known.organisation.pk):
        assert inbox.received().count() == 1
        assert inbox.with_email(EMAIL).count() == 0
        assert [tab.count for tab in inbox.tabs()][:2] == [1, 1]
        assert figures("EUR").this_month == 1
        assert Lead.stored.count() == 2


@pytest.mark.promise("H29")
def test_nothing_about_a_restricted_lead_is_mailed(alice: Member) -> None:
    lead = make_lead(alice.organisation, email=EMAIL)
    with tenant(alice.organisation.pk):
        waiting = send_tenant_mail(
            to=EMAIL, template="restriction_ends", context={"organisation": alice.organisation},
            language="nl", lead_id=lead.pk, purpose="test",
        )  # fmt: skip
        restricting.restrict([lead.pk], case_id=CASE, by=None)
        announce(JobCall(alice.organisation.pk, {"lead": str(lead.pk)}))

        assert list(SentMail.objects.values_list("pk", "state")) == [(waiting.pk, MailState.SUPPRESSED)]


def test_who_decides_on_such_requests_reads_that_it_is_restricted(
    client: Client, alice: Member, known: Known
) -> None:
    restrict(known)
    sign_in(client, alice)
    address = {"organisation": alice.organisation.slug, "pk": known.lead.pk}

    page = client.get(reverse("leads:detail", kwargs=address))

    assert (page.status_code, page.templates[0].name) == (200, "leads/restricted.html")
    assert "Sanne" not in page.content.decode()
    for name, form in {"leads:note": {"text": "x"}, "leads:status": {"status": "won"}}.items():
        assert client.post(reverse(name, kwargs=address), form).status_code == 404


def test_a_salesperson_finds_the_page_of_something_that_does_not_exist(
    client: Client, bob: Member, known: Known
) -> None:
    restrict(known)
    sign_in(client, bob)
    pages = [
        client.get(reverse("leads:detail", kwargs={"organisation": bob.organisation.slug, "pk": pk}))
        for pk in (known.lead.pk, uuid7())
    ]

    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].content == pages[1].content


def test_recipients_are_told_once_and_evidence_is_left(known: Known) -> None:
    restrict(known)
    restrict(known)

    with tenant(known.organisation.pk):
        assert list(RecipientNotice.objects.values_list("event", "case_id")) == [("lead.restricted", CASE)]
        assert Event.objects.filter(action="subject.restricted", object_id=known.lead.pk).count() == 1


@pytest.mark.promise("H29")
def test_the_person_is_told_before_a_restriction_ends(known: Known, alice: Member) -> None:
    restrict(known)
    with tenant(known.organisation.pk):
        ends = restricting.announce_lifting(
            [known.lead.pk], case_id=CASE, to=EMAIL, language="nl", by=alice.user.pk
        )
        [letter] = [
            open_letter(mail, known.organisation.pk)
            for mail in SentMail.objects.filter(template="restriction_ends")
        ]
        [job] = Job.objects.filter(task="privacy.lift_restriction")

        assert "Acme BV" in letter.subject
        assert job.due_at == ends > timezone.now() + timedelta(days=2)
        assert restricting.restricted_among([known.lead.pk]) == {known.lead.pk}
        restricting.lift(JobCall(known.organisation.pk, job.ids))
        restricting.lift(JobCall(known.organisation.pk, job.ids))
        assert restricting.restricted_among([known.lead.pk]) == set()
        assert Event.objects.filter(action="subject.restriction_lifted").count() == 1


def test_a_restriction_does_not_end_before_its_day(transactional_db: None, alice: Member) -> None:
    lead = make_lead(alice.organisation, email=EMAIL)
    with tenant(alice.organisation.pk):
        restricting.restrict([lead.pk], case_id=CASE, by=None)
        restricting.announce_lifting([lead.pk], case_id=CASE, to=EMAIL, language="nl", by=None)
    while drain(seconds=0.01):
        pass

    with tenant(alice.organisation.pk):
        assert restricting.restricted_among([lead.pk]) == {lead.pk}


@pytest.mark.promise("H29")
def test_a_request_for_restriction_is_carried_out_once_it_is_granted(
    transactional_db: None, alice: Member
) -> None:
    lead = make_lead(alice.organisation, email=EMAIL)
    other = make_lead(alice.organisation, email="jan@example.org")
    with tenant(alice.organisation.pk):
        request = cases.receive(
            right="restriction", channel="door", language="nl", email=EMAIL, proven="link"
        )
        cases.decide(request, decisions=[{"group": "*", "outcome": "restricted"}], by=alice.membership)
    while drain(seconds=0.01):
        pass

    with tenant(alice.organisation.pk):
        assert restricting.restricted_among([lead.pk, other.pk]) == {lead.pk}
        assert PrivacyRequest.objects.get(pk=request.pk).stage == Stage.FULFILLED


def test_a_restricted_lead_still_goes_on_its_day(known: Known) -> None:
    """Restriction stops use, not the end: the date moves with the organisation's period like any other."""
    restrict(known)
    Organisation.objects.filter(pk=known.organisation.pk).update(lead_retention_days=10)
    known.organisation.refresh_from_db()
    dating.follow_the_organisation(None, known.organisation)

    with tenant(known.organisation.pk):
        lead = Lead.stored.get(pk=known.lead.pk)
    assert lead.purge_after == lead.submitted_at + timedelta(days=10)
