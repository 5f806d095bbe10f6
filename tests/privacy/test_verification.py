from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from privacy import verification
from privacy.verification import Report
from tests.architecture.rows import Seeded, insert, values_for
from tests.privacy.conftest import Add


@pytest.fixture
def organisation(superuser: psycopg.Connection[Any]) -> UUID:
    ids = Seeded(ids={"organisations_organisation": UUID(int=7)})
    row = values_for(superuser, "organisations_organisation", UUID(int=7), ids)
    insert(
        superuser, "organisations_organisation", row | {"lead_retention_days": 365, "restorable_until": None}
    )
    return UUID(int=7)


def report(table: str) -> Report:
    return next(each for each in verification.verify() if each.rule.endswith(f":{table}"))


def test_dates_by_the_rule_are_right(add_origin: Add, organisation: UUID) -> None:
    add_origin(days=10, organisation=organisation)

    found = report("leads_leadorigin")

    assert (found.rows, found.overstayed, found.too_early, found.undated) == (1, 0, 0, 0)
    assert not found.wrong


def test_a_row_kept_too_long_is_found(add_origin: Add, organisation: UUID) -> None:
    add_origin(days=100, organisation=organisation, purge_after="2999-01-01T00:00:00Z")

    found = report("leads_leadorigin")

    assert found.overstayed == 1
    assert found.wrong


def test_a_date_that_is_too_early_is_found(add_origin: Add, organisation: UUID) -> None:
    add_origin(days=10, organisation=organisation, purge_after="2026-01-01T00:00:00Z")

    found = report("leads_leadorigin")

    assert found.too_early == 1
    assert found.wrong


def test_a_lead_is_counted_by_its_organisation_s_period(add_origin: Add, organisation: UUID) -> None:
    add_origin(days=400, organisation=organisation)

    found = report("leads_lead")

    assert (found.rows, found.overstayed, found.undated) == (1, 1, 1)


def test_every_rule_can_be_verified(transactional_db: None) -> None:
    assert all(not found.wrong for found in verification.verify())
