"""Which groups a visitor sees and must answer, what the others count as, what is calculated from them."""

from collections.abc import Mapping
from dataclasses import dataclass

from configurators.compiled import Compiled
from configurators.formula import Answer, Failure
from configurators.formula.arithmetic import rounded
from configurators.parts import Group


@dataclass(frozen=True, slots=True)
class Situation:
    """`answers` has every group that computes, hidden ones as absent; `failure` is a condition's error."""

    answers: dict[str, Answer]
    visible: Mapping[str, bool]
    failure: str | None


def situation(compiled: Compiled, values: Mapping[str, Answer]) -> Situation:
    """A group whose condition has an error stays visible, so that nothing is lost, and blocks the price."""
    absent = compiled.absent
    answers = {**absent, **values}
    if not compiled.conditional:
        return Situation(answers, compiled.always_visible, None)
    visible = dict(compiled.always_visible)
    failure: str | None = None
    for group in compiled.conditional:
        condition = group.visible_if
        try:
            shown = condition is None or condition(answers)
        except Failure as error:
            shown, failure = True, failure or error.code
        if not shown:
            visible[group.key] = False
            if group.key in absent:
                answers[group.key] = absent[group.key]
        elif group.formula is not None:
            try:
                answers[group.key] = rounded(group.formula(answers), group.decimals)
            except Failure as error:
                failure = failure or error.code
    return Situation(answers, visible, failure)


def required_now(compiled: Compiled, answers: Mapping[str, Answer]) -> frozenset[str]:
    """What must be answered where it is shown; also where its condition has an error for its value."""
    if not compiled.sometimes_required:
        return compiled.always_required
    return compiled.always_required.union(
        group.key for group in compiled.sometimes_required if _must_be_answered(group, answers)
    )


def _must_be_answered(group: Group, answers: Mapping[str, Answer]) -> bool:
    assert group.required_if is not None
    try:
        return group.required_if(answers)
    except Failure:
        return True
