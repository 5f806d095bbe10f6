"""What else to choose so that an option becomes possible, as a visitor's browser finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from configurators.answers import Answers
from configurators.compiled import Compiled
from configurators.compiling import compile_definition
from configurators.constraints import YES
from configurators.evaluation import Evaluation, evaluate
from configurators.formula import Answer
from configurators.parts import Group
from tests.configurators import in_node
from tests.configurators.definitions import definition, group, option, texts
from tests.configurators.random_versions import RandomVersion

pytestmark = pytest.mark.skipif(not in_node.NODE.exists(), reason="node is not installed: make assets")

REASON = texts("Omdat", "Because")
SEED, VERSIONS = 7, 150


def remedy(asked: tuple[str, str], answers: dict[str, Any], *rules: dict[str, Any], **more: Any) -> Any:
    document = definition(
        group("width", "number", min="50", max="500", step="10", price={"kind": "per_unit", "amount": "1"}),
        group("frame", "single", options=[option("wood", "100"), option("steel", "80"), option("alu", "60")]),
        group("finish", "single", options=[option("oil", "5"), option("paint", "9")]),
        group("parts", "multi", options=[option("lock", "20"), option("hinge", "3")]),
        group("lit", "boolean", price={"kind": "fixed", "amount": "7"}),
        constraints=[rule | {"key": f"r{number}", "reason": REASON} for number, rule in enumerate(rules)],
        **more,
    )
    compiled = compile_definition(document)
    given = Answers.from_json(compiled, answers).values
    return in_node.remedies([(compiled.to_json(), [(given, *asked)])])[0][0]


def implies(kind: str, first: str, second: str) -> dict[str, Any]:
    return {"kind": kind, "if": first, "then": second}


def test_what_excludes_an_option_makes_way_for_the_cheapest_other() -> None:
    rule = implies("excludes", "frame.wood", "finish.paint")

    found = remedy(("finish", "paint"), {"frame": "wood", "finish": "oil"}, rule)

    assert found == {"changes": [("frame", "alu")], "difference": "-36"}


def test_what_an_option_requires_is_chosen_with_it() -> None:
    found = remedy(("frame", "wood"), {"frame": "alu"}, implies("requires", "frame.wood", "parts.lock"))

    assert found == {"changes": [("parts", frozenset({"lock"}))], "difference": "60"}


def test_a_number_goes_as_far_as_a_condition_asks() -> None:
    held = {"kind": "assertion", "that": "OR(NOT(lit); width >= 300)", "severity": "error"}

    assert remedy(("lit", YES), {"width": "200"}, held) == {"changes": [("width", 300)], "difference": "107"}


def test_two_things_change_where_one_is_not_enough() -> None:
    rules = implies("excludes", "frame.wood", "finish.paint"), implies("excludes", "lit", "finish.paint")

    found = remedy(("finish", "paint"), {"frame": "wood", "finish": "oil", "lit": True}, *rules)

    assert found == {"changes": [("frame", "alu"), ("lit", False)], "difference": "-43"}


def test_nothing_is_proposed_where_nothing_helps() -> None:
    never = {"kind": "assertion", "that": "NOT(AND(lit; width > 0))", "severity": "error"}

    assert remedy(("lit", YES), {"width": "200"}, never) is None


# Any configurator


def test_a_remedy_works_and_no_single_change_is_cheaper() -> None:
    asked = [_asked(SEED + number) for number in range(VERSIONS)]

    found = in_node.remedies([(compiled.to_json(), cases) for compiled, cases in asked])

    judged = [
        (compiled, case, proposed)
        for (compiled, cases), answers in zip(asked, found, strict=True)
        for case, proposed in zip(cases, answers, strict=True)
    ]
    assert [one for one in judged if _is_wrong(*one)] == []
    assert len([one for one in judged if one[2]]) > 100


def _asked(seed: int) -> tuple[Compiled, list[tuple[Mapping[str, Answer], str, str]]]:
    """Every option that cannot be chosen now, of a few configurations."""
    version = RandomVersion(Random(seed))
    compiled = Compiled(version.document())
    cases: list[tuple[Mapping[str, Answer], str, str]] = []
    for _ in range(3):
        answers = version.answers()
        now = evaluate(compiled, Answers(answers))
        cases += [(answers, key, option) for key, options in now.unavailable.items() for option in options]
    return compiled, cases[:12]


def _is_wrong(
    compiled: Compiled, case: tuple[Mapping[str, Answer], str, str], proposed: dict[str, Any] | None
) -> bool:
    answers, key, wanted = case
    present = evaluate(compiled, Answers(answers))
    chosen = {**answers, key: _with(compiled.groups[key], answers.get(key), wanted)}
    best = min(_prices_by_one_change(compiled, chosen, case, present), default=None)
    if proposed is None:
        return best is not None
    then = evaluate(compiled, Answers(chosen | dict(proposed["changes"])))
    difference = Decimal(proposed["difference"])
    is_right = _stands(then, case, present) and then.gross - present.gross == difference  # type: ignore[operator]
    if _stands(evaluate(compiled, Answers(chosen)), case, present):
        return not (is_right and proposed["changes"] == [])
    is_nearest = best is None or (len(proposed["changes"]) == 1 and then.gross <= best)  # type: ignore[operator]
    return not (is_right and is_nearest)


def _prices_by_one_change(
    compiled: Compiled,
    chosen: dict[str, Answer],
    case: tuple[Mapping[str, Answer], str, str],
    present: Evaluation,
) -> Iterator[Decimal]:
    """What the configurations cost that differ by one choice at most, and stand."""
    others = [
        (group.key, answer)
        for group in compiled.groups.values()
        if group.key != case[1]
        for answer in _others(group, chosen)
    ]
    for change in [{}, *({key: answer} for key, answer in others)]:
        then = evaluate(compiled, Answers(chosen | change))
        if _stands(then, case, present) and then.gross is not None and present.gross is not None:
            yield then.gross


def _stands(then: Evaluation, case: tuple[Mapping[str, Answer], str, str], present: Evaluation) -> bool:
    _answers, key, wanted = case
    before = {(one.group, one.option, one.constraint) for one in present.violations}
    new = [one for one in then.violations if (one.group, one.option, one.constraint) not in before]
    is_free = wanted not in then.unavailable.get(key, {})
    return not new and is_free and then.visible[key] and then.blocked is None


def _with(group: Group, answer: Answer, wanted: str) -> Answer:
    if group.kind == "multi":
        return (answer if isinstance(answer, frozenset) else frozenset()) | {wanted}
    return True if group.kind == "boolean" else wanted


def _others(group: Group, chosen: Mapping[str, Answer]) -> list[Answer]:
    answer = chosen.get(group.key)
    if group.kind == "single":
        return [option.key for option in group.options if option.key != answer]
    if group.kind == "boolean":
        return [answer is not True]
    if group.kind != "multi":
        return []
    has = answer if isinstance(answer, frozenset) else frozenset()
    sets = [has ^ {option.key} for option in group.options]
    least, most = group.min_choices or 0, group.max_choices or len(group.options)
    return [found for found in sets if not found or least <= len(found) <= most]
