"""Every configuration of a small version, one by one: what a proof must come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, product
from random import Random
from typing import Any

from configurators.answers import Answers
from configurators.compiled import Compiled
from configurators.definition.rules import find_cycle, order_by_dependency
from configurators.evaluation import evaluate
from configurators.formula import Answer, groups_in
from configurators.parts import Group
from tests.configurators.random_versions import RandomVersion

Json = dict[str, Any]


def small_version(chance: Random) -> Json:
    """A random version with so few answers to each question that all can be tried."""
    document = RandomVersion(chance).document()
    for step in document["steps"]:
        for group in step["groups"]:
            if group["kind"] == "number":
                least = chance.choice(("-5", "0", "1", "10"))
                step_by = chance.choice(("0.5", "5", "15"))
                most = Decimal(least) + Decimal(step_by) * chance.choice((0, 1, 1))
                group |= {"min": least, "max": str(most), "step": step_by, "default": None}
                group["required"] = chance.random() < 0.7
            if group["kind"] == "multi":
                group |= {"max_choices": chance.choice((1, 1, 2)), "min_choices": None, "default": []}
            if group["kind"] == "single":
                group["required"] = chance.random() < 0.7
    _break_cycles(document)
    return document


def _break_cycles(document: Json) -> None:
    """A question that depends on itself is refused before anything is compiled."""
    groups = {group["key"]: group for step in document["steps"] for group in step["groups"]}

    def graph() -> dict[str, frozenset[str]]:
        return {
            key: groups_in(group["visible_if"]) | groups_in(group.get("formula"))
            for key, group in groups.items()
            if group["visible_if"] or group.get("formula")
        }

    while cycle := find_cycle(graph()):
        group = groups[cycle[0]]
        group["visible_if"] = None
        if group.get("formula"):
            group["formula"] = ["num", "1"]
    document["order"] = order_by_dependency(graph())


@dataclass
class Everything:
    """What all of them come to together."""

    tried: int = 0
    possible: int = 0
    lowest: Decimal | None = None
    highest: Decimal | None = None
    met: set[tuple[str, str]] = field(default_factory=set)


def everything(compiled: Compiled) -> Everything:
    found = Everything()
    groups = [group for group in compiled.groups.values() if group.is_asked]
    for answers in product(*(list(answers_to(group)) for group in groups)):
        found.tried += 1
        given = {
            group.key: answer for group, answer in zip(groups, answers, strict=True) if answer is not None
        }
        _look(compiled, groups, given, found)
    return found


def _look(compiled: Compiled, groups: list[Group], given: dict[str, Answer], found: Everything) -> None:
    evaluation = evaluate(compiled, Answers(given))
    if not evaluation.acceptable:
        return
    shown = [group for group in groups if evaluation.visible[group.key]]
    if any(group.key in evaluation.required and not _answered(given.get(group.key)) for group in shown):
        return
    gross = evaluation.gross
    assert gross is not None
    found.possible += 1
    found.lowest = gross if found.lowest is None else min(found.lowest, gross)
    found.highest = gross if found.highest is None else max(found.highest, gross)
    for group in shown:
        found.met.add((group.key, ""))
        answer = given.get(group.key)
        chosen = answer if isinstance(answer, frozenset) else [answer]
        found.met |= {(group.key, str(each)) for each in chosen if isinstance(each, str)}
        if answer is True:
            found.met.add((group.key, "true"))


def _answered(answer: Answer) -> bool:
    return answer is not None and answer is not False and answer != frozenset()


def answers_to(group: Group) -> Iterator[Answer]:
    """What a visitor may fill in, absence among it."""
    if group.kind == "boolean":
        yield from (True,) if group.required else (True, False)
    elif group.kind == "multi":
        keys = [option.key for option in group.options]
        for size in range(min(group.max_choices or len(keys), len(keys)) + 1):
            yield from (frozenset(chosen) for chosen in combinations(keys, size))
    elif group.kind == "single":
        yield from _or_none(group)
        yield from (option.key for option in group.options)
    else:
        assert group.least is not None
        assert group.most is not None
        yield from _or_none(group)
        number, step = group.least, group.interval or Decimal(1)
        while number <= group.most:
            yield number
            number += step


def _or_none(group: Group) -> tuple[None, ...]:
    return () if group.required else (None,)
