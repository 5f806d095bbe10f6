"""When each row goes: a rule of the declarations as the assignment of a date.

Whoever writes a row dates it at once, by its own means. This module computes the same dates in bulk, from
the anchors: when an organisation's period or lifecycle changes, when a hold is placed or released, when a
period of the installation changes, and each day for rows whose anchor became known since (a request that was
closed). What is held has no date, so no sweep can see it.
"""

# ruff: noqa: S608 - names come from the declarations and are quoted; values are parameters

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from organisations.agreements import redate_everybody
from organisations.models import Organisation
from privacy import blanking, holds, periods, registry
from privacy.declarations import ANYTHING, Case, Rule
from privacy.holds import Condition
from privacy.models import AccountRequest, LegalHold, PrivacyRequest, RetentionRun
from privacy.registry import Swept
from privacy.requests import letters
from tenancy.context import tenant
from tenancy.planes import TABLES

#: An organisation that changed so lately may have rows that were written while it did.
CHANGED_LATELY = timedelta(days=2)
_THIS_ORGANISATION = (
    '(SELECT "{column}" FROM organisations_organisation WHERE id = (SELECT current_organisation()))'
)


@dataclass(slots=True)
class Dated:
    """What a computation of dates did: how many moved, and how many rows of each rule a hold keeps."""

    moved: int = 0
    held: Counter[str] = field(default_factory=Counter)


def redate_organisation(organisation_id: UUID) -> Dated:
    """Compute every date of an organisation anew, its own included."""
    done = Dated()
    with tenant(organisation_id):
        _redate_tables(holds.active(), done, every_row=True)
        own = next(each for each in _tables("control") if each.label == "organisations.Organisation")
        done.moved += _assign(own, f"t.id = (SELECT current_organisation()) AND ({blanking.filled(own)})")
    return done


def catch_up() -> Dated:
    """Date what has no date yet, and everything where the rules are not those of the last sweep."""
    last = RetentionRun.objects.order_by("-started_at").values_list("registry", flat=True).first()
    new_rules, lately = last != registry.digest(), timezone.now() - CHANGED_LATELY
    done = Dated(redate_everybody())
    for each in _tables("control"):
        done.moved += redate_table(each, every_row=new_rules)
    if new_rules:
        _redate_letters(AccountRequest)
    for organisation_id, changed_at in Organisation.objects.values_list("pk", "changed_at"):
        with tenant(organisation_id):
            active = holds.active()
            every_row = new_rules or bool(active) or changed_at > lately
            _redate_tables(active, done, every_row=every_row)
    return done


def follow_the_organisation(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    """A setting or the lifecycle of an organisation moved. Runs inside its transaction."""
    redate_organisation(organisation.pk)


def _redate_tables(active: list[LegalHold], done: Dated, *, every_row: bool) -> None:
    tables = list(_tables("tenant"))
    for each in tables if every_row else _with_undated_rows(tables):
        held = holds.condition(active, each)
        done.moved += redate_table(each, held, every_row=every_row)
        if held.sql:
            done.held[each.name] += _overdue(each, held)
    if every_row:
        _redate_letters(PrivacyRequest)


def _redate_letters(model: type[PrivacyRequest] | type[AccountRequest]) -> None:
    """A letter that names who asked goes with the name, which no rule of the mails' table can know."""
    for request in model.objects.exclude(identifiers_until=None).exclude(person_index=None):
        letters.date_mails(request)


def _tables(plane: str) -> Iterator[Swept]:
    """What may be dated in bulk: the record is written once and never touched again."""
    for each in registry.dated():
        table = TABLES.get(each.table)
        if table and table.plane == plane and "UPDATE" in table.app and each.label != "accounts.User":
            yield each


def _with_undated_rows(tables: list[Swept]) -> list[Swept]:
    """Those in which a date is missing that could be there; asked in one go, for most days find nothing."""
    questions = [
        f"EXISTS (SELECT 1 FROM {_q(each.table)} t WHERE {_undated(each)} AND {moment(each)} IS NOT NULL)"
        for each in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(questions)}")
        answers = cursor.fetchone()
    return [each for each, found in zip(tables, answers, strict=True) if found]


def _undated(swept: Swept) -> str:
    undated = f"t.{_q(swept.rule.column)} IS NULL"
    return f"{undated} AND ({blanking.filled(swept)})" if swept.blanks else undated


def redate_table(swept: Swept, held: Condition | None = None, *, every_row: bool = True) -> int:
    """Compute the dates of one table: of every row, or only of those without. Inside the tenant."""
    if swept.rule.anchor == swept.rule.column:
        return 0
    every = f"({blanking.filled(swept)})" if swept.blanks else "TRUE"
    return _assign(swept, every if every_row else _undated(swept), held)


def _assign(swept: Swept, where: str, held: Condition | None = None) -> int:
    column, date, values = _q(swept.rule.column), moment(swept), list[Any]()
    if swept.rule.shorter and TABLES[swept.table].plane == "control":
        date = f"least(t.{column}, {date})"
    if not _may_be_undated(swept):
        where += f" AND {date} IS NOT NULL"
    if held and held.sql:
        date, values = f"CASE WHEN {held.sql} THEN NULL ELSE {date} END", held.values
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_q(swept.table)} t SET {column} = {date}"
            f" WHERE {where} AND t.{column} IS DISTINCT FROM {date}",
            [*values, *values],
        )
        return int(cursor.rowcount)


def _may_be_undated(swept: Swept) -> bool:
    model = registry.find_model(swept.label)
    assert model is not None
    return any(known.null for known in registry.own_columns(model) if known.column == swept.rule.column)


def _overdue(swept: Swept, held: Condition) -> int:
    """How many rows would have gone by now but for a hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {_q(swept.table)} t WHERE ({held.sql}) AND {moment(swept)} <= now()",
            held.values,
        )
        return int(cursor.fetchone()[0])


def moment(swept: Swept) -> str:
    """The date of a row of ``t`` as Postgres computes it."""
    rule = swept.rule
    date = _counted(swept, rule.anchor, rule.after)
    if rule.cases:
        branches = " ".join(_branch(swept, rule, case) for case in rule.cases)
        date = f"CASE {branches} ELSE {date} END"
    return f"least({date}, {_counted(swept, rule.until.anchor, rule.until.after)})" if rule.until else date


def _branch(swept: Swept, rule: Rule, case: Case) -> str:
    column = _value(swept, case.column)
    fits = column + " IS NOT NULL" if case.value == ANYTHING else f"{column}::text = '{_plain(case.value)}'"
    return f"WHEN {fits} THEN {_counted(swept, case.anchor or rule.anchor, case.after)}"


def _plain(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value.replace("'", "''")


def _counted(swept: Swept, anchor: str, after: str) -> str:
    return f"{_value(swept, anchor)} + {_period(swept, after)}"


def _period(swept: Swept, after: str) -> str:
    match periods.parse(after):
        case periods.Fixed() as fixed:
            return f"'{fixed.interval}'::interval"
        case periods.DaysInSetting() as setting:
            return f"make_interval(days => {setting.days})"
        case periods.MonthsInSetting() as setting:
            return f"make_interval(months => {setting.months})"
    return f"make_interval(days => {_value(swept, after)})"


def _value(swept: Swept, path: str) -> str:
    """A column of the row itself, of the row it belongs to ("lead.submitted_at"), or of the organisation."""
    whole, _, column = path.rpartition(".")
    model = registry.find_model(swept.label)
    assert model is not None
    if not whole:
        return f"t.{_q(column)}"
    if whole == "organisation" and TABLES[swept.table].plane == "tenant":
        return _THIS_ORGANISATION.format(column=column)
    remote, reference = _reference(model, whole)
    same = (
        " AND w.organisation_id = t.organisation_id"
        if TABLES[remote._meta.db_table].plane == "tenant"
        else ""
    )
    key = _q(registry.column_of(remote._meta.pk))
    return (
        f"(SELECT w.{_q(column)} FROM {_q(remote._meta.db_table)} w WHERE w.{key} = t.{_q(reference)}{same})"
    )


def _reference(model: type[Model], name: str) -> tuple[type[Model], str]:
    if name == "organisation" and not any(f.name == name for f in registry.own_columns(model)):
        return apps.get_model("organisations.Organisation"), "organisation_id"
    known = next(known for known in registry.own_columns(model) if known.name == name)
    assert known.remote_field is not None
    return known.remote_field.model, registry.column_of(known)


def _q(name: str) -> str:
    return connection.ops.quote_name(name)
