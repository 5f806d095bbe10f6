"""T19: finding a person by their address or phone number in one organisation, in a small and in a very large one.

The rows are put there in bulk, with keyed hashes of chance; among them are people who are looked for by the
product's own search, a transaction each time as at the door and at the desk.
"""

import random
import statistics
import time
from collections.abc import Callable
from uuid import UUID

from benchmarks.privacy.figures import figure
from benchmarks.privacy.filling import empty, fill_leads, settle, superuser
from benchmarks.privacy.scale import Scale

Search = Callable[[str], list[UUID]]

TARGETS = ("T19",)

SMALL = 10_000
PEOPLE = 200
ROUNDS = 5
SEARCHES = 400
#: 2 M leads where a million is asked for.
LARGE_PER_ROW = 2

_PEOPLE = """
WITH chosen AS (SELECT id, row_number() OVER (ORDER BY submission_key) AS n FROM leads_lead LIMIT %s)
UPDATE leads_leadcontact c SET email_index = p.email, phone_index = p.phone
FROM chosen s JOIN unnest(%s::bytea[], %s::bytea[]) WITH ORDINALITY AS p(email, phone, n) ON p.n = s.n
WHERE c.id = s.id
"""


def measure(scale: Scale) -> list[dict[str, object]]:
    from privacy.subject import finding

    small, large = min(SMALL, scale.rows), LARGE_PER_ROW * scale.rows
    try:
        organisation_id = _fill(scale, small)
        small_p95 = _p95(organisation_id, scale, finding.with_address, _address)
        _fill(scale, large - small)
        large_p95 = _p95(organisation_id, scale, finding.with_address, _address)
        by_phone = _p95(organisation_id, scale, finding.with_phone, _phone)
    finally:
        empty("leads_lead")
    return [
        figure("T19", f"subject search at {large} leads, p95 in ms", large_p95, must=5, goal=2, at_most=True),
        figure(
            "T19", f"the same ÷ at {small} leads", large_p95 / small_p95, must=2.5, goal=1.5, at_most=True
        ),
        figure("T19", "the same by phone number, p95 in ms", by_phone, must=5, goal=2, at_most=True),
    ]


def _fill(scale: Scale, rows: int) -> UUID:
    from tenancy.encryption import blind_index

    organisation_id = fill_leads(scale, rows=rows)
    emails = [blind_index(organisation_id, "email", _address(number)) for number in range(PEOPLE)]
    phones = [blind_index(organisation_id, "phone", _phone(number)) for number in range(PEOPLE)]
    with superuser() as connection:
        connection.execute(_PEOPLE, [PEOPLE, emails, phones])
    settle("leads_leadcontact")
    return organisation_id


def _p95(organisation_id: UUID, scale: Scale, search: Search, named: Callable[[int], str]) -> float:
    """The median over rounds of the 95th percentile of one search, half of them for people who are there."""
    chance = random.Random(scale.seed)
    return statistics.median(_round(organisation_id, chance, search, named) for _ in range(ROUNDS))


def _round(
    organisation_id: UUID, chance: random.Random, search: Search, named: Callable[[int], str]
) -> float:
    from tenancy.context import tenant

    took = []
    for number in chance.sample(range(2 * PEOPLE), SEARCHES):
        began = time.perf_counter()
        with tenant(organisation_id):
            found = search(named(number))
        took.append((time.perf_counter() - began) * 1000)
        assert bool(found) == (number < PEOPLE)
    return sorted(took)[int(len(took) * 0.95)]


def _address(number: int) -> str:
    return f"person-{number}@example.org"


def _phone(number: int) -> str:
    return f"+3120{number:07}"
