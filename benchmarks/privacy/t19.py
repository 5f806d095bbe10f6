"""T19: finding a person by their address in one organisation, in a small and in a very large one.

The rows are put there in bulk by the owner, with keyed hashes of chance; among them are people whose address
is looked for by the product's own search, a transaction each time as at the door and at the desk.
"""

import random
import statistics
import time
from uuid import UUID

from django.db import connections

from benchmarks.privacy.figures import figure

TARGETS = ("T19",)

SMALL = 10_000
PEOPLE = 200
ROUNDS = 5
SEARCHES = 400
#: 2 M leads where a million is asked for.
LARGE_PER_ROW = 2

_LEADS = """
INSERT INTO leads_lead (id, organisation_id, reference, configurator_id, version_id, status, language, source,
  quote, currency, notice_sha256, submission_key, body_sha256, quarantine_reason, submitted_at)
SELECT uuidv7(), v.organisation_id, 'bench', v.configurator_id, v.id, 'new', 'nl', 'page',
  '{}'::jsonb, 'EUR', repeat('0', 64), md5(%(from)s::text || n), sha256(n::text::bytea), '', now()
FROM (SELECT * FROM configurators_configuratorversion LIMIT 1) v, generate_series(1, %(rows)s::int) n
"""
_CONTACTS = """
INSERT INTO leads_leadcontact (id, organisation_id, name, email, email_index)
SELECT l.id, l.organisation_id, decode(repeat('ab', 45), 'hex'), decode(repeat('cd', 47), 'hex'),
  sha256(l.id::text::bytea)
FROM leads_lead l WHERE NOT EXISTS (SELECT FROM leads_leadcontact c WHERE c.id = l.id)
"""
_PEOPLE = """
WITH chosen AS (SELECT id, row_number() OVER (ORDER BY submission_key) AS n FROM leads_lead LIMIT %s)
UPDATE leads_leadcontact c SET email_index = p.hash
FROM chosen s JOIN unnest(%s::bytea[]) WITH ORDINALITY AS p(hash, n) ON p.n = s.n WHERE c.id = s.id
"""


def measure(rows: int) -> list[dict[str, object]]:
    organisation_id = _organisation()
    large = LARGE_PER_ROW * rows
    try:
        _fill(organisation_id, SMALL)
        small_p95 = _p95(organisation_id)
        _fill(organisation_id, large - SMALL)
        large_p95 = _p95(organisation_id)
    finally:
        _empty()
    return [
        figure("T19", f"subject search at {large} leads, p95 in ms", large_p95, must=5, goal=2, at_most=True),
        figure(
            "T19", f"the same ÷ at {SMALL} leads", large_p95 / small_p95, must=2.5, goal=1.5, at_most=True
        ),
    ]


def _organisation() -> UUID:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT organisation_id FROM configurators_configuratorversion LIMIT 1")
        return cursor.fetchone()[0]


def _fill(organisation_id: UUID, rows: int) -> None:
    from tenancy.encryption import blind_index

    hashes = [blind_index(organisation_id, "email", _address(number)) for number in range(PEOPLE)]
    with connections["owner"].cursor() as cursor:
        cursor.execute(_LEADS, {"rows": rows, "from": random.random()})
        cursor.execute(_CONTACTS)
        cursor.execute(_PEOPLE, [PEOPLE, hashes])
        cursor.execute("VACUUM ANALYZE leads_lead, leads_leadcontact")


def _p95(organisation_id: UUID) -> float:
    """The median over rounds of the 95th percentile of one search, half of them for people who are there."""
    return statistics.median(_round(organisation_id) for _ in range(ROUNDS))


def _round(organisation_id: UUID) -> float:
    from privacy.subject import finding
    from tenancy.context import tenant

    took = []
    for number in random.sample(range(2 * PEOPLE), SEARCHES):
        began = time.perf_counter()
        with tenant(organisation_id):
            found = finding.with_address(_address(number))
        took.append((time.perf_counter() - began) * 1000)
        assert bool(found) == (number < PEOPLE)
    return sorted(took)[int(len(took) * 0.95)]


def _address(number: int) -> str:
    return f"person-{number}@example.org"


def _empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE leads_lead CASCADE")
