"""Keys, indexes, counters and references."""

# ruff: noqa: S608 - the texts are made of constants of this package; no value comes from outside

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db.models import CASCADE

from tenancy.catalogue.reading import (
    SCHEMA,
    Catalogue,
    Finding,
    column_names,
    inspection,
    is_tenant,
    ours,
    plane_of,
)
from tenancy.models import TenantForeignKey, TenantOneToOne
from tenancy.planes import TABLES, class_of


@inspection
def tenant_columns(catalogue: Catalogue) -> Iterator[Finding]:
    """`organisation_id uuid NOT NULL` without a default, and no counter that all tenants share."""
    rows = catalogue.ask(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,"
        " pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
        f" WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname = '{SCHEMA}'"
    )
    owned = {row[0] for row in rows if row[1] == "organisation_id"}
    for table in TABLES:
        if is_tenant(table) and table not in owned:
            yield Finding(table, "has no organisation_id")
    for table, column, type_, not_null, identity, default in rows:
        if is_tenant(table):
            yield from _tenant_column(f"{table}.{column}", column, type_, not_null, identity, default or "")


def _tenant_column(
    about: str, column: str, type_: str, not_null: bool, identity: str, default: str
) -> Iterator[Finding]:
    if identity or "nextval" in default:
        yield Finding(about, "counts over all organisations")
    if column not in ("organisation_id", "id"):
        return
    if type_ != "uuid":
        yield Finding(about, f"is {type_}, not uuid")
    if not not_null:
        yield Finding(about, "may be null")
    if column == "organisation_id" and default:
        yield Finding(about, "has a default: a forgotten organisation must fail")


@inspection
def sequences(catalogue: Catalogue) -> Iterator[Finding]:
    """A sequence belongs to a table of the control plane, or is a finding."""
    for sequence, table in catalogue.ask(
        "SELECT c.relname, o.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid"
        " AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
        f" LEFT JOIN pg_class o ON o.oid = d.refobjid WHERE c.relkind = 'S' AND {ours()}"
    ):
        if table is None or plane_of(table) != "control":
            yield Finding(sequence, f"is a sequence of {table or 'no table'}")


@inspection
def keys(catalogue: Catalogue) -> Iterator[Finding]:
    """The key of a tenant table is `(organisation_id, id)`; nothing in it is deferrable or an exclusion."""
    keyed = set()
    for table, name, kind, deferrable, columns, period in catalogue.ask(
        f"SELECT c.relname, k.conname, k.contype, k.condeferrable, {column_names('k.conrelid', 'k.conkey')},"
        " coalesce((to_jsonb(k)->>'conperiod')::boolean, false)"
        " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype IN ('p', 'u', 'x')"
    ):
        if not is_tenant(table):
            continue
        about = f"{table}.{name}"
        if kind == "p":
            keyed.add(table)
            if list(columns) != ["organisation_id", "id"]:
                yield Finding(about, f"is a key of ({', '.join(columns)})")
        if kind == "x" or period:
            yield Finding(about, "excludes over all organisations")
        if deferrable:
            yield Finding(about, "is deferrable")
    for table in TABLES:
        if is_tenant(table) and table not in keyed:
            yield Finding(table, "has no primary key")


@inspection
def indexes(catalogue: Catalogue) -> Iterator[Finding]:
    """Every index of a tenant table begins with the organisation; the sweep's on `purge_after` may not."""
    for table, name, unique, valid, columns in catalogue.ask(
        "SELECT c.relname, x.relname, i.indisunique, i.indisvalid AND i.indisready,"
        " ARRAY(SELECT coalesce(a.attname, '') FROM unnest(i.indkey) WITH ORDINALITY AS u(n, place)"
        "       LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.n AND u.n > 0"
        "       WHERE u.place <= i.indnkeyatts ORDER BY u.place)"
        " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid"
    ):
        if class_of(table) is None:
            continue
        if not valid:
            yield Finding(f"{table}.{name}", "is not valid")
        if not is_tenant(table) or columns[0] == "organisation_id":
            continue
        if unique or list(columns) != ["purge_after"]:
            word = "is unique" if unique else "indexes"
            yield Finding(f"{table}.{name}", f"{word} over all organisations")


_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


@dataclass(frozen=True, slots=True)
class Reference:
    """One foreign key as Postgres holds it."""

    name: str
    table: str
    to_table: str
    columns: list[str]
    to_columns: list[str]
    on_delete: str
    on_update: str
    set_null: list[str]
    deferrable: bool
    validated: bool
    enforced: bool

    @property
    def about(self) -> str:
        return f"{self.table}.{self.name}"


def references(catalogue: Catalogue) -> list[Reference]:
    return [
        Reference(*row)
        for row in catalogue.ask(
            "SELECT k.conname, c.relname, t.relname,"
            f" {column_names('k.conrelid', 'k.conkey')}, {column_names('k.confrelid', 'k.confkey')},"
            f" k.confdeltype, k.confupdtype, {column_names('k.conrelid', 'k.confdelsetcols')},"
            " k.condeferrable, k.convalidated, coalesce((to_jsonb(k)->>'conenforced')::boolean, true)"
            " FROM pg_constraint k"
            " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid"
            " WHERE k.contype = 'f'"
        )
    ]


@inspection
def foreign_keys(catalogue: Catalogue) -> Iterator[Finding]:
    """Between tenant tables composite, from control to tenant none, all of them really checked."""
    found = references(catalogue)
    for reference in found:
        yield from _reference(reference)
    held = {(each.table, each.columns[-1], each.to_table): each for each in found}
    for table, column, to_table, cascades in _tenant_references():
        there = held.get((table, column, to_table))
        if there is None:
            yield Finding(f"{table}.{column}", "has no foreign key within the organisation")
        elif cascades and there.on_delete != "c":
            yield Finding(there.about, f"does not cascade but {_ACTIONS[there.on_delete]}")


def _reference(reference: Reference) -> Iterator[Finding]:
    if not (reference.validated and reference.enforced):
        yield Finding(reference.about, "is not checked on every row")
    if not is_tenant(reference.to_table):
        if is_tenant(reference.table) and reference.on_delete not in "ar":
            yield Finding(reference.about, "lets a control-plane row change tenant rows")
        return
    if not is_tenant(reference.table):
        yield Finding(reference.about, "leads from the control plane to a tenant's rows")
        return
    yield from _composite(reference)


def _composite(reference: Reference) -> Iterator[Finding]:
    pair = len(reference.columns) == 2 and reference.columns[0] == "organisation_id"
    if not pair or reference.to_columns != ["organisation_id", "id"]:
        yield Finding(reference.about, "is not composite: a plain foreign key bypasses row security")
    if reference.on_update != "a":
        yield Finding(reference.about, f"is ON UPDATE {_ACTIONS[reference.on_update]}")
    if reference.on_delete == "d":
        yield Finding(reference.about, "is ON DELETE SET DEFAULT")
    if reference.on_delete == "n" and reference.set_null != reference.columns[1:]:
        yield Finding(reference.about, "would null the organisation")
    if reference.deferrable:
        yield Finding(reference.about, "is deferrable")


@cache
def _tenant_references() -> tuple[tuple[str, str, str, bool], ...]:
    """What the models say: table, column, table referred to, and whether Django cascades."""
    return tuple(
        (
            model._meta.db_table,
            field.column,
            field.remote_field.model._meta.db_table,
            field.remote_field.on_delete is CASCADE,
        )
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, (TenantForeignKey, TenantOneToOne))
    )
