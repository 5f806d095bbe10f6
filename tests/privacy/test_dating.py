"""Dates are computed in bulk, from the anchors, when something that they depend on moves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from leads.models import Lead, LeadOrigin, Status
from organisations.administering import change_settings
from organisations.models import Organisation
from organisations.signals import lifecycle_changed
from privacy import dating, registry, retention, verification
from privacy.models import PrivacyRequest
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.makers import DAY, make_request


def dates(member: Member) -> list[datetime | None]:
    with tenant(member.organisation.pk):
        return list(Lead.objects.order_by("id").values_list("purge_after", flat=True))


def end_on(organisation: Organisation, moment: datetime | None) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(terminated_at=moment, restorable_until=moment)
    with tenant(organisation.pk):
        lifecycle_changed.send(sender=Organisation, organisation=organisation)


def test_another_period_moves_the_leads_of_this_organisation(alice: Member, charlie: Member) -> None:
    ours, theirs = make_lead(alice.organisation), make_lead(charlie.organisation)
    suspect = make_lead(alice.organisation, status=Status.QUARANTINED)

    with tenant(alice.organisation.pk):
        change_settings(
            organisation=alice.organisation, changes={"lead_retention_days": 100}, by=alice.membership
        )

    assert dates(alice) == [
        ours.submitted_at + timedelta(days=100),
        suspect.submitted_at + timedelta(days=30),
    ]
    assert dates(charlie) == [theirs.purge_after]


@pytest.mark.promise("H22")
def test_leads_end_with_the_agreement(alice: Member) -> None:
    lead, ends = make_lead(alice.organisation), timezone.now() + timedelta(days=30)

    end_on(alice.organisation, ends)

    assert dates(alice) == [ends]
    with tenant(alice.organisation.pk):
        assert LeadOrigin.objects.get(lead=lead).purge_after == ends


@pytest.mark.promise("H22")
def test_leads_without_a_period_end_with_the_agreement_too(alice: Member) -> None:
    make_lead(alice.organisation)
    Organisation.objects.update(lead_retention_days=None)
    ends = timezone.now() + timedelta(days=30)

    end_on(alice.organisation, ends)

    assert dates(alice) == [ends]


@pytest.mark.promise("H22")
def test_a_shorter_period_still_counts_after_the_end(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    Organisation.objects.update(lead_retention_days=7)

    end_on(alice.organisation, timezone.now() + timedelta(days=30))

    assert dates(alice) == [lead.submitted_at + timedelta(days=7)]


def test_a_restored_organisation_gets_its_dates_back(alice: Member) -> None:
    lead = make_lead(alice.organisation)
    end_on(alice.organisation, timezone.now() + timedelta(days=30))

    end_on(alice.organisation, None)

    assert dates(alice) == [lead.purge_after]


def test_the_organisation_itself_is_dated(alice: Member) -> None:
    ends = timezone.now()

    end_on(alice.organisation, ends)

    alice.organisation.refresh_from_db()
    assert alice.organisation.blank_after == ends.replace(year=ends.year + 2)


def test_a_request_is_dated_once_it_is_closed(alice: Member) -> None:
    closed = timezone.now() - timedelta(days=3)
    open_one, closed_one = (make_request(alice.organisation, closed_at=each) for each in (None, closed))

    dating.catch_up()

    with tenant(alice.organisation.pk):
        found = {each.pk: (each.identifiers_until, each.purge_after) for each in PrivacyRequest.objects.all()}
    assert found == {
        open_one.pk: (None, None),
        closed_one.pk: (closed + timedelta(days=84), closed + timedelta(days=730)),
    }


def test_another_setting_of_the_installation_moves_everything(
    transactional_db: None, alice: Member, settings
) -> None:
    lead = make_lead(alice.organisation, status=Status.QUARANTINED)
    dating.catch_up()
    retention.sweep_all(due_day=DAY)
    settings.RETENTION_QUARANTINE_DAYS = 3

    dating.catch_up()

    assert dates(alice) == [lead.submitted_at + timedelta(days=3)]


def test_the_rules_have_a_version(settings) -> None:
    before = registry.digest()

    settings.RETENTION_QUARANTINE_DAYS = 3

    assert registry.digest() != before


def test_both_ways_of_computing_agree(alice: Member) -> None:
    for status in (Status.NEW, Status.QUARANTINED):
        make_lead(alice.organisation, status=status)
    make_request(alice.organisation, closed_at=timezone.now())
    make_request(None, closed_at=timezone.now())
    end_on(alice.organisation, timezone.now() + timedelta(days=300))

    dating.catch_up()

    assert [str(report) for report in verification.verify() if report.overstayed or report.too_early] == []
