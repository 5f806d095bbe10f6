"""The record as the database's superuser can bend it, and a log with rows of long ago."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings

from tenancy import partitions
from tenancy.ids import uuid7_at
from tests.architecture.superuser import connect

AddAccess = Callable[..., UUID]


@pytest.fixture
def superuser(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    with connect() as connection:
        connection.autocommit = True
        yield connection


@pytest.fixture
def make_day(transactional_db: None) -> Iterator[Callable[[date], object]]:
    """Days of long ago, as if the log had been kept all along."""
    yield lambda day: partitions.make_days(day, day)
    today = partitions.today()
    with connect() as connection:
        for table in partitions.daily_tables():
            for day in partitions.days_of(table):
                if day < today:
                    connection.execute(f"DROP TABLE {table}_{day:%Y%m%d}")


@pytest.fixture
def add_access(superuser: psycopg.Connection[Any], make_day: Callable[[date], object]) -> AddAccess:
    """One row of an organisation's access log as it was written so many days ago."""

    def add(organisation: UUID, *, days: float) -> UUID:
        occurred_at = datetime.now(UTC) - timedelta(days=days)
        key = uuid7_at(occurred_at)
        make_day(occurred_at.date())
        superuser.execute(
            "INSERT INTO audit_accessevent (organisation_id, id, action, kind, detail, occurred_at, purge_after)"
            " VALUES (%s, %s, 'lead.viewed', 'lead', '{}', %s, %s)",
            [
                organisation,
                key,
                occurred_at,
                occurred_at + timedelta(days=settings.RETENTION_ACCESS_LOG_DAYS),
            ],
        )
        return key

    return add
