"""All declarations of all installed apps, put beside the tables that Django knows."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Field as ModelField
from django.db.models import Model
from django.utils.translation import override

from privacy.declarations import (
    Declaration,
    Field,
    JSONKeys,
    NotPersonal,
    Personal,
    Rule,
    Subject,
    collector,
)
from privacy.periods import UnknownPeriod, parse

PAGE = "personal_data"
THIRD_PARTY = "privacy.third_party_personal_data"

Answer = TypeVar("Answer")


@cache
def load() -> None:
    """Import the page of every installed app, and the one about tables of others."""
    for config in apps.get_app_configs():
        page = f"{config.name}.{PAGE}"
        if find_spec(page) is not None:
            importlib.import_module(page)
    importlib.import_module(THIRD_PARTY)


def declarations() -> dict[str, Declaration]:
    load()
    return dict(sorted(collector.declarations.items()))


class _Remembered:
    """What was made of the declarations, for as long as they are the same."""

    def __init__(self) -> None:
        self._declared: list[Declaration] = []
        self._answers: dict[str, Any] = {}

    def answer(self, name: str, make: Callable[[list[Declaration]], Answer]) -> Answer:
        declared = list(declarations().values())
        if declared != self._declared:
            self._declared, self._answers = declared, {}
        if name not in self._answers:
            self._answers[name] = make(declared)
        found: Answer = self._answers[name]
        return found


_REMEMBERED = _Remembered()


def declared_twice() -> list[tuple[str, str, str]]:
    load()
    return list(collector.twice)


def models() -> Iterator[type[Model]]:
    """Every model with a table of its own, those that Django makes for many-to-many fields included."""
    for model in apps.get_models(include_auto_created=True, include_swapped=False):
        if not model._meta.proxy:
            yield model


def own_columns(model: type[Model]) -> list[ModelField]:
    return [f for f in model._meta.local_concrete_fields if f.column]


def column_of(known: ModelField) -> str:
    """The name of the field's column, which Django types as optional."""
    assert known.column
    return known.column


def find_model(label: str) -> type[Model] | None:
    """The model of a declaration; None for a bare table and for an app that is not installed."""
    if "." not in label:
        return None
    try:
        return apps.get_model(label)
    except LookupError:
        return next((m for m in models() if m._meta.label == label), None)


def table_of(declaration: Declaration) -> str | None:
    """The table's name; None when the app is not installed."""
    if "." not in declaration.label:
        return declaration.label
    model = find_model(declaration.label)
    return model._meta.db_table if model else None


def by_column(declaration: Declaration) -> dict[str, Field]:
    """The declared fields by the name of their column: "lead" and "lead_id" mean the same."""
    model = find_model(declaration.label)
    if model is None:
        return dict(declaration.fields)
    names: dict[str, str] = {}
    for known in own_columns(model):
        column = column_of(known)
        names |= {known.name: column, known.attname: column, column: column}
    return {names.get(name, name): value for name, value in declaration.fields.items()}


@dataclass(frozen=True, slots=True)
class Swept:
    """A rule with the table on which it is carried out, which carries the date itself.

    `blanks` are the columns that are emptied where the row stays; empty where the row goes.
    """

    name: str
    label: str
    table: str
    rule: Rule
    blanks: tuple[str, ...] = ()


def swept() -> list[Swept]:
    """The rules by which rows are deleted."""
    return [each for each in dated() if not each.blanks]


def blanked() -> list[Swept]:
    """The rules by which columns are emptied and the row stays."""
    return [each for each in dated() if each.blanks]


def dated() -> list[Swept]:
    """Every rule whose table carries the date."""
    return list(_REMEMBERED.answer("dated", _all_dated))


def _all_dated(declared: list[Declaration]) -> list[Swept]:
    found = [each for declaration in declared for each in _dated(declaration)]
    return sorted(found, key=lambda each: each.name)


def is_swept(declaration: Declaration, rule: Rule) -> bool:
    """Whether a sweep carries out this rule of the table or of one of its columns."""
    return any(each.rule == rule for each in _dated(declaration))


def _dated(declaration: Declaration) -> Iterator[Swept]:
    table = table_of(declaration)
    if table is None:
        return
    columns = by_column(declaration)
    rules = {declaration.rule, *(each.rule for each in columns.values() if isinstance(each, Personal))}
    for rule in sorted((each for each in rules if each and each.column in columns), key=lambda r: r.name):
        blanks = _blanks(declaration, rule, columns) if rule.action == "anonymise" else ()
        if rule.action == "anonymise" or rule is declaration.rule:
            yield Swept(f"{rule.name}:{table}", declaration.label, table, rule, blanks)


def _blanks(declaration: Declaration, rule: Rule, columns: dict[str, Field]) -> tuple[str, ...]:
    """The columns under this rule: by name, or everything personal where it is the table's own rule."""
    if rule is declaration.rule:
        return tuple(name for name, value in columns.items() if _is_personal(value))
    return tuple(
        name for name, value in columns.items() if isinstance(value, Personal) and value.rule == rule
    )


def _is_personal(value: Field) -> bool:
    if isinstance(value, JSONKeys):
        return bool(value.personal())
    return isinstance(value, Personal) and value.rule is None


def has_date(declaration: Declaration) -> bool:
    return declaration.rule is not None and declaration.rule.column in by_column(declaration)


def whole_of(declaration: Declaration) -> str | None:
    """The table with whose rows this one's go: its rule counts from there ("lead.submitted_at")."""
    model = find_model(declaration.label)
    if model is None or declaration.rule is None or has_date(declaration):
        return None
    whole = declaration.rule.anchor.rpartition(".")[0]
    for known in own_columns(model):
        if known.name == whole and known.remote_field is not None:
            return known.remote_field.model._meta.db_table
    return None


@dataclass(frozen=True, slots=True)
class Held:
    """One table that holds something about the person behind a root's row, and how its rows are found.

    `column` holds the root's key, or with `by="address"` a keyed hash of the address or the address itself.
    """

    declaration: Declaration
    table: str
    column: str
    by: str


def root_of(subject: Subject) -> Declaration:
    """The table with one row per person or request of this kind. Raises LookupError where there is none."""
    for declaration in declarations().values():
        if declaration.root and declaration.subject == subject:
            return declaration
    raise LookupError(f"No declaration is the root for {subject}.")


def held_about(root: Declaration) -> list[Held]:
    """Every table with rows of the person behind a row of `root`: the root itself first, then by name."""
    found = []
    for declaration in declarations().values():
        table = table_of(declaration)
        if table and (held := _held(declaration, table, root)):
            found.append(held)
    return sorted(found, key=lambda each: (not each.declaration.root, each.table))


def _held(declaration: Declaration, table: str, root: Declaration) -> Held | None:
    if declaration.label == root.label:
        model = find_model(root.label)
        assert model is not None
        return Held(declaration, table, column_of(model._meta.pk), "key")
    if declaration.whose is not None:
        if declaration.whose.root != root.label:
            return None
        return Held(declaration, table, declaration.whose.column, declaration.whose.by)
    column = _reference_to(find_model(declaration.label), find_model(root.label))
    return Held(declaration, table, column, "key") if column and declaration.is_personal else None


@cache
def _reference_to(model: type[Model] | None, target: type[Model] | None) -> str:
    """The column that refers to the root, as its model knows it: a model stays as it is."""
    if model is None:
        return ""
    for known in own_columns(model):
        if known.remote_field is not None and known.remote_field.model is target:
            return column_of(known)
    return ""


def is_reached(declaration: Declaration) -> bool:
    """Whether the rows can be found by the person they are about."""
    roots = [each for each in declarations().values() if each.root]
    return declaration.root or any(
        table and _held(declaration, table, root)
        for root in roots
        if (table := table_of(declaration)) is not None
    )


def categories_of(declaration: Declaration) -> set[str]:
    """The kinds of personal data that a table holds: the first words of their categories."""
    found = set()
    for value in declaration.fields.values():
        inner = value.personal().values() if isinstance(value, JSONKeys) else [value]
        found |= {each.category.partition(".")[0] for each in inner if isinstance(each, Personal)}
    return found


def digest() -> str:
    """A fingerprint of all declarations: evidence of a run names the rules under which it ran."""
    with override("en"):
        plain = _REMEMBERED.answer("plain", lambda declared: json.dumps([_plain(each) for each in declared]))
        in_force = [_in_force(after) for after in _REMEMBERED.answer("periods", _periods)]
    return hashlib.sha256(json.dumps([plain, in_force]).encode()).hexdigest()


def _periods(declared: list[Declaration]) -> list[str]:
    """The periods that rules name, once each."""
    rules = {declaration.rule for declaration in declared}
    rules |= {value.rule for each in declared for value in _personal_in(each.fields)}
    found = {rule.after for rule in rules if rule}
    found |= {case.after for rule in rules if rule for case in rule.cases}
    found |= {rule.until.after for rule in rules if rule and rule.until}
    return sorted(found)


def _personal_in(fields: Mapping[str, Field]) -> Iterator[Personal]:
    for value in fields.values():
        if isinstance(value, JSONKeys):
            yield from _personal_in(value.keys)
        elif isinstance(value, Personal):
            yield value


def _plain(declaration: Declaration) -> dict[str, object]:
    return {
        "label": declaration.label,
        "role": declaration.role,
        "subject": str(declaration.subject),
        "rule": _plain_rule(declaration.rule),
        "erasure": [declaration.erasure.what, declaration.erasure.ground],
        "also": [[also.root, also.column, also.by, also.erasure.what] for also in declaration.also],
        "fields": {name: _plain_field(value) for name, value in declaration.fields.items()},
    }


def _plain_rule(rule: Rule | None) -> list[object] | None:
    if rule is None:
        return None
    cases = [[case.column, case.value, case.anchor, case.after] for case in rule.cases]
    until = [rule.until.anchor, rule.until.after] if rule.until else None
    return [rule.name, rule.anchor, rule.after, rule.action, rule.column, cases, until]


def _in_force(after: str) -> str:
    """The period with the value that its setting has now: another setting is another version of the rules."""
    try:
        return str(parse(after))
    except UnknownPeriod:
        return after


def _plain_field(value: Field) -> object:
    if isinstance(value, JSONKeys):
        return {key: _plain_field(inner) for key, inner in value.keys.items()}
    if isinstance(value, NotPersonal):
        return value.reason
    return _plain_personal(value)


def _plain_personal(value: Personal) -> list[object]:
    return [
        value.category,
        value.purpose,
        value.basis,
        value.sealed,
        value.hashed,
        value.org_visible,
        _plain_rule(value.rule),
    ]
