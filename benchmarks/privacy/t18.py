"""T18: dropping a day of a log against deleting its rows with one statement."""

import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from benchmarks.privacy.figures import figure
from benchmarks.privacy.scale import Scale
from tenancy import partitions

TARGETS = ("T18",)
LOG = "audit_accessevent"
KEEP_DAYS = 90
ORGANISATIONS = 50

#: Rows as they are written, with the key's random part made by Postgres.
_FILL = """
INSERT INTO audit_accessevent
  (organisation_id, id, action, actor_id, kind, object_id, detail, occurred_at, purge_after)
SELECT ('0000000000000000000000000000' || lpad(to_hex(n %% %(organisations)s + 1), 4, '0'))::uuid,
       (substr(%(first)s::text, 1, 13) || '-7' || substr(md5(n::text), 1, 3) || '-9'
        || substr(md5(n::text), 4, 3) || '-' || substr(md5(n::text), 7, 12))::uuid,
       'lead.viewed', gen_random_uuid(), 'lead', gen_random_uuid(), '{}', %(day)s, now() - interval '1 day'
FROM generate_series(1, %(rows)s) n
"""


def measure(scale: Scale) -> list[dict[str, Any]]:
    """The median of some pairs, each on a day of so many rows that has long been written to disk."""
    ratio = statistics.median(_pair(scale.rows, days=100 + 2 * number) for number in range(scale.rounds))
    return [figure("T18", "partition drop ÷ single DELETE, rows/s", ratio, must=10)]


def _pair(rows: int, *, days: int) -> float:
    deleted = _filled(rows, days)
    began = time.perf_counter()
    with connections["janitor"].cursor() as cursor:
        cursor.execute(f"DELETE FROM {LOG} WHERE purge_after <= now()")
        assert cursor.rowcount == rows
    by_delete = time.perf_counter() - began
    _drop(deleted)
    dropped = _filled(rows, days + 1)
    began = time.perf_counter()
    assert _drop(dropped)
    by_drop = time.perf_counter() - began
    sys.stderr.write(f"    {rows} rows: DELETE {by_delete:.3f} s, drop {by_drop:.3f} s\n")
    return by_delete / by_drop


def _filled(rows: int, days: int) -> datetime:
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
    partitions.make_days(day.date(), day.date())
    first = UUID(int=int(day.timestamp()) * 1000 << 80)
    values: dict[str, Any] = {"rows": rows, "day": day, "first": first, "organisations": ORGANISATIONS}
    with connections["owner"].cursor() as cursor:
        cursor.execute(_FILL, values)
        cursor.execute(f"VACUUM ANALYZE {LOG}_{day:%Y%m%d}")
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as superuser:
        superuser.execute("CHECKPOINT")
    return day


def _drop(day: datetime) -> bool:
    return partitions.drop_day(LOG, day.date(), keep_days=KEEP_DAYS, cutoff=datetime.now(UTC))
