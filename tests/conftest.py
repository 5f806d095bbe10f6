"""Tests run as the role ``app`` against a Postgres of their own (tests/cluster_plugin.py)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from tenancy.keys import PLATFORM, key_store

ALIASES = ["default", "intake", "owner", "janitor"]
DB_FIXTURES = {"db", "transactional_db", "live_server", "acme", "globex", "alice", "bob", "charlie"}
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
def cheap_passwords() -> None:
    """One round of hashing; tests that are about hashing set the real hashers."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def ledger_of_its_own(settings, tmp_path: Path) -> None:
    """The database forgets after each test, and so does the ledger: the two must agree."""
    settings.LEDGER_DIR = tmp_path / "ledger"


@pytest.fixture(scope="session", autouse=True)
def platform_keys() -> None:
    """The platform's own keys, made once as ``make run`` does."""
    key_store().create(PLATFORM)


pytest_plugins = ["tests.cast"]
