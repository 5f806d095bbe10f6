"""Looking for people in everything that a database holds, sealed values opened with the keys there are."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from uuid import UUID

import psycopg

from config.embedded import program
from privacy import registry
from privacy.declarations import Declaration, Personal
from tenancy.encryption import unseal
from tenancy.keys import NoKey
from tenancy.planes import TABLES
from tests.architecture import plaintext


def found(people: list[str], superuser_url: str) -> set[str]:
    """Where any of these people stands, in whatever spelling."""
    dump = subprocess.run(
        [str(program("pg_dump")), "--dbname", superuser_url], capture_output=True, check=True
    ).stdout
    assert b"COPY public.leads_leadcontact" in dump
    return plaintext.find(people, [("dump", dump), *opened(superuser_url)])


def opened(superuser_url: str) -> Iterator[tuple[str, bytes]]:
    """Every sealed value of a tenant's table whose key still exists."""
    with psycopg.connect(superuser_url) as connection:
        for declaration in registry.declarations().values():
            table = registry.table_of(declaration)
            if table and table in TABLES and TABLES[table].plane == "tenant":
                for column in _sealed(declaration):
                    yield table, "\n".join(_values(connection, table, column)).encode()


def _sealed(declaration: Declaration) -> list[str]:
    columns = registry.by_column(declaration).items()
    return [name for name, field in columns if isinstance(field, Personal) and field.sealed]


def _values(connection: psycopg.Connection, table: str, column: str) -> Iterator[str]:
    rows = connection.execute(
        f"SELECT organisation_id, id, {column} FROM {table} WHERE {column} IS NOT NULL"  # type: ignore[arg-type]
    )
    for organisation, key, value in rows.fetchall():
        try:
            yield unseal(_uuid(organisation), value, place=f"{table}.{column}:{key}")
        except NoKey:
            continue


def _uuid(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
