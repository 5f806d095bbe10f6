"""Which options go together: what cannot be chosen now and why, and which choices may not stand."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from configurators.compiled import Compiled
from configurators.formula import Answer, Failure
from configurators.parts import (
    Assertion,
    Combinations,
    Constraint,
    Group,
    Implication,
    Option,
    Reference,
    Texts,
)
from configurators.visibility import Situation

Unavailable = Mapping[str, Mapping[str, Texts]]

#: How the one choice of a yes-or-no group is called among unavailable options and price differences.
YES = "true"


@dataclass(frozen=True, slots=True)
class Violation:
    """What keeps a configuration from being accepted, at the place where the visitor can mend it.

    Of a missing requirement, `group` and `option` are what is still to be chosen. `constraint` is None
    where a chosen option's own condition forbids it. The same says what is only warned about.
    """

    group: str
    option: str | None
    constraint: str | None
    reason: Texts


@dataclass(slots=True)
class Choices:
    """What cannot be chosen now, what may not stand, what is warned about, the first error of a condition."""

    unavailable: dict[str, dict[str, Texts]] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    warnings: list[Violation] = field(default_factory=list)
    failure: str | None = None

    def forbid(self, group: str, options: Iterable[str], reason: Texts) -> None:
        """Where several reasons forbid an option, the first is told."""
        for option in options:
            self.unavailable.setdefault(group, {}).setdefault(option, reason)


def choices_now(compiled: Compiled, now: Situation) -> Choices:
    found = Choices()
    for group, option in _guarded(compiled, now):
        try:
            available = option.available_if is None or option.available_if(now.answers)
        except Failure as error:
            available, found.failure = True, found.failure or error.code
        if not available:
            found.unavailable.setdefault(group.key, {})[option.key] = option.reason
            if Reference(group.key, option.key).holds(now.answers):
                found.violations.append(Violation(group.key, option.key, None, option.reason))
    for constraint in compiled.constraints:
        _apply(compiled, constraint, now, found)
    return found


def _guarded(compiled: Compiled, now: Situation) -> Iterator[tuple[Group, Option]]:
    for group in compiled.guarded_groups:
        if now.visible[group.key]:
            for option in group.options:
                if option.available_if is not None:
                    yield group, option


def _apply(compiled: Compiled, constraint: Constraint, now: Situation, found: Choices) -> None:
    if isinstance(constraint, Assertion):
        _assert(compiled, constraint, now, found)
    elif isinstance(constraint, Combinations):
        _combine(compiled, constraint, now, found)
    elif constraint.kind == "excludes":
        _exclude(compiled, constraint, now, found)
    elif constraint.condition.holds(now.answers):
        _require(compiled, constraint, now, found)


# --- A condition that must hold ---------------------------------------------------------------------


def _assert(compiled: Compiled, constraint: Assertion, now: Situation, found: Choices) -> None:
    shown = [group for key in constraint.reads if now.visible[(group := compiled.groups[key]).key]]
    if not shown:
        return
    try:
        if constraint.condition(now.answers):
            return
    except Failure as error:
        found.failure = found.failure or error.code
        return
    place = max(shown, key=lambda group: group.position)
    kept = found.violations if constraint.blocks else found.warnings
    kept.append(Violation(place.key, None, constraint.key, constraint.reason))


# --- Which options of two choices go together -------------------------------------------------------


def _combine(compiled: Compiled, constraint: Combinations, now: Situation, found: Choices) -> None:
    first, second = (compiled.groups[key] for key in constraint.groups)
    answers = now.answers[first.key], now.answers[second.key]
    if answers[0]:
        fitting = {option for other, option in constraint.pairs if other == answers[0]}
        _forbid_but(second, fitting, constraint, now, found)
    if answers[1]:
        fitting = {option for option, other in constraint.pairs if other == answers[1]}
        _forbid_but(first, fitting, constraint, now, found)
    if all(answers) and answers not in constraint.pairs:
        later = max((first, second), key=lambda group: group.position)
        chosen = str(now.answers[later.key])
        found.violations.append(Violation(later.key, chosen, constraint.key, constraint.reason))


def _forbid_but(
    group: Group, fitting: Set[Answer], constraint: Combinations, now: Situation, found: Choices
) -> None:
    if now.visible[group.key]:
        others = (option.key for option in group.options if option.key not in fitting)
        found.forbid(group.key, others, constraint.reason)


# --- One choice requires or excludes another --------------------------------------------------------


def _exclude(compiled: Compiled, constraint: Implication, now: Situation, found: Choices) -> None:
    first, second = constraint.condition.holds(now.answers), constraint.consequence.holds(now.answers)
    if first:
        _forbid(compiled, constraint, constraint.consequence, constraint.condition, now, found)
    if second:
        _forbid(compiled, constraint, constraint.condition, constraint.consequence, now, found)
    if first and second:
        later = max(
            (constraint.condition, constraint.consequence),
            key=lambda place: compiled.groups[place.group].position,
        )
        found.violations.append(Violation(later.group, later.option, constraint.key, constraint.reason))


def _require(compiled: Compiled, constraint: Implication, now: Situation, found: Choices) -> None:
    _forbid_others(compiled, constraint, now, found)
    if not constraint.consequence.holds(now.answers):
        place = constraint.consequence if now.visible[constraint.consequence.group] else constraint.condition
        found.violations.append(Violation(place.group, place.option, constraint.key, constraint.reason))


def _forbid(
    compiled: Compiled,
    constraint: Implication,
    place: Reference,
    because: Reference,
    now: Situation,
    found: Choices,
) -> None:
    """Mark what may not be chosen now; within one single choice nothing: the one replaces the other."""
    group = compiled.groups[place.group]
    if not now.visible[group.key] or (group.kind == "single" and because.group == group.key):
        return
    found.forbid(group.key, _options_at(place, group), constraint.reason)


def _options_at(place: Reference, group: Group) -> tuple[str, ...]:
    if place.option is not None:
        return (place.option,)
    return (YES,) if group.kind == "boolean" else tuple(option.key for option in group.options)


def _forbid_others(compiled: Compiled, constraint: Implication, now: Situation, found: Choices) -> None:
    """Where one option of a single choice is required, the others cannot be chosen."""
    place = constraint.consequence
    group = compiled.groups[place.group]
    if group.kind != "single" or place.option is None or not now.visible[group.key]:
        return
    if constraint.condition.group == group.key:
        return
    others = (option.key for option in group.options if option.key != place.option)
    found.forbid(group.key, others, constraint.reason)
