"""What will still be here on a day, table by table, if nothing more comes in.

Counted from the dates that the rows carry, so it is what the sweeps will do; a row without a date stays, and
the forecast says whether a legal hold or an unknown moment keeps it.
"""

# ruff: noqa: S608 - names come from the declarations and are quoted; values are parameters

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from privacy import holds, registry
from privacy.declarations import Declaration
from privacy.registry import Swept
from tenancy.planes import TABLES


@dataclass(frozen=True, slots=True)
class Line:
    """One table: how many rows it has, how many go by the day, and why the others stay."""

    name: str
    table: str
    now: int
    goes: int
    held: int
    undated: int

    @property
    def stays(self) -> int:
        return self.now - self.goes

    @property
    def later(self) -> int:
        """Those that stay because their date lies after the day."""
        return self.stays - self.held - self.undated


def of_organisation(on: date) -> list[Line]:
    """What the current organisation keeps, and the platform about its requests. Runs inside the tenant."""
    active = holds.active()
    return _lines("tenant", on, active)


def of_platform(on: date) -> list[Line]:
    """What the platform itself keeps. Requests are the organisations': each sees its own forecast."""
    return _lines("control", on, [])


def _lines(plane: str, on: date, active: list[holds.LegalHold]) -> list[Line]:
    end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    return sorted(
        (_line(declaration, swept, join, end, active) for declaration, swept, join in _tables(plane)),
        key=lambda line: (-line.now, line.name),
    )


def _tables(plane: str) -> Iterator[tuple[Declaration, Swept, str]]:
    """Each personal table with the rule by which its rows go, and how they reach the row that takes them."""
    rules = {each.label: each for each in registry.swept()}
    by_table = {each.table: each for each in registry.swept()}
    for declaration in registry.declarations().values():
        table = registry.table_of(declaration)
        if table not in TABLES or TABLES[table].plane != plane or not declaration.is_personal:
            continue
        if declaration.label in rules:
            yield declaration, rules[declaration.label], ""
        elif (whole := registry.whole_of(declaration)) in by_table and whole:
            yield declaration, by_table[whole], _join(declaration, table, whole)


def _join(declaration: Declaration, table: str, whole: str) -> str:
    model = registry.find_model(declaration.label)
    assert model is not None
    for known in registry.own_columns(model):
        remote = known.remote_field.model if known.remote_field is not None else None
        if remote is not None and remote._meta.db_table == whole:
            key, column = registry.column_of(remote._meta.pk), registry.column_of(known)
            return f"JOIN {_q(table)} p ON p.{_q(column)} = t.{_q(key)}"
    raise LookupError(f"{declaration.label} does not refer to {whole}.")


def _line(
    declaration: Declaration, swept: Swept, join: str, end: datetime, active: list[holds.LegalHold]
) -> Line:
    held, date_ = holds.condition(active, swept), f"t.{_q(swept.rule.column)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {date_} < %s),"
            f" count(*) FILTER (WHERE {date_} IS NULL AND ({held.sql or 'FALSE'})),"
            f" count(*) FILTER (WHERE {date_} IS NULL AND NOT ({held.sql or 'FALSE'}))"
            f" FROM {_q(swept.table)} t {join}",
            [end, *held.values, *held.values],
        )
        now, goes, kept, undated = cursor.fetchone()
    return Line(str(declaration.called), registry.table_of(declaration) or "", now, goes, kept, undated)


def _q(name: str) -> str:
    return connection.ops.quote_name(name)
