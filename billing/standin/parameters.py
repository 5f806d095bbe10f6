"""The parameters of a request: which there are, and what each means.

A shape names the parameters; a kind turns the text of one into its meaning, or refuses it. An empty text
unsets, as it does at Stripe, and arrives as None. What no shape names is refused, also where Stripe itself
would know it: silence would be taken for obedience.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from billing.standin.errors import invalid, missing_parameter, unknown_parameter

Kind = Callable[[Any, str], Any]
Shape = Mapping[str, Kind]

_RANGE = ("gt", "gte", "lt", "lte")


def read(
    given: Mapping[str, Any], shape: Shape, *, needed: Iterable[str] = (), within: str = ""
) -> dict[str, Any]:
    """The parameters with their meaning; only those that were given."""
    for name in given:
        if name not in shape:
            raise unknown_parameter(_named(within, name))
    found = {name: shape[name](value, _named(within, name)) for name, value in given.items()}
    for name in needed:
        if found.get(name) in (None, []):
            raise missing_parameter(_named(within, name))
    return found


def _named(within: str, name: str) -> str:
    return f"{within}[{name}]" if within else name


def text(value: Any, name: str) -> str | None:
    if not isinstance(value, str):
        raise invalid(f"Invalid string: {name}", param=name)
    return value or None


def whole(value: Any, name: str) -> int | None:
    plain = text(value, name)
    if plain is None:
        return None
    try:
        return int(plain)
    except ValueError:
        raise invalid(f"Invalid integer: {plain}", param=name, code="parameter_invalid_integer") from None


def number(value: Any, name: str) -> Decimal | None:
    plain = text(value, name)
    try:
        return None if plain is None else Decimal(plain)
    except InvalidOperation:
        raise invalid(f"Invalid decimal: {plain}", param=name) from None


def flag(value: Any, name: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param=name)
    return bool(value == "true")


def off(value: Any, name: str) -> bool:
    """A switch for what is not done here; it may be said to be off."""
    if flag(value, name):
        raise invalid("This stand-in does not do that.", param=name)
    return False


def one_of(*choices: str) -> Kind:
    def kind(value: Any, name: str) -> str | None:
        plain = text(value, name)
        if plain is not None and plain not in choices:
            raise invalid(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
        return plain

    return kind


def either(word: str, other: Kind) -> Kind:
    """A word with a meaning of its own, or something else: ``now`` or a moment."""

    def kind(value: Any, name: str) -> Any:
        return value if value == word else other(value, name)

    return kind


def group(shape: Shape, *needed: str) -> Kind:
    def kind(value: Any, name: str) -> dict[str, Any] | None:
        if value == "":
            return None
        if not isinstance(value, dict):
            raise invalid(f"Invalid object: {name}", param=name)
        return read(value, shape, needed=needed, within=name)

    return kind


def each(item: Kind) -> Kind:
    """A list, in the order of its indices."""

    def kind(value: Any, name: str) -> list[Any]:
        if value == "":
            return []
        if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
            raise invalid(f"Invalid array: {name}", param=name)
        return [item(value[key], f"{name}[{key}]") for key in sorted(value, key=int)]

    return kind


def pairs(value: Any, name: str) -> dict[str, str]:
    """Metadata: an empty text under a key takes the key away, an empty text for all takes all."""
    if value == "":
        return {"": ""}
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise invalid(f"Invalid hash: {name}", param=name)
    return dict(value)


def span(value: Any, name: str) -> dict[str, int]:
    """A moment, or ``[gte]`` and its like."""
    if isinstance(value, str):
        at = whole(value, name) or 0
        return {"gte": at, "lte": at}
    return {key: at or 0 for key, at in read(value, dict.fromkeys(_RANGE, whole), within=name).items()}


def merged(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> dict[str, str]:
    """Metadata after an update."""
    if new is None:
        return dict(old or {})
    if new == {"": ""}:
        return {}
    return {key: value for key, value in {**(old or {}), **new}.items() if value != ""}


texts: Kind = each(text)

ADDRESS = group(dict.fromkeys(("line1", "line2", "city", "postal_code", "state", "country"), text))
