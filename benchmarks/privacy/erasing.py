"""T21: what one erasure costs Postgres, among many leads: plan, ledger, deletion and looking after."""

from __future__ import annotations

import random
import statistics
from typing import Any
from uuid import UUID

from django.db import connections

from benchmarks.privacy.figures import figure

TARGETS = ("T21",)
ERASED = 300
_SLICE = 100_000

#: Each lead has a contact, an origin, two events, a note, a sent mail and a recipient, as a worked one has.
_FILL = """
WITH made AS (
  INSERT INTO leads_lead (id, organisation_id, reference, configurator_id, version_id, status, language, source,
    quote, gross, currency, notice_sha256, submission_key, body_sha256, quarantine_reason, submitted_at,
    purge_after)
  SELECT gen_random_uuid(), %(organisation)s, 'bench', v.configurator_id, v.id, 'new', 'nl', 'page', '{}', 1,
    'EUR', repeat('0', 64), substr(md5(random()::text || n), 1, 32), sha256(n::text::bytea), '', now(),
    now() + interval '1 year'
  FROM generate_series(1, %(rows)s) n,
    (SELECT id, configurator_id FROM configurators_configuratorversion
     WHERE organisation_id = %(organisation)s LIMIT 1) v
  RETURNING id, organisation_id
), contacts AS (
  INSERT INTO leads_leadcontact (id, organisation_id, name, email, email_index)
  SELECT id, organisation_id, sha256('n'), sha256('e'), sha256(id::text::bytea) FROM made
), origins AS (
  INSERT INTO leads_leadorigin (id, organisation_id, ip, purge_after)
  SELECT id, organisation_id, sha256('i'), now() + interval '90 days' FROM made
), events AS (
  INSERT INTO leads_leadevent (id, organisation_id, lead_id, kind, detail, created_at)
  SELECT gen_random_uuid(), organisation_id, id, 'read', '{}', now() FROM made, generate_series(1, 2)
), notes AS (
  INSERT INTO leads_leadnote (id, organisation_id, lead_id, author_id, text, created_at)
  SELECT gen_random_uuid(), organisation_id, id, gen_random_uuid(), sha256('t'), now() FROM made
), mails AS (
  INSERT INTO delivery_sentmail (id, organisation_id, template, language, recipient, content, state,
    provider_message_id, created_at, purge_after, purpose, topic, recipient_index, lead_id)
  SELECT gen_random_uuid(), organisation_id, 'bench', 'nl', sha256('r'), sha256('c'), 'sent', '', now(),
    now() + interval '2 years', 'lead', '', sha256(id::text::bytea), id FROM made
)
INSERT INTO audit_disclosure (id, organisation_id, recipient_kind, recipient_id, object_kind, object_id,
  disclosed_at, purge_after)
SELECT gen_random_uuid(), organisation_id, 'bench', %(organisation)s, 'leads.Lead', id, now(),
  now() + interval '5 years' FROM made
"""
_TABLES = (
    "audit_recipientnotice", "audit_disclosure", "privacy_leaderasure", "leads_lead", "delivery_job",
)  # fmt: skip


def measure(rows: int) -> list[dict[str, Any]]:
    organisation_id = _organisation()
    try:
        _fill(organisation_id, rows)
        milliseconds = _erase_some(organisation_id)
    finally:
        _empty(organisation_id)
    p95 = statistics.quantiles(milliseconds, n=20)[-1]
    return [figure("T21", "erase one subject, ms of SQL at p95", p95, must=10, goal=3, at_most=True)]


def _organisation() -> UUID:
    return _owner("SELECT organisation_id FROM configurators_configuratorversion LIMIT 1")[0][0]


def _fill(organisation_id: UUID, rows: int) -> None:
    for first in range(0, rows, _SLICE):
        _owner(_FILL, {"organisation": organisation_id, "rows": min(_SLICE, rows - first)})
    _owner("ANALYZE")


def _erase_some(organisation_id: UUID) -> list[float]:
    """Milliseconds in Postgres of each erasure, orders left out; the first ones only warm up."""
    from privacy.declarations import Subject
    from privacy.erasure import carrying_out
    from privacy.erasure.plan import plan_erasure
    from tenancy.context import tenant
    from tenancy.ids import uuid7

    found = _owner("SELECT id FROM leads_lead WHERE reference = 'bench' LIMIT 20000")
    chosen = random.Random(1).sample([row[0] for row in found], min(ERASED, len(found)))
    by = _owner("SELECT user_id FROM organisations_membership WHERE role = 'owner' LIMIT 1")[0][0]
    spent = []
    for lead in chosen:
        with tenant(organisation_id):
            plan = plan_erasure(Subject.LEAD, [lead])
            erasure = carrying_out.order_lead_erasure(
                case_id=uuid7(), leads=[lead], approved=plan.digest, by=by
            )
        before = _spent_by_app()
        carrying_out.erase(erasure.pk, organisation_id=organisation_id)
        spent.append(_spent_by_app() - before)
    return spent[len(spent) // 10 :]


def _spent_by_app() -> float:
    """Milliseconds that Postgres has worked for the product, as it counts them itself."""
    return float(
        _owner(
            "SELECT coalesce(sum(total_exec_time), 0) FROM pg_stat_statements WHERE userid = 'app'::regrole"
        )[0][0]
    )


def _empty(organisation_id: UUID) -> None:
    for table in _TABLES:
        where = "WHERE reference = 'bench'" if table == "leads_lead" else ""
        _owner(f"DELETE FROM {table} {where}")


def _owner(statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
