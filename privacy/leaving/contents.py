"""What is in a complete copy: which tables, and how one row becomes a line and a row again.

Read from the declarations. In it is what the organisation keeps here as controller; not what is the
platform's own (a lead's network address), nor what opens anything (secrets, hashes of tokens).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import BinaryField, Field, JSONField, Model

from privacy import registry
from privacy.declarations import Declaration, Personal
from privacy.leaving.order import parents_first
from tenancy.encryption import (
    blind_index,
    normalise_email,
    normalise_phone,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)
from tenancy.planes import TABLES

#: How an address is made equal before it is hashed, by the last part of its category.
_EQUAL = {"email": normalise_email, "phone": normalise_phone}
#: Files themselves, and the record of handing them over: they are about copies, not in them.
_ABOUT_COPIES = frozenset({"privacy_parcel", "leads_leadexport"})


@cache
def tables() -> dict[str, type[Model]]:
    """The tables of a complete copy, each after those that it refers to."""
    found: dict[str, type[Model]] = {}
    for table in parents_first():
        declaration = _declared(table)
        if declaration and declaration.role == "processor" and TABLES[table].plane == "tenant":
            model = registry.find_model(declaration.label)
            if model is not None and table not in _ABOUT_COPIES:
                found[table] = model
    return found


def _declared(table: str) -> Declaration | None:
    return next((d for d in registry.declarations().values() if registry.table_of(d) == table), None)


@cache
def columns(table: str) -> dict[str, Field]:
    """The columns of a table that are in a copy, by name."""
    declaration = _declared(table)
    assert declaration is not None
    declared = registry.by_column(declaration)
    return {
        registry.column_of(known): known
        for known in registry.own_columns(tables()[table])
        if _is_taken_along(declared.get(registry.column_of(known)))
    }


def _is_taken_along(value: object) -> bool:
    if not isinstance(value, Personal):
        return True
    return not value.hashed and not value.category.startswith("credential.")


def schema() -> dict[str, Any]:
    """JSON Schema of the lines of each table, with the labels of the declarations."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "tables": {table: _schema_of(table) for table in tables()},
    }


def _schema_of(table: str) -> dict[str, Any]:
    declaration = _declared(table)
    assert declaration is not None
    declared = registry.by_column(declaration)
    properties = {}
    for name in columns(table):
        value = declared[name]
        title = str(value.label) if isinstance(value, Personal) else ""
        properties[name] = {"title": title} if title else {}
    return {"type": "object", "properties": properties, "required": sorted(properties)}


# --- A row and its line -----------------------------------------------------------------------------


def line(table: str, row: Model) -> str:
    """One row as one line of JSON, opened."""
    values = {name: _plain(table, row, name, known) for name, known in columns(table).items()}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(table: str, row: Model, name: str, known: Field) -> Any:
    value = getattr(row, known.attname)
    if value is None:
        return None
    if _is_file(table, name):
        opened = unseal_bytes(row.organisation_id, bytes(value), place=f"{table}.{name}:{row.pk}")  # type: ignore[attr-defined]
        return base64.b64encode(opened).decode()
    if _is_sealed(table, name):
        return unseal(row.organisation_id, bytes(value), place=f"{table}.{name}:{row.pk}")  # type: ignore[attr-defined]
    if isinstance(known, BinaryField):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(known, JSONField) or isinstance(value, bool | int | str):
        return value
    return known.value_to_string(row)


def _is_sealed(table: str, name: str) -> bool:
    declaration = _declared(table)
    value = registry.by_column(declaration)[name] if declaration else None
    return isinstance(value, Personal) and value.sealed


def _is_file(table: str, name: str) -> bool:
    declaration = _declared(table)
    value = registry.by_column(declaration)[name] if declaration else None
    return isinstance(value, Personal) and value.file


@cache
def has_files(table: str) -> bool:
    """Whether there are files in its rows: those may be large, and are taken one by one."""
    return any(_is_file(table, name) for name in columns(table))


def row(table: str, text: str, *, organisation_id: UUID) -> Model:
    """The row that a line stands for, sealed and hashed under the keys of another organisation."""
    values = json.loads(text)
    model = tables()[table]
    made = model(organisation_id=organisation_id)
    for name, known in columns(table).items():
        if name != "organisation_id":
            setattr(made, known.attname, _stored(known, values[name]))
    for name in columns(table):
        if _is_sealed(table, name) and values[name] is not None:
            place = f"{table}.{name}:{made.pk}"
            if _is_file(table, name):
                sealed = seal_bytes(organisation_id, base64.b64decode(values[name]), place=place)
            else:
                sealed = seal(organisation_id, values[name], place=place)
            setattr(made, name, sealed)
    for name, hashed in _hashed(table, values, organisation_id):
        setattr(made, name, hashed)
    return made


def _stored(known: Field, value: Any) -> Any:
    if value is None or isinstance(known, JSONField):
        return value
    if isinstance(known, BinaryField):
        return base64.b64decode(value) if _is_base64(value) else b""
    return known.to_python(value)


def _is_base64(value: str) -> bool:
    try:
        return base64.b64encode(base64.b64decode(value, validate=True)).decode() == value
    except ValueError:
        return False


def _hashed(table: str, values: dict[str, Any], owner: UUID) -> Iterator[tuple[str, bytes | None]]:
    """Keyed hashes, made anew from what they are of; one of nothing that we know is of the row itself."""
    declaration = _declared(table)
    assert declaration is not None
    declared = registry.by_column(declaration)
    for name, value in declared.items():
        if isinstance(value, Personal) and value.hashed:
            source = _source(declared, value, name)
            kind = value.category.rpartition(".")[2]
            if source is None:
                yield name, hashlib.sha256(f"{table}:{values.get('id')}".encode()).digest()
            else:
                text = values.get(source)
                yield name, blind_index(owner, kind, _EQUAL[kind](text)) if text else None


def _source(declared: dict[str, Any], hashed: Personal, name: str) -> str | None:
    """The sealed column of the same category."""
    for other, value in declared.items():
        if (
            other != name
            and isinstance(value, Personal)
            and value.sealed
            and value.category == hashed.category
        ):
            return other
    return None
