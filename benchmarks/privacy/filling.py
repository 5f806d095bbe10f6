"""Filling tables with a million rows and emptying them again, past the triggers that look at each row.

A lead is as it lies there a year later: received, confirmed, read and answered, its network address gone long
before. Its mails, which weigh more than all the rest, are left out. Rows are as the product writes them; what
is sealed is bytes of the usual length. Those whose date has come lie in the order in which they were sent.
"""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.privacy.scale import Scale

_SLICE = 250_000
_LEADS = """
WITH made AS (
  INSERT INTO leads_lead (id, organisation_id, reference, configurator_id, version_id, status, language, source,
    quote, gross, currency, notice_sha256, submission_key, body_sha256, quarantine_reason, submitted_at,
    purge_after)
  SELECT uuidv7(), v.organisation_id, 'bench', v.configurator_id, v.id, 'new', 'nl', 'page', '{}'::jsonb, 1,
    'EUR', repeat('0', 64), md5(%(from)s::text || '/' || n), sha256(n::text::bytea), '',
    now() - interval '400 days', CASE WHEN %(expired)s
      THEN now() - (2 - (%(from)s + n) / %(all)s::float) * interval '30 days'
        - (n %% %(periods)s::int) * interval '5 days'
      ELSE now() + interval '1 year' END
  FROM (SELECT * FROM configurators_configuratorversion LIMIT 1) v, generate_series(1, %(rows)s::int) n
  RETURNING id, organisation_id
), contacts AS (
  INSERT INTO leads_leadcontact (id, organisation_id, name, email, phone, email_index, phone_index)
  SELECT id, organisation_id, decode(repeat('ab', 45), 'hex'), decode(repeat('cd', 47), 'hex'),
    decode(repeat('ef', 40), 'hex'), sha256(id::text::bytea), sha256(('t' || id)::bytea) FROM made
)
INSERT INTO leads_leadevent (id, organisation_id, lead_id, kind, detail, created_at)
SELECT uuidv7(), organisation_id, id, kind, '{}'::jsonb, now() - interval '400 days'
FROM made, unnest(ARRAY['received', 'confirmed', 'read', 'status']) kind
"""
PARTS = ("leads_lead", "leads_leadcontact", "leads_leadevent")
ROWS_OF_A_LEAD = 6


def fill_leads(scale: Scale, *, rows: int | None = None, periods: int = 0) -> UUID:
    """So many requests with what belongs to them; answers whose they are.

    Their dates have come under so many periods of retention; without any they have a year to go.
    """
    wanted = scale.rows if rows is None else rows
    with superuser() as connection:
        (there,) = rows_of(connection, "SELECT count(*) FROM leads_lead")[0]
        for first in range(there, there + wanted, _SLICE):
            size = min(_SLICE, there + wanted - first)
            values = {"rows": size, "from": first, "all": there + wanted}
            connection.execute(_LEADS, values | {"expired": periods > 0, "periods": max(1, periods)})
    settle(*PARTS)
    return organisation()


def organisation() -> UUID:
    with superuser() as connection:
        found = rows_of(connection, "SELECT organisation_id FROM configurators_configuratorversion LIMIT 1")
    return UUID(str(found[0][0]))


def empty(*tables: str) -> None:
    with superuser() as connection:
        connection.execute(f"TRUNCATE {', '.join(tables)} CASCADE".encode())


def settle(*tables: str) -> None:
    """As it is some time after writing: statistics, no dead rows, and everything on disk."""
    with superuser() as connection:
        connection.execute(f"VACUUM ANALYZE {', '.join(tables)}".encode())
        connection.execute("CHECKPOINT")


def superuser() -> psycopg.Connection:
    """Past row security and past the triggers of foreign keys."""
    connection = psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True)
    connection.execute("SET session_replication_role = replica")
    return connection


def rows_of(connection: psycopg.Connection, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    return connection.execute(statement.encode(), values).fetchall()
