"""Which options go together: what cannot be chosen now and why, and which choices may not stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from configurators.compiled import Compiled
from configurators.formula import Failure
from configurators.parts import Constraint, Group, Option, Reference, Texts
from configurators.visibility import Situation

Unavailable = Mapping[str, Mapping[str, Texts]]

#: How the one choice of a yes-or-no group is called among unavailable options and price differences.
YES = "true"


@dataclass(frozen=True, slots=True)
class Violation:
    """What keeps a configuration from being accepted, at the place where the visitor can mend it.

    Of a missing requirement, `group` and `option` are what is still to be chosen. `constraint` is None
    where a chosen option's own condition forbids it.
    """

    group: str
    option: str | None
    constraint: str | None
    reason: Texts


def choices_now(compiled: Compiled, now: Situation) -> tuple[Unavailable, tuple[Violation, ...], str | None]:
    """What cannot be chosen now, which choices may not stand, and the first error value of a condition."""
    unavailable: dict[str, dict[str, Texts]] = {}
    violations: list[Violation] = []
    failure: str | None = None
    for group, option in _guarded(compiled, now):
        try:
            available = option.available_if is None or option.available_if(now.answers)
        except Failure as error:
            available, failure = True, failure or error.code
        if not available:
            unavailable.setdefault(group.key, {})[option.key] = option.reason
            if Reference(group.key, option.key).holds(now.answers):
                violations.append(Violation(group.key, option.key, None, option.reason))
    for constraint in compiled.constraints:
        _apply(compiled, constraint, now, unavailable, violations)
    return unavailable, tuple(violations), failure


def _guarded(compiled: Compiled, now: Situation) -> Iterator[tuple[Group, Option]]:
    for group in compiled.guarded_groups:
        if now.visible[group.key]:
            for option in group.options:
                if option.available_if is not None:
                    yield group, option


def _apply(
    compiled: Compiled,
    constraint: Constraint,
    now: Situation,
    unavailable: dict[str, dict[str, Texts]],
    violations: list[Violation],
) -> None:
    first = constraint.condition.holds(now.answers)
    second = constraint.consequence.holds(now.answers)
    if constraint.kind == "excludes":
        if first:
            _forbid(compiled, constraint, constraint.consequence, constraint.condition, now, unavailable)
        if second:
            _forbid(compiled, constraint, constraint.condition, constraint.consequence, now, unavailable)
        if first and second:
            later = max(
                (constraint.condition, constraint.consequence),
                key=lambda place: compiled.groups[place.group].position,
            )
            violations.append(Violation(later.group, later.option, constraint.key, constraint.reason))
    elif first:
        _forbid_others(compiled, constraint, now, unavailable)
        if not second:
            place = (
                constraint.consequence if now.visible[constraint.consequence.group] else constraint.condition
            )
            violations.append(Violation(place.group, place.option, constraint.key, constraint.reason))


def _forbid(
    compiled: Compiled,
    constraint: Constraint,
    place: Reference,
    because: Reference,
    now: Situation,
    unavailable: dict[str, dict[str, Texts]],
) -> None:
    """Mark what may not be chosen now; within one single choice nothing: the one replaces the other."""
    group = compiled.groups[place.group]
    if not now.visible[group.key] or (group.kind == "single" and because.group == group.key):
        return
    for option in _options_at(place, group):
        unavailable.setdefault(group.key, {}).setdefault(option, constraint.reason)


def _options_at(place: Reference, group: Group) -> tuple[str, ...]:
    if place.option is not None:
        return (place.option,)
    return (YES,) if group.kind == "boolean" else tuple(option.key for option in group.options)


def _forbid_others(
    compiled: Compiled, constraint: Constraint, now: Situation, unavailable: dict[str, dict[str, Texts]]
) -> None:
    """Where one option of a single choice is required, the others cannot be chosen."""
    place = constraint.consequence
    group = compiled.groups[place.group]
    if group.kind != "single" or place.option is None or not now.visible[group.key]:
        return
    if constraint.condition.group == group.key:
        return
    for option in group.options:
        if option.key != place.option:
            unavailable.setdefault(group.key, {}).setdefault(option.key, constraint.reason)
