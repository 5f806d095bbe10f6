"""The database and its four roles, made or brought up to date. Running it again changes nothing.

``owner`` migrates, ``app`` serves people and work, ``janitor`` sweeps what has expired, ``backup`` reads
everything and changes nothing. Only ``owner`` and ``backup`` may step over row-level security.
"""

import contextlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config import environment
from config.databases import ROLES, role_password

#: LOGIN is given to all, SUPERUSER, CREATEROLE and REPLICATION to none.
BYPASSES = {"owner": True, "app": False, "janitor": False, "backup": True}
INHERITS = {"owner": True, "app": False, "janitor": False, "backup": True}
LIMITS: dict[str, dict[str, str]] = {
    "app": {
        "statement_timeout": "5s",
        "transaction_timeout": "15s",
        "idle_in_transaction_session_timeout": "10s",
        "lock_timeout": "4s",
    },
    "owner": {"lock_timeout": "10s"},
    "janitor": {"statement_timeout": "60s", "lock_timeout": "4s"},
    "backup": {"default_transaction_read_only": "on"},
}
MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")


class RolesError(RuntimeError):
    """The roles cannot be as they must; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RoleUrls:
    """One address per role, all of the same database."""

    owner: str
    app: str
    janitor: str
    backup: str

    def environment(self) -> dict[str, str]:
        """The variables that ``config.settings`` reads."""
        return {f"{role.upper()}_DATABASE_URL": getattr(self, role) for role in ROLES}


def create_roles(
    superuser_url: str,
    *,
    database: str = "opmaat",
    passwords: Mapping[str, str],
    owner_creates_databases: bool = False,
    durable: bool = True,
) -> RoleUrls:
    """Make the roles and the database through a connection that may, and return their addresses.

    ``owner_creates_databases`` is for tests. ``durable`` refuses a server that acknowledges before it
    has stored.
    """
    with _connect(superuser_url) as connection:
        if durable:
            _require_durability(connection)
        myself = connection.info.user
        for role in ROLES:
            if role == myself:
                _require_what_it_needs(connection, role)
                continue
            creates = owner_creates_databases and role == "owner"
            _make_role(connection, role, passwords[role], creates_databases=creates)
        if myself != "owner" and not _is_superuser(connection):
            connection.execute("GRANT owner TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
        _try(connection, "GRANT pg_read_all_data TO backup")
        _try(connection, "GRANT pg_read_all_stats TO owner")
        _make_database(connection, database)
    with _connect(superuser_url, dbname=database) as connection:
        _make_database_private(connection, database)
    return RoleUrls(
        **{
            role: superuser_url if role == myself else _url(superuser_url, role, passwords[role], database)
            for role in ROLES
        }
    )


def prepare_external(*, secret_key: str) -> RoleUrls:
    """Bring a Postgres of your own to what the settings expect, and return the four addresses.

    With ``DATABASE_URL`` the roles and the database are made through that connection, with the passwords
    of ``OWNER_DATABASE_URL``, ``APP_DATABASE_URL`` and so on where these are given, and otherwise with
    passwords computed from SECRET_KEY. Without it nothing is made and all four must be given.
    """
    given = {role: os.environ.get(f"{role.upper()}_DATABASE_URL") for role in ROLES}
    database_url = os.environ.get("DATABASE_URL")
    if not database_url:
        missing = [f"{role.upper()}_DATABASE_URL" for role, url in given.items() if not url]
        if missing:
            raise RolesError(f"Give {', '.join(missing)} too, or DATABASE_URL of a role that may make roles.")
        return RoleUrls(**{role: str(url) for role, url in given.items()})
    passwords = {role: _password(given[role], role, secret_key) for role in ROLES}
    made = create_roles(database_url, database=database_name(database_url), passwords=passwords)
    return RoleUrls(**{role: given[role] or getattr(made, role) for role in ROLES})


def database_name(url: str) -> str:
    """The name of the database that an address points at."""
    name = unquote(urlsplit(url).path.lstrip("/"))
    if not name:
        raise RolesError("DATABASE_URL names no database: end it with /opmaat, for example.")
    return name


def _password(given: str | None, role: str, secret_key: str) -> str:
    return unquote(urlsplit(given).password or "") if given else role_password(role, secret_key=secret_key)


def _connect(url: str, **more: str) -> psycopg.Connection:
    try:
        return psycopg.connect(conninfo(url, **more), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        if "does not exist" in str(error) and "dbname" not in more:
            return psycopg.connect(conninfo(url, dbname="postgres"), autocommit=True, connect_timeout=10)
        raise RolesError(f"The database does not answer: {error}") from None


def conninfo(url: str, **more: str) -> str:
    """libpq's form of an address, with parts replaced."""
    return make_conninfo(url, **more)


def _make_role(connection: psycopg.Connection, role: str, password: str, *, creates_databases: bool) -> None:
    wanted = {
        "SUPERUSER": False,
        "CREATEROLE": False,
        "CREATEDB": creates_databases,
        "REPLICATION": False,
        "BYPASSRLS": BYPASSES[role],
        "INHERIT": INHERITS[role],
        "LOGIN": True,
    }
    row = connection.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit, rolcanlogin "
        "FROM pg_roles WHERE rolname = %s",
        [role],
    ).fetchone()
    # Only a superuser may say NOSUPERUSER about a role that exists: say it when it is needed.
    attributes = "" if row == tuple(wanted.values()) else _spelled(wanted)
    statement = sql.SQL("{} ROLE {} WITH {} PASSWORD {}").format(
        sql.SQL("ALTER" if row else "CREATE"),
        sql.Identifier(role),
        sql.SQL(attributes),
        sql.Literal(password),
    )
    try:
        connection.execute(statement)
        for name, value in LIMITS[role].items():
            connection.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(role), sql.Identifier(name), sql.Literal(value)
                )
            )
    except psycopg.errors.InsufficientPrivilege as error:
        raise RolesError(
            f"This connection may not make the role {role} ({error.diag.message_primary}). Connect as a "
            "superuser, or as a role with CREATEROLE, CREATEDB and BYPASSRLS; or make the four roles by hand "
            "(docs/operations.md) and give all of OWNER_, APP_, JANITOR_ and BACKUP_DATABASE_URL."
        ) from None


def _spelled(attributes: Mapping[str, bool]) -> str:
    return " ".join(name if on else f"NO{name}" for name, on in attributes.items())


def _is_superuser(connection: psycopg.Connection) -> bool:
    return connection.info.parameter_status("is_superuser") == "on"


def _require_what_it_needs(connection: psycopg.Connection, role: str) -> None:
    """Leave the role that connects as it is, when it can do its work."""
    row = connection.execute("SELECT rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = %s", [role])
    if role != "owner" or row.fetchone() != (True, True):
        raise RolesError(
            f"DATABASE_URL connects as {role}, which cannot prepare the database. Connect as a superuser, "
            "or as an owner with CREATEROLE and BYPASSRLS."
        )


def _make_database(connection: psycopg.Connection, database: str) -> None:
    name = sql.Identifier(database)
    row = connection.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [database]
    ).fetchone()
    if row is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER owner TEMPLATE template0").format(name))
    elif row[0] != "owner":
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO owner").format(name))


def _make_database_private(connection: psycopg.Connection, database: str) -> None:
    """Nobody but the four roles may connect, and only the owner may make things."""
    name = sql.Identifier(database)
    myself = sql.Identifier(connection.info.user)
    if not _is_superuser(connection):
        connection.execute("SET ROLE owner")
    for statement in (
        "REVOKE ALL ON DATABASE {} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {} TO owner, app, janitor, backup, {}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO app, janitor, backup",
    ):
        connection.execute(sql.SQL(statement).format(name, myself))
    connection.execute("RESET ROLE")
    _try(connection, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    _try(connection, "GRANT EXECUTE ON FUNCTION pg_stat_statements_reset TO owner")


def _require_durability(connection: psycopg.Connection) -> None:
    for setting in MUST_BE_ON:
        value = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
        if value is None or value[0] not in {"on", "local", "remote_write", "remote_apply"}:
            raise RolesError(
                f"Postgres runs with {setting} = {value and value[0]}: it would acknowledge a lead that it "
                f"can still lose. Set {setting} to on."
            )


def _try(connection: psycopg.Connection, statement: LiteralString) -> None:
    """Run a statement that a managed Postgres may refuse without harm."""
    with contextlib.suppress(psycopg.Error), connection.transaction():
        connection.execute(statement)


def _url(superuser_url: str, role: str, password: str, database: str) -> str:
    parts = urlsplit(superuser_url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{password}@{host}", path=f"/{database}").geturl()


def main() -> int:
    """``python -m config.roles``: prepare the Postgres of DATABASE_URL, as before the first migration."""
    try:
        prepare_external(secret_key=environment.text("SECRET_KEY", at_least=32))
    except RolesError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
