"""One database, four roles."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import databases

SECRET = "s" * 40


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in (*databases.ROLES, ""):
        monkeypatch.delenv(f"{role.upper()}_DATABASE_URL".lstrip("_"), raising=False)


def test_a_process_given_only_the_apps_role_can_become_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_DATABASE_URL", "postgres://app:secret@db/opmaat")

    assert list(databases.aliases(secret_key=SECRET)) == ["default", "intake"]


@pytest.mark.promise("A6")
def test_the_other_roles_are_derived_from_an_owners_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://postgres:secret@db/opmaat")

    aliases = databases.aliases(secret_key=SECRET)

    assert {name: alias["USER"] for name, alias in aliases.items()} == {
        "default": "app",
        "intake": "app",
        "owner": "owner",
        "janitor": "janitor",
    }


def test_without_any_connection_the_remedy_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="make run"):
        databases.aliases(secret_key=SECRET)


def test_a_sockets_folder_is_written_in_the_place_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_DATABASE_URL", "postgres://app:secret@%2Ftmp%2Fsocket/opmaat")

    assert databases.aliases(secret_key=SECRET)["default"]["HOST"] == "/tmp/socket"
