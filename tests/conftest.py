"""Tests run as the role ``app`` against a Postgres of their own (tests/cluster_plugin.py)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from tenancy.keys import PLATFORM, key_store
from tenancy.planes import TABLES

ALIASES = ["default", "intake", "owner", "janitor"]
DB_FIXTURES = {"db", "transactional_db", "live_server", "acme", "globex", "alice", "bob", "charlie"}
#: Whose rows Django makes after migrations.
OF_MIGRATE = {"auth_permission", "django_content_type"}
TRANSACTIONAL_FIXTURES = {"transactional_db", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every database test all aliases: one that asks for ``default`` alone would use the real one."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if marker or fixtures & DB_FIXTURES:
            options = dict(marker.kwargs) if marker else {}
            if fixtures & TRANSACTIONAL_FIXTURES:
                options["transaction"] = True
            item.add_marker(pytest.mark.django_db(**{**options, "databases": ALIASES}), append=False)
            item.fixturenames.insert(0, "never_the_real_database")


@pytest.fixture(scope="session")
def never_the_real_database(django_db_setup: None) -> Iterator[None]:
    """Refuse to run against a database whose name does not say that it is a test's.

    At the end every alias hangs up, or the test database could not be dropped.
    """
    for connection in connections.all():
        assert "test_" in connection.settings_dict["NAME"]
    yield
    connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def the_record_can_be_emptied_between_tests() -> None:
    """What its owner may not do to the record without taking the right back first is done that way here.

    A log by row: truncating a hundred days after each test would take longer than the tests. The rest at
    once, since a table can only be truncated together with those that refer to it. What ``migrate`` writes
    by itself stays, so that it need not be written again after each.
    """
    truncate = DatabaseOperations.sql_flush
    flush.emit_post_migrate_signal = lambda *given, **named: None

    def sql_flush(self: DatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
        tables = [name for name in tables if name not in OF_MIGRATE]
        closed = [name for name in tables if name in TABLES and TABLES[name].append_only]
        by_row = [name for name in closed if TABLES[name].daily]
        at_once = [name for name in closed if not TABLES[name].daily]
        statements = [f"GRANT TRUNCATE ON {name} TO CURRENT_USER" for name in at_once]
        statements += truncate(self, style, [name for name in tables if name not in by_row], **options)
        statements += [f"REVOKE TRUNCATE ON {name} FROM CURRENT_USER" for name in at_once]
        for name in by_row:
            statements += [f"GRANT DELETE ON {name} TO CURRENT_USER", f"DELETE FROM {name}"]
            statements += [f"REVOKE DELETE ON {name} FROM CURRENT_USER"]
        return statements

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign,assignment]


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """One round of hashing; tests that are about hashing set the real hashers."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nobodys_language() -> Iterator[None]:
    """A request leaves its reader's language behind in the thread."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def ledger_of_its_own(settings, tmp_path: Path) -> None:
    """The database forgets after each test, and so does the ledger: the two must agree."""
    settings.LEDGER_DIR = tmp_path / "ledger"


@pytest.fixture(scope="session", autouse=True)
def platform_keys() -> None:
    """The platform's own keys, made once as ``make run`` does."""
    key_store().create(PLATFORM)
    key_store().create_signing_key()


pytest_plugins = ["tests.cast"]
