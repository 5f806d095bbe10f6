"""The form of a definition as JSON Schema (draft 2020-12), for programs that write or read one.

It says what may stand where. What parts say of each other (a formula's names, cells as many as their axes
have places, a cycle) only ``check`` sees: whatever ``check`` lets through fits this schema, and not the other
way round.
"""

from __future__ import annotations

from typing import Any

from configurators.colours import COLOUR_PATTERN
from configurators.decimals import DECIMAL_PATTERN
from configurators.definition.images import FILE_PATTERN
from configurators.definition.limits import (
    FILE_KINDS,
    LANGUAGES,
    MAX_ANSWER_TEXT,
    MAX_CONSTRAINTS,
    MAX_DAYS,
    MAX_FILES,
    MAX_GROUPS,
    MAX_ITEMS,
    MAX_KEY,
    MAX_LAYERS,
    MAX_LINES,
    MAX_OPTIONS,
    MAX_PAIRS,
    MAX_PLACES,
    MAX_SHOWN_DECIMALS,
    MAX_STEPS,
    MAX_TABLES,
    MAX_TEXT,
    MINOR_UNITS,
    RESERVED_KEYS,
    SCHEMA_VERSION,
)
from configurators.definition.reading import KEY_PATTERN, LONGEST_SLUG, SLUG_PATTERN
from configurators.definition.rules import SEVERITIES
from configurators.formula.tables import MATCHES, MODES
from configurators.images.sizes import WIDE
from configurators.price_display import KINDS
from configurators.theme import COLOURS, FONTS, ROUNDEST

Schema = dict[str, Any]

_FORMULA: Schema = {"type": "string", "minLength": 1}
_LANGUAGE: Schema = {"enum": list(LANGUAGES)}
_NAME: Schema = {"type": "string", "minLength": 1}


def json_schema() -> Schema:
    """The whole schema, of the version that is written now."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Definition of a configurator, version {SCHEMA_VERSION}",
        **_object(
            required={
                "schema": {"const": SCHEMA_VERSION},
                "languages": _list(_LANGUAGE, most=len(LANGUAGES), least=1) | {"uniqueItems": True},
                "language": _LANGUAGE,
                "title": _ref("texts"),
                "currency": {"enum": list(MINOR_UNITS)},
                "vat": _object(
                    required={"rate": _ref("decimal"), "prices": {"enum": ["including", "excluding"]}}
                ),
                "price_display": {"oneOf": _price_displays()},
                "steps": _list(_step(), most=MAX_STEPS, least=1),
            },
            optional={
                "intro": _ref("texts"),
                "drawing": {"anyOf": [_ref("slug"), _layers()]},
                "theme": _theme(),
                "tables": _list(_ref("table"), most=MAX_TABLES),
                "constraints": _list(_ref("constraint"), most=MAX_CONSTRAINTS),
                "lines": _list(_line(), most=MAX_LINES),
            },
        ),
        "$defs": {
            "key": {
                "type": "string", "pattern": f"^{KEY_PATTERN}$", "maxLength": MAX_KEY,
                "not": {"enum": sorted(RESERVED_KEYS)},
            },
            "slug": {"type": "string", "pattern": f"^{SLUG_PATTERN}$", "maxLength": LONGEST_SLUG},
            "decimal": {"type": "string", "pattern": f"^{DECIMAL_PATTERN}$"},
            "texts": {"type": "object", "additionalProperties": {"type": "string", "maxLength": MAX_TEXT}},
            "image": _object(required=_file(), optional=_in_words()),
            "group": {"oneOf": [*_asked_of_items(), *_asked_once()]},
            "asked_of_items": {"oneOf": _asked_of_items()},
            "price": {"oneOf": _prices()},
            "constraint": {"oneOf": _constraints()},
            "table": {"oneOf": _tables()},
        },
    }  # fmt: skip


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(*, required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """Nothing else may stand in it; what may be left out may also be null."""
    left_out = {name: {"anyOf": [each, {"type": "null"}]} for name, each in (optional or {}).items()}
    return {
        "type": "object",
        "properties": required | left_out,
        "required": sorted(required),
        "additionalProperties": False,
    }


def _list(items: Schema, *, most: int, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _integer(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _kind(kind: str, required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return _object(required={"kind": {"const": kind}} | required, optional=optional)


def _step() -> Schema:
    groups = _list(_ref("group"), most=MAX_GROUPS)
    return _object(required={"key": _ref("key"), "title": _ref("texts")}, optional={"groups": groups})


_FLAG: Schema = {"type": "boolean"}


def _every() -> dict[str, Schema]:
    return {"key": _ref("key"), "label": _ref("texts")}


def _asked() -> dict[str, Schema]:
    return {
        "help": _ref("texts"),
        "required": _FLAG,
        "required_if": {"type": "string"},
        "visible_if": {"type": "string"},
    }


def _asked_once() -> list[Schema]:
    """What no item of a repeat can ask: written answers, a person, and items of its own."""
    every, asked, flag = _every(), _asked(), _FLAG
    text = {"max_length": _integer(1, MAX_ANSWER_TEXT), "personal": flag, "multiline": flag}
    days = _integer(-MAX_DAYS, MAX_DAYS)
    file = {
        "accept": _list({"enum": list(FILE_KINDS)}, most=len(FILE_KINDS), least=1) | {"uniqueItems": True},
        "most": _integer(1, MAX_FILES),
        "personal": {"const": True},
    }
    items = {
        "item_label": _ref("texts"),
        "max": _integer(1, MAX_ITEMS),
        "groups": _list(_ref("asked_of_items"), most=MAX_GROUPS, least=1),
    }
    counts = {name: _integer(0, MAX_ITEMS) for name in ("min", "default")}
    return [
        _kind("text", every, asked | text),
        _kind("date", every, asked | {"personal": flag, "earliest": days, "latest": days}),
        _kind("file", every, asked | file),
        _kind("repeat", every | items, {name: asked[name] for name in ("help", "visible_if")} | counts),
        _kind(
            "contact", every, {"help": _ref("texts"), "phone": {"enum": ["optional", "required", "hidden"]}}
        ),
    ]


def _asked_of_items() -> list[Schema]:
    every, asked, flag = _every(), _asked(), _FLAG
    unit = {"anyOf": [{"type": "string", "maxLength": 40}, _ref("texts")]}
    numbers = {name: _ref("decimal") for name in ("min", "max", "step", "default")}
    number = asked | numbers | {"unit": unit, "price": _ref("price")}
    options = {"options": _list(_option(), most=MAX_OPTIONS, least=1)}
    several = {
        "default": _list(_NAME, most=MAX_OPTIONS),
        "min_choices": _integer(0, MAX_OPTIONS),
        "max_choices": _integer(1, MAX_OPTIONS),
    }
    calculated = {
        "help": _ref("texts"), "visible_if": {"type": "string"}, "unit": unit,
        "decimals": _integer(0, MAX_SHOWN_DECIMALS),
    }  # fmt: skip
    return [
        _kind("number", every, number),
        _kind("quantity", every, number),
        _kind("boolean", every, asked | {"default": flag, "price": _ref("price")}),
        _kind("single", every | options, asked | {"default": _NAME}),
        _kind("multi", every | options, asked | several),
        _kind("calculated", every | {"formula": _FORMULA}, calculated | {"required": flag}),
    ]


def _option() -> Schema:
    optional = {
        "help": _ref("texts"), "image": {"anyOf": [_ref("slug"), _ref("image")]}, "price": _ref("price"),
        "available_if": {"type": "string"}, "reason": _ref("texts"),
    }  # fmt: skip
    return _object(required={"key": _ref("key"), "label": _ref("texts")}, optional=optional)


def _base() -> Schema:
    """The lines of which something is a part: all before it, or these."""
    return {"anyOf": [{"const": "subtotal"}, _list(_NAME, most=MAX_LINES + MAX_GROUPS, least=1)]}


def _prices() -> list[Schema]:
    table = {"table": _NAME, "of": _list(_NAME, most=2, least=1)}
    per_unit = _amounts("per_unit")
    for shape in per_unit:
        shape["properties"]["of"] = _NAME
    return [
        *_amounts("fixed"),
        *per_unit,
        _kind("percentage", {"percent": _ref("decimal"), "of": _base()}),
        _kind("table", table, {"times": _NAME}),
        _kind("formula", {"formula": _FORMULA}),
    ]


def _amounts(kind: str) -> list[Schema]:
    """A figure, or where it stands in a price book: what the article costs on the day of publication."""
    figure = _kind(kind, {"amount": _ref("decimal")})
    booked = _kind(kind, {"from_book": _object(required={"book": _NAME, "sku": _NAME})})
    figure["properties"]["from_book"] = booked["properties"]["amount"] = {"type": "null"}
    return [figure, booked]


def _line() -> Schema:
    looking_back = {"amount": _ref("decimal"), "of": _base()}
    price = {"oneOf": [*_prices(), _kind("minimum", looking_back), _kind("maximum", looking_back)]}
    return _object(
        required={"key": _ref("key"), "label": _ref("texts"), "price": price},
        optional={"if": {"type": "string"}},
    )


def _constraints() -> list[Schema]:
    every = {"key": _ref("key"), "reason": _ref("texts")}
    pair = _list(_NAME, most=2, least=2)
    return [
        _kind("requires", every | {"if": _NAME, "then": _NAME}),
        _kind("excludes", every | {"if": _NAME, "then": _NAME}),
        _kind("combinations", every | {"of": pair, "pairs": _list(pair, most=MAX_PAIRS, least=1)}),
        _kind("assertion", every | {"that": _FORMULA, "severity": {"enum": list(SEVERITIES)}}),
    ]


def _tables() -> list[Schema]:
    label = {"label": {"type": "string", "maxLength": MAX_TEXT}}
    cell = {"anyOf": [_ref("decimal"), {"type": "null"}]}
    row = {"anyOf": [cell, _list(cell, most=MAX_PLACES)]}
    by_option = _object(required={"match": {"const": "option"}, "values": _places(_NAME)})
    others = [match for match in MATCHES if match != "option"]
    by_number = _object(required={"match": {"enum": others}, "values": _places(_ref("decimal"))})
    axes = _list({"oneOf": [by_option, by_number]}, most=2, least=1)
    tier = _object(required={"from": _ref("decimal"), "amount": _ref("decimal")})
    return [
        _kind("grid", {"key": _ref("key"), "axes": axes, "cells": _list(row, most=MAX_PLACES)}, label),
        _kind("tiers", {"key": _ref("key"), "mode": {"enum": list(MODES)}, "tiers": _places(tier)}, label),
    ]


def _places(items: Schema) -> Schema:
    return _list(items, most=MAX_PLACES, least=1)


def _price_displays() -> list[Schema]:
    return [_kind(kind, dict.fromkeys(with_it, _ref("decimal"))) for kind, with_it in KINDS.items()]


def _theme() -> Schema:
    colour = {"type": "string", "pattern": f"^{COLOUR_PATTERN}$"}
    return _object(
        required=dict.fromkeys(COLOURS, colour),
        optional={"radius": _integer(0, ROUNDEST), "font": {"enum": list(FONTS)}, "logo": _ref("image")},
    )


def _file() -> dict[str, Schema]:
    file = {"type": "string", "pattern": f"^{FILE_PATTERN}$"}
    return {"file": file, "width": _integer(1, WIDE[0]), "height": _integer(1, WIDE[1])}


def _in_words() -> dict[str, Schema]:
    return {"alt": _ref("texts"), "decorative": {"type": "boolean"}}


def _layers() -> Schema:
    layer = _object(required={"key": _ref("key")} | _file(), optional={"if": {"type": "string"}})
    return _kind("layers", {}, {"layers": _list(layer, most=MAX_LAYERS)} | _in_words())
