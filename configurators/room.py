"""How large a compiled definition may be: the items of a repeat and its rules are written out in it."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from configurators.compiled import canonical_json
from configurators.definition import Problem
from configurators.definition.problems import Path, Report

Json = dict[str, Any]

MAX_COMPILED_BYTES = 1024 * 1024


def too_large(definition: Json, compiled: Json) -> list[Problem]:
    """Told at the part that takes the most."""
    size = len(canonical_json(compiled))
    if size <= MAX_COMPILED_BYTES:
        return []
    path, _most = max(_parts(definition, compiled), key=lambda part: part[1], default=((), 0))
    text = _(
        "With everything that is asked for each item, this configurator takes %(size)s kB, and most of it is "
        "here. It may take at most %(most)s kB."
    )
    report = Report()
    report.error(path, "compiled_too_large", text, size=size // 1024, most=MAX_COMPILED_BYTES // 1024)
    return report.problems


def _parts(definition: Json, compiled: Json) -> Iterator[tuple[Path, int]]:
    """The questions and rules as they stand in the definition, each with the bytes of what it became."""
    for number, (source, step) in enumerate(zip(definition["steps"], compiled["steps"], strict=True)):
        made = [(group.get("item", {}).get("of", group["key"]), group) for group in step["groups"]]
        for index, group in enumerate(source.get("groups") or ()):
            yield ("steps", number, "groups", index), _bytes_of(made, group["key"])
    rules = [(rule["key"].partition(".")[0], rule) for rule in compiled["constraints"]]
    for index, rule in enumerate(definition.get("constraints") or ()):
        yield ("constraints", index), _bytes_of(rules, rule["key"])


def _bytes_of(made: list[tuple[str, Json]], key: str) -> int:
    return sum(len(canonical_json(part)) for origin, part in made if origin == key)
