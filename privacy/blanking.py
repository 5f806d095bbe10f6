"""Blanking: columns whose date has come are emptied, and the row stays (promise H25).

What is written in their place is the same for every row, or chance where it must be unique: nothing leads
back. The date is taken off the row in the same statement, which marks it as done. Runs as ``app``, one
organisation after another: the janitor may delete and nothing else.
"""

# ruff: noqa: S608 - names come from the declarations and are quoted; values are parameters

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from privacy import registry
from privacy.registry import Swept
from tenancy.context import tenant
from tenancy.planes import TABLES

#: For the transaction of one slice.
LIMITS = "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '30s'"


def owners(swept: Swept) -> list[UUID | None]:
    """Whose rows the table holds, each to be entered in turn; None stands for the platform."""
    if TABLES[swept.table].plane == "control":
        return [None]
    return list(apps.get_model("organisations.Organisation").objects.values_list("pk", flat=True))


def due(swept: Swept, cutoff: datetime) -> int:
    """How many rows have come to their date."""
    return sum(_ask(swept, owner, "count(*)", cutoff) for owner in owners(swept))


def oldest(swept: Swept, cutoff: datetime) -> datetime | None:
    """The earliest date that has come and is not carried out."""
    found = [_ask(swept, owner, f"min({_q(swept.rule.column)})", cutoff) for owner in owners(swept)]
    return min((each for each in found if each), default=None)


def blank_slice(swept: Swept, owner: UUID | None, cutoff: datetime, size: int) -> int:
    """Empty the oldest rows of one owner in a transaction; answers how many there were."""
    column, key = _q(swept.rule.column), _q(_key(swept))
    emptied = ", ".join(f"{_q(name)} = {empty(swept, name)}" for name in swept.blanks)
    with _within(owner), connection.cursor() as cursor:
        cursor.execute(LIMITS)
        cursor.execute(
            f"UPDATE {_q(swept.table)} SET {emptied}, {column} = NULL WHERE {key} = ANY(ARRAY("
            f"SELECT {key} FROM {_q(swept.table)} WHERE {column} <= %s"
            f" ORDER BY {column} LIMIT %s FOR NO KEY UPDATE SKIP LOCKED))",
            [cutoff, size],
        )
        return int(cursor.rowcount)


def _ask(swept: Swept, owner: UUID | None, what: str, cutoff: datetime) -> Any:
    with _within(owner), connection.cursor() as cursor:
        cursor.execute(f"SELECT {what} FROM {_q(swept.table)} WHERE {_q(swept.rule.column)} <= %s", [cutoff])
        return cursor.fetchone()[0]


def _within(owner: UUID | None) -> AbstractContextManager[object]:
    return tenant(owner) if owner else transaction.atomic()


def empty(swept: Swept, name: str) -> str:
    """What is written in the place of a value, as SQL. Raises LookupError where nothing fits."""
    known = _field(swept, name)
    if known.null:
        return "NULL"
    if known.unique:
        return f"left(replace(gen_random_uuid()::text, '-', ''), {known.max_length or 32})"
    if isinstance(known, models.JSONField):
        return f"'{json.dumps(known.get_default() if known.has_default() else {})}'::jsonb"
    if isinstance(known, models.CharField | models.TextField):
        return "''"
    if isinstance(known, models.BinaryField):
        return "''::bytea"
    raise LookupError(f"{swept.label}.{name} cannot be blanked: allow NULL there.")


def filled(swept: Swept) -> str:
    """Whether a row of ``t`` still holds something to blank, as SQL."""
    tests = []
    for name in swept.blanks:
        known = _field(swept, name)
        if known.null:
            tests.append(f"t.{_q(name)} IS NOT NULL")
        elif not known.unique:
            tests.append(f"t.{_q(name)} <> {empty(swept, name)}")
    return " OR ".join(tests) or "TRUE"


def _field(swept: Swept, name: str) -> models.Field:
    model = registry.find_model(swept.label)
    assert model is not None
    return next(known for known in registry.own_columns(model) if known.column == name)


def _key(swept: Swept) -> str:
    model = registry.find_model(swept.label)
    assert model is not None
    return registry.column_of(model._meta.pk)


def _q(name: str) -> str:
    return connection.ops.quote_name(name)
