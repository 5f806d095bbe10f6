"""T15, T16, T22: how fast the daily sweep deletes and blanks, beside one statement that does the same.

A million requests whose date has come, each with what belongs to it, go in rounds: those up
to a date by one bare DELETE as the janitor, which is taken back, and then the same ones by the product's own
sweep with its slices, pauses and evidence. A million privacy requests are blanked in turn by a loop of raw
UPDATEs and by the sweep.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from benchmarks.privacy.figures import figure
from benchmarks.privacy.filling import PARTS, empty, fill_leads, rows_of, settle, superuser
from benchmarks.privacy.scale import Scale

TARGETS = ("T15", "T16", "T22")

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
WHERE id = ANY(ARRAY(SELECT id FROM privacy_accountrequest WHERE identifiers_until <= %s
                     ORDER BY identifiers_until LIMIT %s))
"""
_LONGEST = """
SELECT coalesce(max(max_exec_time), 0) FROM pg_stat_statements
WHERE userid = 'janitor'::regrole AND (query LIKE 'DELETE%%' OR query LIKE 'SELECT min(p)%%')
"""


def measure(scale: Scale) -> list[dict[str, Any]]:
    try:
        ratio, longest = _deleting(scale)
        blanked = _blanking(scale)
    finally:
        empty("leads_lead", "privacy_accountrequest", "privacy_retentionrun")
    return [
        figure("T15", "retention purge rows/s ÷ one bare DELETE", ratio, must=0.4, goal=0.65),
        figure("T16", "longest purge statement, ms", longest, must=100, goal=50, at_most=True),
        figure("T22", "bulk anonymise rows/s ÷ raw batched UPDATE", blanked, must=0.5, goal=0.7),
    ]


def _deleting(scale: Scale) -> tuple[float, float]:
    """The median ratio, and the longest statement of all slices as Postgres counted it."""
    from privacy import registry

    lead = next(each for each in registry.swept() if each.label == "leads.Lead")
    fill_leads(scale, periods=3)
    ratios, longest = [], []
    for cutoff in _dates("leads_lead", "purge_after", scale.rounds):
        bare = _bare_delete(cutoff)
        settle(*PARTS)
        with superuser() as connection:
            connection.execute("SELECT pg_stat_statements_reset()")
            swept = _sweep(lead, cutoff)
            longest.append(float(rows_of(connection, _LONGEST)[0][0]))
        ratios.append(swept / bare)
        _tell(f"DELETE {bare:.0f} rows/s, sweep {swept:.0f}, longest statement {longest[-1]:.1f} ms")
        settle(*PARTS)
    return statistics.median(ratios), max(longest)


def _blanking(scale: Scale) -> float:
    from privacy import registry

    cut = next(each for each in registry.blanked() if each.label == "privacy.AccountRequest")
    with superuser() as connection:
        connection.execute("TRUNCATE privacy_accountrequest CASCADE")
        connection.execute("SELECT setseed(%s)", [1 / (1 + scale.seed)])
        connection.execute(_REQUESTS, [scale.rows])
    settle("privacy_accountrequest")
    raw, swept = [], []
    for number, cutoff in enumerate(_dates("privacy_accountrequest", "identifiers_until", 2 * scale.rounds)):
        # raw, sweep, sweep, raw, …: neither always finds the table as the other left it.
        if number % 4 in (0, 3):
            raw.append(_raw_update(cutoff))
        else:
            swept.append(_sweep(cut, cutoff))
        settle("privacy_accountrequest")
    ratios = [one / other for one, other in zip(swept, raw, strict=True)]
    _tell(f"UPDATE {statistics.median(raw):.0f} rows/s, blanking {statistics.median(swept):.0f}")
    return statistics.median(ratios)


def _dates(table: str, column: str, parts: int) -> list[datetime]:
    """The dates that cut a table into so many parts of one size, the last date included."""
    with superuser() as connection:
        shares = [number / parts for number in range(1, parts + 1)]
        statement = f"SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY {column}) FROM {table}"
        return list(rows_of(connection, statement, [shares])[0][0])


def _bare_delete(cutoff: datetime) -> float:
    """Rows a second, the commit left out: it is taken back so that the sweep finds the same rows."""
    with transaction.atomic(using="janitor"), connections["janitor"].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL transaction_timeout = 0")
        began = time.perf_counter()
        cursor.execute("DELETE FROM leads_lead WHERE purge_after <= %s", [cutoff])
        rate = cursor.rowcount / (time.perf_counter() - began)
        transaction.set_rollback(True, using="janitor")
    return rate


def _raw_update(cutoff: datetime) -> float:
    from privacy import pacing

    began, rows = time.perf_counter(), 0
    while True:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(_RAW, [cutoff, pacing.SLICE_ROWS])
            if not cursor.rowcount:
                return rows / (time.perf_counter() - began)
            rows += cursor.rowcount


def _sweep(swept: Any, cutoff: datetime) -> float:
    """Rows a second of one sweep from planning to evidence, as if it ran at that moment."""
    from django.utils import timezone

    from privacy import registry, retention

    began = time.perf_counter()
    rows = retention._count(swept, cutoff)
    planned = retention.Plan(swept, cutoff, rows, rows, registry.digest())
    run = retention._record(planned, due_day=timezone.localdate(), outcome=retention.Outcome.RUNNING)
    retention._carry_out(planned, run)
    assert run.rows_deleted == rows
    return rows / (time.perf_counter() - began)


def _tell(text: str) -> None:
    sys.stderr.write(f"    {text}\n")
    sys.stderr.flush()
