"""The declarations against the database as it is: also tables and columns that no migration knows of."""

# ruff: noqa: S608 - names come from the declarations and are quoted

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from privacy import registry
from privacy.declarations import JSONKeys
from tenancy.planes import TABLES, daily_table_of

#: Read from the catalogue itself: `information_schema` does not know a materialized view.
_COLUMNS = """
SELECT c.relname, a.attname FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY c.relname, a.attnum
"""

#: A day of a log has the columns of its parent and no other: Postgres lets none be added.
_DAYS = """
SELECT c.relname, p.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
JOIN pg_class p ON p.oid = i.inhparent
WHERE c.relispartition
"""

_CASCADES = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND confdeltype = 'c'
"""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    table: str
    column: str
    problem: str

    def __str__(self) -> str:
        return (
            f"{self.table}.{self.column}: {self.problem}" if self.column else f"{self.table}: {self.problem}"
        )


def differences(connection: BaseDatabaseWrapper) -> list[Difference]:
    """Columns that exist and are not declared, and declared ones that do not exist.

    Ask as the owner: `information_schema` shows a role only what it may touch.
    """
    existing = _existing_columns(connection)
    declared = _declared_columns()
    return sorted([*_undeclared(existing, declared), *_missing(existing, declared)])


def without_cascade(connection: BaseDatabaseWrapper) -> list[Difference]:
    """Tables said to go with the row they belong to, where Postgres would not delete them."""
    with connection.cursor() as cursor:
        cursor.execute(_CASCADES)
        cascades = set(cursor.fetchall())
    found = []
    for declaration in registry.declarations().values():
        table, whole = registry.table_of(declaration), registry.whole_of(declaration)
        if table and whole and _both_of_tenants(table, whole) and (table, whole) not in cascades:
            found.append(Difference(table, "", f"should go with its row of {whole}, but does not cascade"))
    return sorted(found)


def _both_of_tenants(*tables: str) -> bool:
    """On the control plane Django deletes the parts; on the tenant plane only Postgres may be trusted to."""
    return all(table in TABLES and TABLES[table].plane == "tenant" for table in tables)


def undeclared_keys(connection: BaseDatabaseWrapper) -> list[Difference]:
    """Top-level keys that stand in JSON columns and are not declared. Reads every row."""
    found = []
    for declaration in registry.declarations().values():
        table = registry.table_of(declaration)
        for column, value in registry.by_column(declaration).items():
            if table and isinstance(value, JSONKeys):
                keys = _keys_in(connection, table, column)
                found += [
                    Difference(table, column, f"undeclared key {key}")
                    for key in sorted(keys)
                    if not value.allows(key)
                ]
    return found


def _existing_columns(connection: BaseDatabaseWrapper) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column in cursor.fetchall():
            found.setdefault(table, []).append(column)
        cursor.execute(_DAYS)
        for day, table in cursor.fetchall():
            if daily_table_of(day) == table:
                found.pop(day, None)
    return found


def _declared_columns() -> dict[str, set[str]]:
    return {
        table: set(registry.by_column(declaration))
        for declaration in registry.declarations().values()
        if (table := registry.table_of(declaration))
    }


def _undeclared(existing: dict[str, list[str]], declared: dict[str, set[str]]) -> Iterator[Difference]:
    for table, columns in existing.items():
        if table not in declared:
            yield Difference(table, "", "no declaration names this table")
            continue
        for column in columns:
            if column not in declared[table]:
                yield Difference(table, column, "not declared")


def _missing(existing: dict[str, list[str]], declared: dict[str, set[str]]) -> Iterator[Difference]:
    for table, columns in declared.items():
        if table not in existing:
            yield Difference(table, "", "declared, but there is no such table")
            continue
        for column in columns - set(existing[table]):
            yield Difference(table, column, "declared, but there is no such column")


def _keys_in(connection: BaseDatabaseWrapper, table: str, column: str) -> set[str]:
    """Keys of objects; "[]" where the column holds lists or bare values."""
    q = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT k FROM {q(table)} t, LATERAL ("
            f"SELECT jsonb_object_keys(t.{q(column)}) AS k WHERE jsonb_typeof(t.{q(column)}) = 'object'"
            f" UNION ALL SELECT '[]' WHERE jsonb_typeof(t.{q(column)}) = 'array'"
            f" AND jsonb_array_length(t.{q(column)}) > 0) AS keys"
        )
        return {row[0] for row in cursor.fetchall()}
