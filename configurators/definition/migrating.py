"""Definitions of earlier versions of the schema, brought to the one that is written now.

A draft may be broken and is brought along as it is: `check` says what is wrong with it. What was published
keeps its document for ever and is brought along whenever it is read. A step that has been released is never
changed, and knows the documents of its own version alone.
"""

from collections.abc import Callable
from typing import Any

from configurators.definition.limits import SCHEMA_VERSION

Json = dict[str, Any]


def lifted(definition: Json) -> Json:
    """The same definition in the schema of now; itself where it is that already, or of none that we know."""
    schema = version_of(definition)
    while schema is not None and schema in _STEPS:
        definition = _STEPS[schema](definition) | {"schema": schema + 1}
        schema += 1
    return definition


def version_of(definition: Json) -> int | None:
    """Of the schema that it says it is written in; None where that is no number."""
    schema = definition.get("schema")
    return schema if isinstance(schema, int) and not isinstance(schema, bool) else None


def is_newer(definition: Json) -> bool:
    """Whether it was written by a later program than this."""
    return (version_of(definition) or 0) > SCHEMA_VERSION


def _price_display_has_a_kind(definition: Json) -> Json:
    """1 to 2: how prices are shown has room for more than a word."""
    display = definition.get("price_display")
    return definition | ({"price_display": {"kind": display}} if isinstance(display, str) else {})


#: By the version that each begins with.
_STEPS: dict[int, Callable[[Json], Json]] = {1: _price_display_has_a_kind}
