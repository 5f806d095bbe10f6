"""T21: what one erasure costs Postgres, among many leads: plan, ledger, deletion and looking after."""

from __future__ import annotations

import random
import statistics
from typing import Any
from uuid import UUID

from django.db import connections

from benchmarks.privacy.figures import figure
from benchmarks.privacy.filling import empty, fill_leads, settle, superuser
from benchmarks.privacy.scale import Scale

TARGETS = ("T21",)
ERASED = 300

#: Each lead has a contact, an origin, two events, a note, a sent mail and a recipient, as a worked one has.
_MORE = """
WITH made AS (
  SELECT id, organisation_id FROM leads_lead
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
SELECT gen_random_uuid(), organisation_id, 'bench', organisation_id, 'leads.Lead', id, now(),
  now() + interval '5 years' FROM made
"""
_FILLED = ("leads_leadevent", "leads_leadnote", "delivery_sentmail", "audit_disclosure")


def measure(scale: Scale) -> list[dict[str, Any]]:
    try:
        organisation_id = fill_leads(scale)
        with superuser() as connection:
            connection.execute(_MORE)
        settle(*_FILLED)
        milliseconds = _erase_some(organisation_id, scale)
    finally:
        empty("leads_lead", "privacy_leaderasure", "delivery_job", "audit_recipientnotice", *_FILLED)
    p95 = statistics.quantiles(milliseconds, n=20)[-1]
    return [figure("T21", "erase one subject, ms of SQL at p95", p95, must=10, goal=3, at_most=True)]


def _erase_some(organisation_id: UUID, scale: Scale) -> list[float]:
    """Milliseconds in Postgres of each erasure, orders left out; the first ones only warm up."""
    from privacy.declarations import Subject
    from privacy.erasure import carrying_out
    from privacy.erasure.plan import plan_erasure
    from tenancy.context import tenant
    from tenancy.ids import uuid7

    found = _owner("SELECT id FROM leads_lead WHERE reference = 'bench' LIMIT 20000")
    chosen = random.Random(scale.seed).sample([row[0] for row in found], scale.at_most(ERASED))
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


def _owner(statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
