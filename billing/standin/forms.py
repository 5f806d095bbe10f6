"""Stripe's form encoding, ``a[b][0]=c``, as nested dictionaries; what is a list is for its reader to say."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_KEY = re.compile(r"\[([^\[\]]*)\]")


class Malformed(ValueError):
    """The text is no form."""


def decode(text: bytes) -> dict[str, Any]:
    """Read a body or a query string. ``a[]=x`` counts up, as ``a[0]=x`` would."""
    found: dict[str, Any] = {}
    for name, value in _pairs(text):
        match = _NAME.match(name)
        if match is None:
            raise Malformed(f"Invalid parameter name: {name}")
        _put(found, [match[1], *_KEY.findall(match[2])], value)
    return found


def _pairs(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            text.decode("ascii"), keep_blank_values=True, strict_parsing=bool(text), errors="strict"
        )
    except ValueError as error:
        raise Malformed("Invalid form encoding") from error


def _put(into: dict[str, Any], keys: list[str], value: str) -> None:
    *way, last = keys
    for key in way:
        step = into.setdefault(key or str(len(into)), {})
        if not isinstance(step, dict):
            raise Malformed(f"Invalid hash: {key}")
        into = step
    into[last or str(len(into))] = value
