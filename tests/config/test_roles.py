"""The roles are what the wall needs them to be."""

import os

import psycopg
import pytest

from config.roles import RolesError, create_roles, database_name


@pytest.fixture(scope="module")
def owner():
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("role", "superuser", "bypasses", "inherits"),
    [
        ("app", False, False, False),
        ("backup", False, True, True),
        ("janitor", False, False, False),
        ("owner", False, True, True),
    ],
)
def test_each_role_may_step_over_the_wall_only_where_meant(owner, role, superuser, bypasses, inherits):
    row = owner.execute(
        "SELECT rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolreplication FROM pg_roles "
        "WHERE rolname = %s",
        [role],
    ).fetchone()
    assert row == (superuser, bypasses, inherits, False, False)


def test_app_and_janitor_are_members_of_nothing(owner):
    rows = owner.execute(
        "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
        "WHERE r.rolname IN ('app', 'janitor')"
    ).fetchall()
    assert rows == []


def test_a_statement_of_app_is_cut_off(owner):
    with psycopg.connect(os.environ["APP_DATABASE_URL"]) as connection:
        limits = [
            connection.execute(f"SHOW {name}").fetchone()[0]
            for name in ("statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout")
        ]
    assert limits == ["5s", "15s", "10s"]


@pytest.mark.promise("A6")
def test_app_cannot_make_a_table():
    with (
        psycopg.connect(os.environ["APP_DATABASE_URL"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE public.mine (id int)")


def test_backup_cannot_write():
    with (
        psycopg.connect(os.environ["BACKUP_DATABASE_URL"]) as connection,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        connection.execute("CREATE TEMP TABLE mine (id int)")


def test_a_server_that_can_lose_what_it_acknowledged_is_refused(tmp_path):
    with pytest.raises(RolesError, match="fsync = off"):
        create_roles(
            os.environ["TEST_SUPERUSER_DATABASE_URL"],
            passwords=dict.fromkeys(("owner", "app", "janitor", "backup"), "x"),
        )


def test_an_address_without_a_database_is_refused():
    with pytest.raises(RolesError, match="names no database"):
        database_name("postgres://someone@localhost")
