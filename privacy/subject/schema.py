"""The JSON Schema of a copy, made from the declarations: what may stand in it, and what each thing means."""

from __future__ import annotations

from typing import Any

from privacy import registry
from privacy.declarations import Declaration, JSONKeys, Personal
from privacy.subject.reading import Withheld

VERSION = 1
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_WITHHELD = {
    "type": "object",
    "properties": {"withheld": {"enum": [str(why) for why in Withheld]}},
    "required": ["withheld"],
    "additionalProperties": False,
}


def copy_schema() -> dict[str, Any]:
    """The schema of ``copy.json`` for every kind of person."""
    tables = {label: _table(each) for label, each in registry.declarations().items() if each.is_personal}
    parts = {
        "version": {"const": VERSION},
        "made_at": {"type": "string", "format": "date-time"},
        "controller": _object(dict.fromkeys(("name", "address", "email", "privacy_policy"), _TEXT)),
        "uses": _list({"purpose": _TEXT, "basis": _TEXT, "categories": _TEXTS}),
        "recipients": _TEXTS,
        "source": _TEXT,
        "automated_decisions": _TEXT,
        "rights": _TEXTS,
        "complain_to": _object({"name": _TEXT, "url": _TEXT}),
        "accesses": _list({"what": _TEXT, "action": _TEXT, "at": {"type": "string", "format": "date-time"}}),
        "data": {"type": "object", "properties": tables, "additionalProperties": False},
        "kept": {"type": "object", "additionalProperties": _TEXT},
    }
    return {"$schema": _DIALECT, "title": "Copy of personal data"} | _object(parts)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}


def _table(declaration: Declaration) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for column, value in registry.by_column(declaration).items():
        if isinstance(value, Personal):
            properties[column] = _column(value)
        elif isinstance(value, JSONKeys):
            properties |= _keys(column, value)
    patterns = {
        f"^{column}\\.": _column(value.keys["*"])
        for column, value in registry.by_column(declaration).items()
        if isinstance(value, JSONKeys) and isinstance(value.keys.get("*"), Personal)
    }
    row = {
        "type": "object",
        "properties": properties,
        "patternProperties": patterns,
        "additionalProperties": False,
    }
    return {"type": "array", "items": row}


def _keys(column: str, value: JSONKeys) -> dict[str, Any]:
    """A property for each personal key of a JSON column; a column that holds a list is one property."""
    return {
        column if key == "[]" else f"{column}.{key}": _column(inner)
        for key, inner in value.personal().items()
        if key != "*"
    }


def _column(value: Any) -> dict[str, Any]:
    """A keyed hash never comes out; whatever else there is may name another person and be left out."""
    said = {"title": str(value.label), "$comment": value.category}
    if value.hashed:
        return said | _WITHHELD
    return said | {"anyOf": [_WITHHELD, {"not": _WITHHELD}]}
