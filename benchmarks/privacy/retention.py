"""T15, T16, T22: how fast the daily sweep deletes and blanks, beside one statement that does the same.

A million requests whose date has come, each with its contact and its network address, go twice: by one bare
DELETE as the janitor, and by the product's own sweep with its slices, pauses, guard and evidence. A million
privacy requests are blanked twice: by a loop of raw UPDATEs of as many rows each, and by the sweep.
"""

from __future__ import annotations

import random
import time
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from benchmarks.privacy.figures import figure

TARGETS = ("T15", "T16", "T22")

_LEADS = """
INSERT INTO leads_lead (id, organisation_id, reference, configurator_id, version_id, status, language, source,
  quote, currency, notice_sha256, submission_key, body_sha256, quarantine_reason, submitted_at, purge_after)
SELECT uuidv7(), v.organisation_id, 'bench', v.configurator_id, v.id, 'new', 'nl', 'page',
  '{}'::jsonb, 'EUR', repeat('0', 64), md5(%(from)s::text || n), sha256(n::text::bytea), '',
  now() - interval '400 days', now() - random() * interval '30 days'
FROM (SELECT * FROM configurators_configuratorversion LIMIT 1) v, generate_series(1, %(rows)s::int) n
"""
_CONTACTS = """
INSERT INTO leads_leadcontact (id, organisation_id, name, email, email_index)
SELECT l.id, l.organisation_id, decode(repeat('ab', 45), 'hex'), decode(repeat('cd', 47), 'hex'),
  sha256(l.id::text::bytea)
FROM leads_lead l WHERE l.reference = 'bench'
"""
_ORIGINS = """
INSERT INTO leads_leadorigin (id, organisation_id, ip)
SELECT l.id, l.organisation_id, decode(repeat('ab', 40), 'hex') FROM leads_lead l WHERE l.reference = 'bench'
"""
_REQUESTS = """
INSERT INTO privacy_accountrequest (id, reference, "right", stage, stage_before, channel, regime, country,
  language, received_at, target_on, statutory_on, extension_reason, suspended_seconds, identity_method, person,
  person_index, wish, locators, decisions, closed_at, identifiers_until, concerns, passed_on_to)
SELECT uuidv7(), left(md5(n::text), 16), 'access', 'fulfilled', 'in_progress', 'door', 'gdpr', 'NL',
  'nl', now(), now(), now(), '', 0, '', decode(repeat('ab', 90), 'hex'), sha256(n::text::bytea),
  decode(repeat('cd', 200), 'hex'), decode(repeat('ef', 80), 'hex'), '[]', now() - interval '90 days',
  now() - random() * interval '6 days', 'account', 0
FROM generate_series(1, %s::int) n
"""
_RAW = """
UPDATE privacy_accountrequest SET person = NULL, person_index = NULL, wish = NULL, locators = NULL,
  remark = NULL, identifiers_until = NULL
WHERE id = ANY(ARRAY(SELECT id FROM privacy_accountrequest WHERE identifiers_until <= now()
                     ORDER BY identifiers_until LIMIT %s))
"""


def measure(rows: int) -> list[dict[str, Any]]:
    from privacy import registry

    lead = next(each for each in registry.swept() if each.label == "leads.Lead")
    cut = next(each for each in registry.blanked() if each.label == "privacy.AccountRequest")
    fill_leads(rows)
    bare = rows / _timed(_bare_delete)
    fill_leads(rows)
    deleting = _sweep(lead, rows)
    _fill_requests(rows)
    raw = rows / _timed(_raw_update)
    _fill_requests(rows)
    blanking = _sweep(cut, rows)
    empty()
    return [
        figure("T15", "retention purge rows/s ÷ one bare DELETE", deleting[0] / bare, must=0.4, goal=0.65),
        figure("T16", "longest purge statement, ms", deleting[1], must=100, goal=50, at_most=True),
        figure("T22", "bulk anonymise rows/s ÷ raw batched UPDATE", blanking[0] / raw, must=0.5, goal=0.7),
    ]


def fill_leads(rows: int) -> UUID:
    """So many requests whose date has come, each with its parts; answers whose."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_LEADS, {"rows": rows, "from": random.random()})
        cursor.execute(_CONTACTS)
        cursor.execute(_ORIGINS)
        cursor.execute("VACUUM ANALYZE leads_lead, leads_leadcontact, leads_leadorigin")
        cursor.execute("SELECT organisation_id FROM configurators_configuratorversion LIMIT 1")
        return cursor.fetchone()[0]


def _fill_requests(rows: int) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE privacy_accountrequest CASCADE")
        cursor.execute(_REQUESTS, [rows])
        cursor.execute("VACUUM ANALYZE privacy_accountrequest")


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _bare_delete() -> None:
    with transaction.atomic(using="janitor"), connections["janitor"].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL transaction_timeout = 0")
        cursor.execute("DELETE FROM leads_lead WHERE purge_after <= now()")


def _raw_update() -> None:
    from privacy import retention

    while True:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(_RAW, [retention.SLICE_ROWS])
            if not cursor.rowcount:
                return


def _sweep(swept: Any, rows: int) -> tuple[float, float]:
    """Rows a second and the longest statement of one sweep that is allowed to delete all of it."""
    from django.utils import timezone

    from privacy import retention

    retention.ALWAYS_ALLOWED = rows
    seconds = _timed(lambda: retention.sweep(swept, due_day=timezone.localdate()))
    run = retention.RetentionRun.objects.filter(rule=swept.name).latest("started_at")
    assert run.rows_deleted == rows
    return rows / seconds, run.longest_slice_ms


def empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE leads_lead, privacy_accountrequest CASCADE")
        cursor.execute("TRUNCATE privacy_retentionrun")
