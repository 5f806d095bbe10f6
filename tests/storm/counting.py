"""Counting what a storm left, as the superuser, past every wall."""

import time
from collections import Counter

import psycopg

from tests.storm.storm import Aftermath

_PARTS = """
SELECT count(*) FROM leads_lead l WHERE
  (SELECT count(*) FROM leads_leadcontact c WHERE (c.organisation_id, c.id) = (l.organisation_id, l.id)) <> 1
  OR (SELECT count(*) FROM leads_leadorigin o WHERE (o.organisation_id, o.id) = (l.organisation_id, l.id)) <> 1
  OR (SELECT count(*) FROM billing_usagerecord u WHERE (u.organisation_id, u.lead_ref) = (l.organisation_id, l.id)) <> 1
"""
_ANNOUNCED = """
SELECT count(*) FROM leads_lead l WHERE (
  SELECT count(*) FROM leads_leadevent e
  WHERE (e.organisation_id, e.lead_id) = (l.organisation_id, l.id) AND e.kind = 'received') <> 1
"""
#: One to the organisation and one to the visitor.
_MAILED = """
SELECT count(*) FROM leads_lead l WHERE (
  SELECT array_agg(m.purpose::text || m.state ORDER BY m.purpose) FROM delivery_sentmail m
  WHERE (m.organisation_id, m.lead_id) = (l.organisation_id, l.id))
  IS DISTINCT FROM ARRAY['lead_confirmationsent', 'lead_notificationsent']
"""
_DELIVERED = """
SELECT count(*) FROM delivery_sentmail m WHERE (
  SELECT count(*) FROM delivery_mailboxmessage b WHERE b.reference LIKE m.id::text || ':%') <> 1
"""


def jobs_waiting(url: str) -> int:
    with psycopg.connect(url) as connection:
        return _number(connection, "SELECT count(*) FROM delivery_job")


def await_quiet(url: str, *, patience: float) -> None:
    """Wait until the worker has done everything, or too long."""
    deadline = time.monotonic() + patience
    while jobs_waiting(url) and time.monotonic() < deadline:
        time.sleep(0.2)


def lost(url: str, acknowledged: dict[str, str]) -> list[str]:
    """The references that a visitor was given and the database does not have."""
    with psycopg.connect(url) as connection:
        stored = {reference for (reference,) in connection.execute("SELECT reference FROM leads_lead")}
    return [reference for reference in acknowledged.values() if reference not in stored]


def count(url: str, *, acknowledged: dict[str, str], sent: set[str]) -> Aftermath:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT submission_key, reference FROM leads_lead").fetchall()
        stored: dict[str, str] = dict(rows)
        keys = Counter(key for key, _reference in rows)
        return Aftermath(
            leads=len(rows),
            lost=sum(stored.get(key) != reference for key, reference in acknowledged.items()),
            doubled=sum(many - 1 for many in keys.values()),
            unasked=len(keys.keys() - sent),
            without_parts=_number(connection, _PARTS),
            announced_wrongly=_number(connection, _ANNOUNCED),
            mailed_wrongly=_number(connection, _MAILED),
            delivered_wrongly=_number(connection, _DELIVERED),
            jobs_left=_number(connection, "SELECT count(*) FROM delivery_job"),
            dead_letters=_number(connection, "SELECT count(*) FROM delivery_deadletter"),
        )


def _number(connection: psycopg.Connection, statement: str) -> int:
    row = connection.execute(statement).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])
