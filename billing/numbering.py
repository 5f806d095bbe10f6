"""Our own numbers, for invoices that the payment provider does not issue: no gap, and dates that only rise.

One row per entity, financial year and kind, counted up in the transaction that stores the invoice: whoever
rolls back gives the number back, and the next waits until that is known. A sequence of Postgres leaves gaps
(Directive 2006/112/EC, article 226(2)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import connection

from billing.seller import Entity
from tenancy.ids import uuid7


class Kind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


_LETTER = {Kind.INVOICE: "", Kind.CREDIT_NOTE: "C"}
_TAKE = """
INSERT INTO billing_series (id, entity, financial_year, kind, last, last_issued_on)
VALUES (%s, %s, %s, %s, 1, %s)
ON CONFLICT (entity, financial_year, kind) DO UPDATE
SET last = billing_series.last + 1,
    last_issued_on = greatest(billing_series.last_issued_on, EXCLUDED.last_issued_on)
RETURNING last, last_issued_on
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A number, and the date of issue that goes with it: never before that of the number before."""

    number: str
    issued_on: date


class NoTransaction(RuntimeError):
    """A number that is taken outside the transaction of its invoice could be left without one."""


def take(entity: Entity, kind: Kind, today: date) -> Taken:
    """The next number. Take it last: others wait for it until this transaction ends."""
    if not connection.in_atomic_block:
        raise NoTransaction
    year = entity.financial_year(today).name
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [uuid7(), entity.code, year, kind.value, today])
        last, issued_on = cursor.fetchone()
    return Taken(f"{entity.prefix}{_LETTER[kind]}-{year}-{last:05}", issued_on)
