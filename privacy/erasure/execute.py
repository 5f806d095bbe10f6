"""Carrying out a plan: exactly that, in one transaction, and looked after before it commits.

As the role `app`, by the same conditions that made the plan. A table from which the product may not delete
(the timeline of a lead) goes with the root, by the cascade that Postgres itself keeps.
"""

# ruff: noqa: S608 - names come from the declarations and are quoted; values are parameters

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Field, Model, UUIDField

from privacy import registry
from privacy.erasure.plan import Outcome, Part, Plan, plan_for
from privacy.erasure.reach import Person, quoted, rows_of

_CASCADES = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND confdeltype = 'c'
"""


class NotErased(RuntimeError):
    """Something declared was left: the transaction is undone, and nothing was erased."""


def lock(person: Person) -> None:
    """Let nobody add a part to the person's rows until the transaction ends."""
    table = registry.table_of(person.root)
    model = registry.find_model(person.root.label)
    assert table is not None
    assert model is not None
    key = quoted(registry.column_of(model._meta.pk))
    rows_of(f"SELECT 1 FROM {quoted(table)} WHERE {key} = ANY(%s) FOR UPDATE", [list(person.keys)])


def execute(plan: Plan) -> dict[str, int]:
    """Destroy what the plan says, and answer how many rows of each table. Call it within a transaction.

    Raises NotErased where a row that should be gone is still there.
    """
    root = registry.table_of(plan.person.root) or ""
    erased = [part for part in plan.touched if part.outcome == Outcome.ERASED]
    for part in plan.touched:
        if part.outcome == Outcome.EMPTIED:
            _empty(part)
    takes_along = any(part.table == root for part in erased)
    for part in sorted(erased, key=lambda part: part.table == root):  # the root last
        if not (takes_along and (part.table, root) in cascades()):
            _delete(part)
    _look_after(plan)
    return plan.counts


def _delete(part: Part) -> None:
    _run(f"DELETE FROM {quoted(part.table)} WHERE {quoted(part.key)} = ANY(%s)", [_typed(part)])


def _empty(part: Part) -> None:
    model = registry.find_model(part.declaration.label)
    assert model is not None
    fields = {registry.column_of(known): known for known in registry.own_columns(model)}
    settings = ", ".join(f"{quoted(column)} = {_nothing(fields[column])}" for column in part.columns)
    _run(f"UPDATE {quoted(part.table)} SET {settings} WHERE {quoted(part.key)} = ANY(%s)", [_typed(part)])


def _nothing(field: Field[Any, Any]) -> str:
    """What a column holds once it says nothing."""
    return "NULL" if field.null else "''"


def _typed(part: Part) -> list[Any]:
    model: type[Model] | None = registry.find_model(part.declaration.label)
    if model is not None and _holds_uuid(model._meta.pk):
        return [UUID(key) for key in part.keys]
    return list(part.keys)


def _holds_uuid(field: Any) -> bool:
    """Whether a key is a UUID: of its own, or the key of the whole it is a part of."""
    remote = getattr(field, "remote_field", None)
    return isinstance(field, UUIDField) or (remote is not None and _holds_uuid(remote.model._meta.pk))


def _look_after(plan: Plan) -> None:
    """Ask the same questions again: about the person, and about the very rows that should be gone."""
    left = {part.table for part in plan_for(plan.person, plan.keeping).touched}
    left |= _remaining([part for part in plan.touched if part.outcome == Outcome.ERASED])
    if left:
        raise NotErased(f"Rows were left in {', '.join(sorted(left))}.")


def _remaining(parts: list[Part]) -> set[str]:
    if not parts:
        return set()
    asked = [
        f"SELECT {number} WHERE EXISTS (SELECT FROM {quoted(part.table)} WHERE {quoted(part.key)} = ANY(%s))"
        for number, part in enumerate(parts)
    ]
    found = rows_of(" UNION ALL ".join(asked), [_typed(part) for part in parts])
    return {parts[number].table for (number,) in found}


@cache
def cascades() -> frozenset[tuple[str, str]]:
    """Which tables' rows Postgres deletes with which: part and whole."""
    return frozenset(rows_of(_CASCADES, []))


def _run(statement: str, values: list[Any]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
