"""A second opinion on the dates: recomputed from the anchors, by other code than assigned them.

Runs as `app`, one organisation after another, since the janitor cannot see what is not expired. What a legal
hold covers is left out: it has no date, and ought to have none.
"""

# ruff: noqa: S608 - names come from the declarations and are quoted

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections
from django.db.models import Model

from privacy import holds, periods, registry
from privacy.declarations import ANYTHING
from privacy.registry import Swept
from tenancy.context import tenant
from tenancy.planes import TABLES

#: A row may outlive its date by this much before it counts: a sweep a day, and one that was missed.
GRACE = "2 days"
#: Dates are computed in Python and in Postgres; they agree to the second.
TOLERANCE = "1 second"


@dataclass(slots=True)
class Report:
    """What one rule's rows look like beside their anchors."""

    rule: str
    rows: int = 0
    overstayed: int = 0
    too_early: int = 0
    too_late: int = 0
    undated: int = 0
    shorter: str = ""

    @property
    def wrong(self) -> bool:
        """Dates before the rule's are right only where the rule says which rows may go earlier."""
        return bool(self.overstayed or self.too_late or (self.too_early and not self.shorter))

    def add(self, counts: tuple[int, int, int, int, int]) -> None:
        self.rows += counts[0]
        self.overstayed += counts[1]
        self.too_early += counts[2]
        self.too_late += counts[3]
        self.undated += counts[4]

    def __str__(self) -> str:
        return (
            f"{self.rule}: {self.rows} rows, {self.overstayed} kept too long,"
            f" {self.too_early} dated too early, {self.too_late} too late, {self.undated} without a date"
        )


def verify() -> list[Report]:
    return [report(swept) for swept in registry.dated()]


def report(swept: Swept) -> Report:
    """What one rule's rows look like."""
    found = Report(swept.name, shorter=swept.rule.shorter)
    question = statement(swept)
    if TABLES[swept.table].plane == "control":
        found.add(_ask(question))
        return found
    for organisation_id in _organisations():
        with tenant(organisation_id):
            held = holds.condition(holds.active(), swept)
            found.add(_ask(f"{question} WHERE NOT ({held.sql})" if held.sql else question, held.values))
    return found


def _ask(question: str, values: Sequence[Any] = ()) -> tuple[int, int, int, int, int]:
    with connections["default"].cursor() as cursor:
        cursor.execute(question, list(values))
        return tuple(cursor.fetchone())


def _organisations() -> Iterator[UUID]:
    organisation = apps.get_model("organisations.Organisation")
    yield from list(organisation.objects.values_list("pk", flat=True))


def statement(swept: Swept) -> str:
    """Counts of rows, of overstays, of dates before and after the anchor's, and of rows without a date.

    Raises LookupError where the rule's anchor or period leads nowhere.
    """
    q = connections["default"].ops.quote_name
    joins: dict[str, str] = {}
    ought = _ought(swept, joins)
    has = f"t.{q(swept.rule.column)}"
    return (
        f"SELECT count(*),"
        f" count(*) FILTER (WHERE {ought} < now() - interval '{GRACE}'),"
        f" count(*) FILTER (WHERE {has} < {ought} - interval '{TOLERANCE}'),"
        f" count(*) FILTER (WHERE {has} > {ought} + interval '{TOLERANCE}'),"
        f" count(*) FILTER (WHERE {has} IS NULL)"
        f" FROM {q(swept.table)} t {' '.join(joins.values())}"
    )


def _ought(swept: Swept, joins: dict[str, str]) -> str:
    """The moment by the rule; by one of its cases for the rows that these name; never after its end."""
    rule = swept.rule
    ought = _plus(swept, rule.anchor, rule.after, joins)
    for case in reversed(rule.cases):
        which = _column(swept, case.column, joins)
        fits = f"{which} IS NOT NULL" if case.value == ANYTHING else f"{which} = {_literal(case.value)}"
        ought = (
            f"CASE WHEN {fits} THEN {_plus(swept, case.anchor or rule.anchor, case.after, joins)}"
            f" ELSE {ought} END"
        )
    return (
        f"least({ought}, {_plus(swept, rule.until.anchor, rule.until.after, joins)})" if rule.until else ought
    )


def _plus(swept: Swept, anchor: str, after: str, joins: dict[str, str]) -> str:
    return f"({_column(swept, anchor, joins)} + {_interval(swept, after, joins)})"


def _literal(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else "'" + value.replace("'", "''") + "'"


def _interval(swept: Swept, after: str, joins: dict[str, str]) -> str:
    period = periods.parse(after)
    if isinstance(period, periods.Fixed):
        return f"interval '{period.interval}'"
    if isinstance(period, periods.DaysInSetting):
        return f"interval '{period.days} days'"
    if isinstance(period, periods.MonthsInSetting):
        return f"interval '{period.months} months'"
    return f"make_interval(days => {_column(swept, after, joins)})"


def _column(swept: Swept, path: str, joins: dict[str, str]) -> str:
    """ "submitted_at", or "lead.submitted_at" through the reference `lead`, joined once."""
    q = connections["default"].ops.quote_name
    of, _, column = path.rpartition(".")
    model = registry.find_model(swept.label)
    if model is None:
        raise LookupError(f"{swept.label} has no model")
    if not of or of == model._meta.model_name:
        return f"t.{q(_existing(model, column))}"
    remote, reference = _referred(model, of)
    within = f" AND {q(of)}.organisation_id = t.organisation_id" if _is_tenant(remote) else ""
    joins[of] = (
        f"LEFT JOIN {q(remote._meta.db_table)} {q(of)}"
        f" ON {q(of)}.{q(registry.column_of(remote._meta.pk))} = t.{q(reference)}{within}"
    )
    return f"{q(of)}.{q(_existing(remote, column))}"


def _existing(model: type[Model], column: str) -> str:
    if column not in {registry.column_of(known) for known in registry.own_columns(model)}:
        raise LookupError(f"{model._meta.label} has no column {column}")
    return column


def _is_tenant(model: type[Model]) -> bool:
    return TABLES[model._meta.db_table].plane == "tenant"


def _referred(model: type[Model], of: str) -> tuple[type[Model], str]:
    """The model that "lead" or "organisation" means on this table, and the column that leads to it."""
    for known in registry.own_columns(model):
        if known.name == of and known.remote_field is not None:
            return known.remote_field.model, registry.column_of(known)
    if of == "organisation":
        return apps.get_model("organisations.Organisation"), "organisation_id"
    raise LookupError(f"{model._meta.label} has no reference {of}")
