"""An attacker with the rights of the product's own roles, who has read no catalogue lint.

Two organisations have one row in every tenant table. As `app` within the first, and as `janitor`, the probe
tries whatever could show or change the second's rows, and reports each success.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg import errors, sql

from tenancy.ids import uuid7
from tenancy.planes import TABLES
from tests.architecture.rows import Row, insert, seed, values_for

Connection = psycopg.Connection[Any]

OURS = UUID("0a000000-0000-7000-8000-000000000001")
THEIRS = UUID("0b000000-0000-7000-8000-000000000002")


def tenant_tables(connection: Connection) -> list[str]:
    existing = {
        row[0]
        for row in connection.execute(
            "SELECT relname FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
    }
    names = [name for name, table in TABLES.items() if table.plane == "tenant" and name in existing]
    return sorted(names, key=lambda name: (not name.startswith("leads_"), name))


def _become(role: str, organisation: UUID | None) -> sql.Composed:
    """For the rest of the savepoint, be logged in as the role, in the organisation or in none."""
    return sql.SQL(
        "SELECT set_config('app.organisation_id', {}, true), set_config('session_authorization', {}, true)"
    ).format(sql.Literal(str(organisation or "")), sql.Literal(role))


class Probe:
    """Made before the mistake (so that rows are there), asked after it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tables = tenant_tables(connection)
        self.ours = seed(connection, self.tables, OURS, purge_after=None)
        self.theirs = seed(connection, self.tables, THEIRS, purge_after="2999-01-01T00:00:00Z")

    def leaks(self) -> Iterator[str]:
        """Everything that should have been refused and was not, as it is found."""
        return itertools.chain.from_iterable(self._attempts())

    def _attempts(self) -> Iterator[Iterator[str]]:
        for table in self.tables:
            yield self._reads(table)
            yield self._without_tenant(table)
            yield self._steals(table)
            yield self._overwrites(table)
            yield self._writes_for_them(table)
            yield self._refers_to_them(table)
            yield self._notices_their_values(table)
            yield self._destroys(table)
            yield self._sweeps_too_early(table)
            yield self._takes_down(table)
        yield self._reads_elsewhere()
        yield self._calls_functions()
        yield self._becomes_another()
        yield self._builds()
        yield self._exceeds_its_rights()

    # --- Acting as somebody -----------------------------------------------------------------------

    @contextmanager
    def _as(self, role: str, organisation: UUID | None = None) -> Iterator[Connection]:
        """One attempt in a savepoint: an error is a refusal, and whatever succeeded is undone."""
        self.connection.execute(sql.SQL("SAVEPOINT attempt; {}").format(_become(role, organisation)))
        try:
            yield self.connection
        finally:
            self.connection.execute("ROLLBACK TO attempt; RELEASE attempt")

    def _refused(self, role: str, organisation: UUID | None, statement: Any, values: Any = None) -> bool:
        """Whether the statement fails: nothing that fails shows or changes a row."""
        return self._answer(role, organisation, statement, values) is None

    def _answer(
        self, role: str, organisation: UUID | None, statement: Any, values: Any = None
    ) -> psycopg.Cursor[Any] | None:
        try:
            with self._as(role, organisation) as connection:
                return connection.execute(statement, values)
        except errors.Error:
            return None

    # --- Attempts ---------------------------------------------------------------------------------

    def _reads(self, table: str) -> Iterator[str]:
        answer = self._answer(
            "app",
            OURS,
            sql.SQL("SELECT organisation_id FROM {}").format(sql.Identifier(table)),
        )
        seen = {row[0] for row in answer.fetchall()} if answer else set()
        if seen - {OURS}:
            yield f"{table}: reads another organisation's rows"
        if answer is not None and OURS not in seen:
            yield f"{table}: does not read its own rows"

    def _without_tenant(self, table: str) -> Iterator[str]:
        statement = sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table))
        if not self._refused("app", None, statement):
            yield f"{table}: answers without an organisation"

    def _steals(self, table: str) -> Iterator[str]:
        """Changing and moving rows, with and without a condition that names whose."""
        name = sql.Identifier(table)
        for statement, values in (
            (sql.SQL("UPDATE {} SET organisation_id = organisation_id WHERE organisation_id = %s"), [THEIRS]),
            (sql.SQL("UPDATE {} SET organisation_id = %s WHERE organisation_id = %s"), [OURS, THEIRS]),
            (sql.SQL("UPDATE {} SET organisation_id = %s WHERE organisation_id = %s"), [THEIRS, OURS]),
        ):
            answer = self._answer("app", OURS, statement.format(name), values)
            if answer is not None and answer.rowcount > 0:
                yield f"{table}: moves or changes another organisation's rows"

    def _overwrites(self, table: str) -> Iterator[str]:
        """A change without a condition, which reads nothing, and so is held by fewer policies."""
        column = self._plain_column(table)
        if column is None:
            return
        before = self._text(table)
        statement = sql.SQL("UPDATE {} SET {} = {}").format(
            sql.Identifier(table), sql.Identifier(column), sql.Literal("x")
        )
        with self.connection.transaction(force_rollback=True):
            if self._try_as("app", OURS, statement) and self._text(table) != before:
                yield f"{table}: overwrites another organisation's rows"

    def _plain_column(self, table: str) -> str | None:
        texts = (column for column, value in self.theirs.rows[table].items() if isinstance(value, str))
        return next((column for column in texts if column != "purge_after"), None)

    def _text(self, table: str) -> list[Any]:
        return self.connection.execute(
            sql.SQL("SELECT t::text FROM {} t WHERE organisation_id = %s").format(sql.Identifier(table)),
            [THEIRS],
        ).fetchall()

    def _writes_for_them(self, table: str) -> Iterator[str]:
        row = values_for(self.connection, table, THEIRS, self.theirs)
        if "id" not in self.theirs.references_of(table):
            row["id"] = uuid7()
        if self._inserts("app", OURS, table, row):
            yield f"{table}: writes a row for another organisation"

    def _refers_to_them(self, table: str) -> Iterator[str]:
        """A row of ours that refers to a row of theirs would be an oracle, and their cascade our loss."""
        for column, to_table in self.ours.references_of(table).items():
            row = values_for(self.connection, table, OURS, self.ours)
            row |= {"id": uuid7(), column: self.theirs.ids[to_table]}
            if self._inserts("app", OURS, table, row):
                yield f"{table}.{column}: refers to another organisation's row"

    def _notices_their_values(self, table: str) -> Iterator[str]:
        """A row that equals theirs, but for the organisation, must be possible: else it tells of theirs."""
        keys = {"organisation_id", *self.ours.references_of(table)}
        row = {column: value for column, value in self.theirs.rows[table].items() if column not in keys} | {
            column: value for column, value in self.ours.rows[table].items() if column in keys
        }
        with self.connection.transaction(force_rollback=True):
            self._remove_ours(table)
            try:
                with self.connection.transaction():
                    insert(self.connection, table, row)
            except (errors.UniqueViolation, errors.ExclusionViolation):
                yield f"{table}: tells that another organisation has the same value"
            except errors.Error:
                return

    def _remove_ours(self, table: str) -> None:
        """As the superuser and without cascades: only this table's row makes place."""
        self.connection.execute("SET LOCAL session_replication_role = replica")
        self.connection.execute(
            sql.SQL("DELETE FROM {} WHERE organisation_id = %s").format(sql.Identifier(table)), [OURS]
        )

    def _destroys(self, table: str) -> Iterator[str]:
        name = sql.Identifier(table)
        for statement in ("DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {} CASCADE"):
            with self.connection.transaction(force_rollback=True):
                if not self._try_as("app", OURS, sql.SQL(statement).format(name)):
                    continue
                lost = [other for other in self.tables if not self._count(other, THEIRS)]
                for other in lost:
                    yield f"{table}: {statement.split()[0]} takes another organisation's {other}"

    def _try_as(self, role: str, organisation: UUID, statement: Any) -> bool:
        """Like `_refused`, but what succeeds stays until the caller's own savepoint."""
        try:
            with self.connection.transaction():
                self.connection.execute(_become(role, organisation))
                self.connection.execute(statement)
                self.connection.execute("SET LOCAL SESSION AUTHORIZATION DEFAULT")
        except errors.Error:
            return False
        return True

    def _count(self, table: str, organisation: UUID) -> int:
        row = self.connection.execute(
            sql.SQL("SELECT count(*) FROM {} WHERE organisation_id = %s").format(sql.Identifier(table)),
            [organisation],
        ).fetchone()
        return row[0] if row else 0

    def _sweeps_too_early(self, table: str) -> Iterator[str]:
        """Nothing has expired: the janitor sees nothing, deletes nothing, and changes nothing ever."""
        name = sql.Identifier(table)
        answer = self._answer("janitor", OURS, sql.SQL("SELECT organisation_id FROM {}").format(name))
        if answer is not None and answer.rowcount > 0:
            yield f"{table}: the janitor sees rows that have not expired"
        answer = self._answer("janitor", OURS, sql.SQL("DELETE FROM {}").format(name))
        if answer is not None and answer.rowcount > 0:
            yield f"{table}: the janitor deletes rows that have not expired"
        changed = sql.SQL("UPDATE {} SET organisation_id = organisation_id").format(name)
        if not self._refused("janitor", OURS, changed):
            yield f"{table}: the janitor changes rows"
        if not self._refused("janitor", OURS, sql.SQL("TRUNCATE {}").format(name)):
            yield f"{table}: the janitor empties it"

    def _reads_elsewhere(self) -> Iterator[str]:
        """Views, children, partitions, copies: whatever else can be selected from, in any schema."""
        for schema, name in self.connection.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN"
            " ('pg_catalog', 'information_schema', 'pg_toast')"
        ).fetchall():
            if schema == "public" and name in self.tables:
                continue
            statement = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, name))
            yield from self._canaries(f"{schema}.{name}", statement)

    def _calls_functions(self) -> Iterator[str]:
        for schema, name in self.connection.execute(
            "SELECT n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.pronargs = 0"
            " AND p.prorettype <> 'trigger'::regtype AND p.prorettype <> 'event_trigger'::regtype"
        ).fetchall():
            statement = sql.SQL("SELECT t::text FROM {}() t").format(sql.Identifier(schema, name))
            yield from self._canaries(f"{schema}.{name}()", statement)

    def _canaries(self, where: str, statement: Any) -> Iterator[str]:
        answer = self._answer("app", OURS, statement)
        if answer is not None and any(str(THEIRS) in str(row[0]) for row in answer.fetchall()):
            yield f"{where}: shows another organisation's rows"

    def _becomes_another(self) -> Iterator[str]:
        """Membership of another role, tried by becoming it."""
        roles = [row[0] for row in self.connection.execute("SELECT rolname FROM pg_roles").fetchall()]
        for role, other in itertools.product(("app", "janitor"), roles):
            statement = sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(other))
            if role != other and not self._refused(role, OURS, statement):
                yield f"{role} becomes {other}"

    def _builds(self) -> Iterator[str]:
        """Making things in the database, and switching its checks off."""
        for role, statement in itertools.product(
            ("app", "janitor"),
            (
                "CREATE TABLE public.copy AS SELECT 1 AS x",
                "CREATE SCHEMA another",
                "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "SET LOCAL session_replication_role = replica",
                "CREATE ROLE another",
            ),
        ):
            if not self._refused(role, OURS, sql.SQL(statement)):
                yield f"{role} may {statement}"

    def _takes_down(self, table: str) -> Iterator[str]:
        """Taking down the wall itself."""
        for role, statement in itertools.product(
            ("app", "janitor"),
            (
                "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
                "DROP TABLE {} CASCADE",
                "CREATE TRIGGER t BEFORE UPDATE ON {} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            ),
        ):
            if not self._refused(role, OURS, sql.SQL(statement).format(sql.Identifier(table))):
                yield f"{role} may {statement.format(table)}"

    def _exceeds_its_rights(self) -> Iterator[str]:
        """More on a table than `planes.py` grants, tried on no rows."""
        attempts = {
            "SELECT": "SELECT 1 FROM {0} WHERE false",
            "INSERT": "INSERT INTO {0} SELECT * FROM {0} WHERE false",
            "UPDATE": "UPDATE {0} SET id = NULL WHERE false",
            "DELETE": "DELETE FROM {0} WHERE false",
        }
        for name, table in TABLES.items():
            for right in attempts.keys() - set(table.app):
                if not self._refused("app", OURS, sql.SQL(attempts[right]).format(sql.Identifier(name))):
                    yield f"app may {right} {name}"

    def _inserts(self, role: str, organisation: UUID, table: str, row: Row) -> bool:
        try:
            with self._as(role, organisation) as connection:
                insert(connection, table, row)
                connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except errors.Error:
            return False
        return True
