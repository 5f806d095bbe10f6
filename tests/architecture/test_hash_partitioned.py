"""Every tenant table can be spread by organisation: Postgres accepts each as hash-partitioned, keys and all.

Not more is claimed than that: the schema satisfies the distribution rules.
"""

from __future__ import annotations

import pytest
from psycopg import errors, sql

from tenancy.ids import uuid7
from tests.architecture.probe import OURS, THEIRS, Connection, tenant_tables
from tests.architecture.rows import insert, seed, values_for
from tests.architecture.superuser import scratch

pytestmark = pytest.mark.django_db

PARTITIONS = 4


def rebuild(connection: Connection) -> list[str]:
    """All tenant tables again in the schema `spread`, each PARTITION BY HASH (organisation_id)."""
    tables = tenant_tables(connection)
    constraints = connection.execute(
        "SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype IN ('p', 'u', 'f') AND conrelid::regclass::text = ANY(%s)"
        " ORDER BY contype = 'f'",
        [tables],
    ).fetchall()
    indexes = connection.execute(
        "SELECT i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid::regclass::text = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)",
        [tables],
    ).fetchall()
    connection.execute("CREATE SCHEMA spread")
    connection.execute("SET LOCAL search_path = spread, public")
    for table in tables:
        _create(connection, table)
    for table, name, _kind, definition in constraints:
        connection.execute(
            sql.SQL("ALTER TABLE spread.{} ADD CONSTRAINT {} ").format(
                sql.Identifier(table), sql.Identifier(name)
            )
            + sql.SQL(definition)
        )
    for _table, definition in indexes:
        connection.execute(definition.replace(" ON ONLY ", " ON ").replace(" ON public.", " ON spread."))
    return tables


def _create(connection: Connection, table: str) -> None:
    connection.execute(
        sql.SQL(
            "CREATE TABLE spread.{0} (LIKE public.{0} INCLUDING DEFAULTS INCLUDING GENERATED"
            " INCLUDING CONSTRAINTS) PARTITION BY HASH (organisation_id)"
        ).format(sql.Identifier(table))
    )
    for number in range(PARTITIONS):
        connection.execute(
            sql.SQL(
                "CREATE TABLE spread.{} PARTITION OF spread.{} FOR VALUES WITH (MODULUS {}, REMAINDER {})"
            ).format(
                sql.Identifier(f"{table}_{number}"),
                sql.Identifier(table),
                sql.Literal(PARTITIONS),
                sql.Literal(number),
            )
        )


def test_every_tenant_table_is_accepted_hash_partitioned() -> None:
    with scratch() as connection:
        tables = rebuild(connection)

        spread = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'p' AND relnamespace = 'spread'::regnamespace"
            " ORDER BY relname"
        ).fetchall()
        assert [name for (name,) in spread] == sorted(tables)
        keys = (
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0"
            " AND conrelid::regclass::text = ANY(%s)"
        )
        in_spread = connection.execute(keys, [tables]).fetchone()
        connection.execute("SET LOCAL search_path = public")
        assert connection.execute(keys, [tables]).fetchone() == in_spread


def test_rows_of_organisations_fit_and_their_keys_hold() -> None:
    with scratch() as connection:
        tables = rebuild(connection)

        seeded = {
            organisation: seed(connection, tables, organisation, purge_after=None)
            for organisation in (OURS, THEIRS)
        }

        for table in tables:
            for column, to_table in seeded[OURS].references_of(table).items():
                row = values_for(connection, table, OURS, seeded[OURS])
                row |= {"id": uuid7(), column: seeded[THEIRS].ids[to_table]}
                with pytest.raises(errors.ForeignKeyViolation), connection.transaction():
                    insert(connection, table, row)


def test_a_key_without_the_organisation_would_be_refused() -> None:
    with scratch() as connection:
        connection.execute(
            "CREATE TABLE plain (organisation_id uuid, id uuid) PARTITION BY HASH (organisation_id)"
        )

        with pytest.raises(errors.FeatureNotSupported):
            connection.execute("ALTER TABLE plain ADD PRIMARY KEY (id)")
