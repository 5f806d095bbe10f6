"""Rows for tables that we know only from the catalogue: something valid in every column that needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tenancy.ids import uuid7

Connection = psycopg.Connection[Any]
Row = dict[str, Any]

_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), a.atttypmod FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
AND a.attgenerated = '' AND a.attidentity = ''
ORDER BY a.attnum
"""

#: Which column of a table refers to which tenant table: the last column of each foreign key.
_REFERENCES = """
SELECT c.relname, a.attname, t.relname FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[cardinality(k.conkey)]
WHERE k.contype = 'f'
"""


@dataclass(slots=True)
class Seeded:
    """One organisation's rows, by table, and which columns refer to which table."""

    ids: dict[str, UUID] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    references: dict[str, dict[str, str]] = field(default_factory=dict)
    columns: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)

    def columns_of(self, connection: Connection, table: str) -> list[tuple[str, str, int]]:
        """Asked once, while the table is as it was built."""
        if table not in self.columns:
            self.columns[table] = connection.execute(_COLUMNS, [table]).fetchall()
        return self.columns[table]

    def references_of(self, table: str) -> dict[str, str]:
        return self.references.get(table, {})


def seed(connection: Connection, tables: list[str], organisation: UUID, *, purge_after: str | None) -> Seeded:
    """One row in each table, as a superuser to whom no key and no policy applies."""
    seeded = Seeded(ids={table: uuid7() for table in tables})  # a log has no place for another kind
    for table, column, to_table in connection.execute(_REFERENCES).fetchall():
        if table in tables and to_table in tables:
            seeded.references.setdefault(table, {})[column] = to_table
    _share_keys(seeded)
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            _drop_conditions(connection, table)
            row = values_for(connection, table, organisation, seeded)
            if "purge_after" in row:
                row["purge_after"] = purge_after
            seeded.rows[table] = row
            insert(connection, table, row)
        connection.execute("SET LOCAL session_replication_role = origin")
    return seeded


def _share_keys(seeded: Seeded) -> None:
    """A part that shares the key of its whole has the whole's id."""
    for table, references in seeded.references.items():
        if "id" in references:
            seeded.ids[table] = seeded.ids[references["id"]]


def _drop_conditions(connection: Connection, table: str) -> None:
    """CHECK constraints are about sense, not about whose row it is."""
    for (name,) in connection.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table]
    ).fetchall():
        connection.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
        )


def values_for(connection: Connection, table: str, organisation: UUID, seeded: Seeded) -> Row:
    """A row of the table for the organisation, with a fresh value in every column."""
    references = seeded.references_of(table)
    row: Row = {}
    for column, type_, modifier in seeded.columns_of(connection, table):
        if column == "organisation_id":
            row[column] = organisation
        elif column in references:
            row[column] = seeded.ids[references[column]]
        elif column == "id":
            row[column] = seeded.ids[table]
        else:
            row[column] = sample(type_, modifier)
    return row


def sample(type_: str, modifier: int) -> Any:
    """A value of the type, different each time where the type has room for it."""
    if type_.endswith("[]"):
        return []
    text = uuid4().hex
    known: dict[str, Any] = {
        "uuid": uuid4(),
        "text": text,
        "character varying": text[: modifier - 4] if modifier > 4 else text,
        "bytea": text.encode(),
        "jsonb": Jsonb({}),
        "boolean": False,
        "inet": "192.0.2.1",
        "date": "2026-01-01",
        "timestamp with time zone": "2026-01-01T00:00:00Z",
        "interval": "1 day",
    }
    return known.get(type_, 1)


def insert(connection: Connection, table: str, row: Row) -> None:
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        ),
        list(row.values()),
    )
