"""A person is found by the keyed hash of their address or phone, in one organisation at a time."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from leads.models import Lead
from organisations.models import Organisation
from privacy import registry
from privacy.declarations import Subject
from privacy.subject import finding
from tenancy.context import tenant
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.subject.conftest import EMAIL, Known


def test_an_address_leads_to_its_leads_and_to_no_other(alice: Member) -> None:
    first, second = (make_lead(alice.organisation, email=EMAIL) for _ in range(2))
    make_lead(alice.organisation, email="jan@example.org")

    with tenant(alice.organisation.pk):
        assert finding.with_address("  Sanne@Example.ORG ") == [first.pk, second.pk]


def test_another_organisation_holds_nothing(alice: Member, charlie: Member) -> None:
    make_lead(alice.organisation, email=EMAIL)

    with tenant(charlie.organisation.pk):
        assert finding.with_address(EMAIL) == []


def test_a_phone_number_leads_to_its_lead(known: Known) -> None:
    with tenant(known.organisation.pk):
        assert finding.with_phone("+31 20 123 45 67") == [known.lead.pk]
        assert finding.with_phone("+31 20 765 43 21") == []


def test_the_address_to_which_leads_are_announced_is_not_a_person_who_asked(known: Known) -> None:
    with tenant(known.organisation.pk):
        assert finding.with_address("post@acme.example") == []


def test_the_columns_that_tell_who_somebody_is_are_read_from_the_declarations() -> None:
    found = [(index.held.table, index.column) for index in finding.indexes_of(registry.root_of(Subject.LEAD))]

    assert found == [("leads_leadcontact", "email_index"), ("leads_leadcontact", "phone_index")]


def test_finding_opens_nothing_and_asks_once(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenancy.encryption.unseal", None)
    with tenant(known.organisation.pk), CaptureQueriesContext(connections["default"]) as asked:
        finding.with_address(EMAIL)

    assert len(asked) == 1


def test_an_account_is_found_by_its_address(alice: Member) -> None:
    assert finding.account_with("ALICE@example.org") == alice.user
    assert finding.account_with("nobody@example.org") is None


def test_both_leads_exist_for_the_control(alice: Member, acme: Organisation) -> None:
    make_lead(acme, email=EMAIL)
    make_lead(acme, email="jan@example.org")
    with tenant(acme.pk):
        assert Lead.objects.count() == 2
