"""Columns are emptied for good, and the row stays (promise H25)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from organisations.models import Organisation
from privacy import blanking, registry, retention
from privacy.models import AccountRequest, PrivacyRequest, RetentionRun
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import IDENTITY
from tests.privacy.makers import DAY, SECRET, in_slices_of, make_request, sweep_of

Outcome = RetentionRun.Outcome


def cut(table: str) -> RetentionRun:
    swept = next(each for each in registry.blanked() if each.table == table)
    run = retention.sweep(swept, due_day=DAY)
    assert run is not None
    return run


def ago(**period: float):
    return timezone.now() - timedelta(**period)


@pytest.mark.promise("D20", "H24")
def test_who_asked_is_cut_from_a_request(transactional_db: None, alice: Member, charlie: Member) -> None:
    due = [make_request(member.organisation, identifiers_until=ago(hours=1)) for member in (alice, charlie)]
    later = make_request(alice.organisation, identifiers_until=ago(hours=-1))

    run = cut("privacy_privacyrequest")

    with tenant(alice.organisation.pk):
        found = {
            each.pk: (each.person, each.person_index, each.wish, each.locators)
            for each in PrivacyRequest.objects.all()
        }
    assert found.pop(due[0].pk) == (None, None, None, None)
    assert [bytes(part) for part in found.pop(later.pk)] == [SECRET] * 4
    assert (run.outcome, run.rows_planned, run.rows_deleted, run.overdue_seconds) == (Outcome.DONE, 2, 2, 0)


def test_who_asked_the_platform_is_cut_too(transactional_db: None) -> None:
    make_request(None, identifiers_until=ago(hours=1))

    cut("privacy_accountrequest")

    found = AccountRequest.objects.get()
    assert (found.person, found.person_index, found.wish, found.locators) == (None, None, None, None)


def test_the_request_itself_stays_until_its_own_date(transactional_db: None, alice: Member) -> None:
    make_request(alice.organisation, identifiers_until=ago(hours=1), purge_after=ago(hours=-1))

    cut("privacy_privacyrequest")
    retention.sweep_all(due_day=DAY)

    with tenant(alice.organisation.pk):
        assert PrivacyRequest.objects.count() == 1


@pytest.mark.promise("H25")
def test_nothing_of_an_organisation_leads_back_to_anybody(transactional_db: None, alice: Member) -> None:
    Organisation.objects.update(
        **IDENTITY, embed_domains=["acme.example"], notification_email="sales@acme.example"
    )
    Organisation.objects.update(terminated_at=ago(days=800), blank_after=ago(hours=1))

    sweep_of("organisations_organisation")

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(o)::text FROM organisations_organisation o")
        [(row,)] = cursor.fetchall()
    assert "acme" not in row.lower()
    assert str(alice.user.pk) not in row
    assert "Dorpsstraat" not in row


def test_a_blanked_row_is_not_dated_again(transactional_db: None, alice: Member) -> None:
    Organisation.objects.update(terminated_at=ago(days=800))
    retention.sweep_all(due_day=DAY)

    retention.sweep_all(due_day=DAY)

    assert Organisation.objects.get(pk=alice.organisation.pk).blank_after is None


def test_many_rows_are_cut_in_slices(
    transactional_db: None, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_slices_of(2, monkeypatch)
    for _number in range(5):
        make_request(alice.organisation, identifiers_until=ago(hours=1))

    run = cut("privacy_privacyrequest")

    assert (run.rows_deleted, run.slices) == (5, 3)


def test_an_abnormal_number_waits_here_too(
    transactional_db: None, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ALWAYS_ALLOWED", 1)
    for _number in range(2):
        make_request(alice.organisation, identifiers_until=ago(hours=1))

    held = cut("privacy_privacyrequest")
    approved = retention.approve(held.pk, plan=retention.plan_hash(held))

    assert (held.outcome, held.rows_deleted) == (Outcome.HELD, 0)
    assert (approved.outcome, approved.rows_deleted) == (Outcome.DONE, 2)


def test_everything_that_is_declared_so_can_be_blanked(db: None) -> None:
    assert all(blanking.empty(swept, name) for swept in registry.blanked() for name in swept.blanks)
