"""Rows with a date on which they go, put there as the superuser: retention is about tables, not leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from privacy import registry
from privacy.registry import Swept
from tenancy.ids import uuid7
from tenancy.keys import PLATFORM, key_store
from tests.architecture.rows import Seeded, insert, values_for
from tests.architecture.superuser import connect
from tests.cast import Member, _owner
from tests.privacy.drill import House, house

Add = Callable[..., UUID]


@pytest.fixture
def superuser(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    with connect() as connection:
        connection.autocommit = True
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture
def origin_rule() -> Swept:
    return next(swept for swept in registry.swept() if swept.table == "leads_leadorigin")


@pytest.fixture
def add_origin(superuser: psycopg.Connection[Any]) -> Add:
    """A lead of so many days ago with its network address, dated by the rule unless told otherwise."""

    def add(*, days: int, organisation: UUID | None = None, purge_after: str = "by rule") -> UUID:
        lead, owner = uuid7(), organisation or uuid4()
        seeded = Seeded(ids={"leads_lead": lead, "leads_leadorigin": lead})
        ago = superuser.execute("SELECT now() - make_interval(days => %s)", [days]).fetchone()
        goes = superuser.execute("SELECT %s + interval '90 days'", ago).fetchone()
        assert ago
        assert goes
        row = values_for(superuser, "leads_lead", owner, seeded) | {
            "submitted_at": ago[0],
            "purge_after": None,
        }
        insert(superuser, "leads_lead", row)
        origin = values_for(superuser, "leads_leadorigin", owner, seeded)
        origin["purge_after"] = goes[0] if purge_after == "by rule" else purge_after
        insert(superuser, "leads_leadorigin", origin)
        return lead

    return add


@pytest.fixture
def origins(superuser: psycopg.Connection[Any]) -> Callable[[], list[UUID]]:
    """The leads whose network address is still there."""
    return lambda: [row[0] for row in superuser.execute("SELECT id FROM leads_leadorigin ORDER BY id")]


@pytest.fixture
def ours(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[House]:
    """An installation of its own, whose database may be lost; the tests' own is left as it was."""
    with house(tmp_path, settings) as found:
        key_store().create(PLATFORM)
        key_store().create_signing_key()
        yield found


@pytest.fixture
def shop(ours: House) -> Member:
    return _owner("Alice", "Acme")
