"""What an erasure will do: the same plan is shown to the officer and carried out, so they cannot differ.

It follows from the declarations alone: which tables hold something about the person, and for each whether
its rows go, are emptied of the person, or stay on a ground of Art. 17(3) GDPR.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sessions import sessions_of
from privacy import holds, registry
from privacy.declarations import DELETE, Declaration, Field, JSONKeys, Personal, Subject, Text
from privacy.erasure.keeping import Keeping, Kept, kept_back
from privacy.erasure.reach import (
    Person,
    Reach,
    column_named,
    direct,
    find_person,
    following,
    is_out_of_sight,
    quoted,
    rows_of,
)
from privacy.models import LegalHold
from privacy.vocabulary import CATEGORIES

#: Where work waits that names rows by their keys, whatever the rows are.
_WORK = ("delivery.Job", "delivery.DeadLetter")
_SESSIONS = "sessions.Session"


class Outcome(StrEnum):
    """What becomes of rows."""

    ERASED = "erased"
    EMPTIED = "emptied"
    KEPT = "kept"


_OUTCOMES = {"delete": Outcome.ERASED, "blank": Outcome.EMPTIED, "keep": Outcome.KEPT}


@dataclass(frozen=True, slots=True)
class Part:
    """One table: what becomes of the person's rows in it.

    `rows` is None where they stand in many organisations, whose tables are never seen together.
    """

    declaration: Declaration
    table: str
    key: str
    outcome: Outcome
    rows: int | None
    keys: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    ground: str = ""
    why: Text = ""
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return self.rows == 0

    @property
    def categories(self) -> list[str]:
        """What is in it of a person, by the first word of each category."""
        return sorted({personal.category.partition(".")[0] for personal in self._personal()})

    @property
    def labels(self) -> list[Text]:
        """What is in it of a person, in the words of the declarations."""
        return _labels(self._personal())

    def _personal(self) -> list[Personal]:
        """Where rows are only emptied, the columns that are."""
        declared = registry.by_column(self.declaration)
        chosen = [declared[column] for column in self.columns] if self.columns else declared.values()
        return list(_personal_among(chosen))


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of data, as a person would name it, and what becomes of it."""

    name: str
    label: Text
    outcome: Outcome
    rows: int
    ground: str = ""
    why: Text = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one erasure does."""

    person: Person
    parts: tuple[Part, ...]
    keeping: Keeping
    #: Roots that a legal hold keeps.
    held: tuple[UUID, ...] = ()

    @property
    def digest(self) -> str:
        """What an officer approves: whom, under which declarations, and what becomes of each table.

        Not the number of rows: a mail that is sent meanwhile is erased under the same plan.
        """
        decided = {
            "root": self.person.root.label,
            "owner": str(self.person.owner),
            "keys": [str(key) for key in self.person.keys],
            "held": [str(key) for key in self.held],
            "keeping": {name: list(why) for name, why in self.keeping.items()},
            "parts": sorted([part.table, part.outcome, part.ground] for part in self.parts),
            "declarations": registry.digest(),
        }
        return hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()

    @property
    def touched(self) -> tuple[Part, ...]:
        """What is erased or emptied, with at least one row."""
        return tuple(part for part in self.parts if part.outcome != Outcome.KEPT and part.rows)

    @property
    def kept(self) -> tuple[Part, ...]:
        """What stays although it is about the person; a table that never has rows of theirs is left out."""
        return tuple(part for part in self.parts if part.outcome == Outcome.KEPT and not part.is_empty)

    @property
    def refs(self) -> list[tuple[str, str]]:
        """Table and key of every row that goes: what the ledger must know to do it again."""
        return [
            (part.table, key) for part in self.parts if part.outcome == Outcome.ERASED for key in part.keys
        ]

    @property
    def counts(self) -> dict[str, int]:
        return _summed(self.touched)

    @property
    def is_done(self) -> bool:
        return not self.touched

    def keys_of(self, label: str) -> tuple[str, ...]:
        return tuple(key for part in self.parts if part.declaration.label == label for key in part.keys)

    @property
    def groups(self) -> list[Group]:
        """Outcome by kind of data, as the person is told: what goes first, then what stays and why."""
        found: dict[tuple[str, Outcome, str], Group] = {}
        for part in (*self.touched, *self.kept):
            for name in part.categories:
                at = (name, part.outcome, part.ground)
                found[at] = _added(found.get(at), name, part)
        order = {outcome: number for number, outcome in enumerate(Outcome)}
        return sorted(found.values(), key=lambda group: (order[group.outcome], group.name))


def _added(known: Group | None, name: str, part: Part) -> Group:
    rows = (known.rows if known else 0) + (part.rows or 0)
    dates = [date for date in (known.until if known else None, part.until) if date]
    until = max(dates, default=None)
    why = known.why if known else part.why
    return Group(name, CATEGORIES.get(name, name), part.outcome, rows, part.ground, why, until)


def _summed(parts: Iterable[Part]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in parts:
        counts[part.table] = counts.get(part.table, 0) + (part.rows or 0)
    return dict(sorted(counts.items()))


def labels_of(declaration: Declaration) -> list[Text]:
    """What a table holds of a person, in the words of the declarations."""
    return _labels(_personal_among(declaration.fields.values()))


def _labels(found: Iterable[Personal]) -> list[Text]:
    seen: dict[str, Text] = {}
    for personal in found:
        seen.setdefault(str(personal.label), personal.label)
    return list(seen.values())


def _personal_among(fields: Iterable[Field]) -> Iterator[Personal]:
    for value in fields:
        if isinstance(value, Personal):
            yield value
        elif isinstance(value, JSONKeys):
            yield from value.personal().values()


def plan_erasure(subject: Subject, keys: Iterable[UUID], *, keeping: Keeping | None = None) -> Plan:
    """The plan for some leads of the current organisation, or for an account. Reads only.

    ``keeping`` says which kinds of data were decided to stay, each with its ground and its end.
    """
    root, asked = registry.root_of(subject), sorted(set(keys))
    held = {key: found for key in asked if (found := holds.held(root.label, key))}
    plan = plan_for(find_person(root, [key for key in asked if key not in held]), keeping or {})
    if not held:
        return plan
    return replace(plan, parts=(*plan.parts, _held_back(root, held)), held=tuple(held))


def _held_back(root: Declaration, held: Mapping[UUID, Sequence[LegalHold]]) -> Part:
    """What a legal hold keeps, whole: each hold is looked at again on a day of its own."""
    days = [hold.review_on for found in held.values() for hold in found]
    table = registry.table_of(root)
    assert table is not None
    return Part(
        declaration=root,
        table=table,
        key="id",
        outcome=Outcome.KEPT,
        rows=len(held),
        ground="17(3)(e)",
        why=_("A legal hold: it is needed for a claim. Each hold is looked at again on its day."),
        until=timezone.make_aware(datetime.combine(max(days), time())),
    )


def plan_for(person: Person, keeping: Keeping) -> Plan:
    parts = _looked_up(person, kept_back(direct(person), keeping, root=person.root))
    keys = _erased_keys(parts)
    parts += _looked_up(person, following(person.root, keys))
    parts += _work_that_names(person, {key for found in keys.values() for key in found})
    if person.root.subject == Subject.ACCOUNT:
        parts.append(_sessions(person))
    return Plan(person, tuple(_without_doubles(parts)), keeping)


def _without_doubles(parts: Iterable[Part]) -> Iterator[Part]:
    """A row that is reached in two ways counts where it was reached first."""
    seen: set[tuple[str, str]] = set()
    for part in parts:
        keys = tuple(key for key in part.keys if (part.table, key) not in seen)
        if part.outcome == Outcome.ERASED:
            seen.update((part.table, key) for key in keys)
        yield part if len(keys) == len(part.keys) else replace(part, keys=keys, rows=len(keys))


def _erased_keys(parts: Sequence[Part]) -> dict[str, list[str]]:
    """Keys of the rows that go, by label; a table of which nothing goes is named too."""
    found: dict[str, list[str]] = {}
    for part in parts:
        if part.outcome == Outcome.ERASED:
            found.setdefault(part.declaration.label, []).extend(part.keys)
    return found


def _looked_up(person: Person, reaches: Sequence[Reach]) -> list[Part]:
    """One statement for all tables, which counts what stays and names what goes."""
    seen = [reach for reach in reaches if not is_out_of_sight(person, reach)]
    found = {}
    if seen:
        statement = " UNION ALL ".join(_question(number, reach) for number, reach in enumerate(seen))
        values = [value for reach in seen for value in reach.values]
        found = {row[0]: row for row in rows_of(statement, values)}
    answers = {id(reach): found[number] for number, reach in enumerate(seen)}
    return [_part(reach, answers.get(id(reach))) for reach in reaches]


def _question(number: int, reach: Reach) -> str:
    of = f"FROM {quoted(reach.table)} WHERE {reach.condition}"
    if reach.erasure.what == "keep":
        until = 'max("purge_after")' if "purge_after" in _columns(reach) else "NULL::timestamptz"
        return f"SELECT {number}, NULL::text[], count(*), {until} {of}"
    key = quoted(reach.key)
    says = reach.says_something()
    of = f"{of} AND {says}" if says else of
    return f"SELECT {number}, array_agg({key}::text ORDER BY {key}), count(*), NULL::timestamptz {of}"


def _columns(reach: Reach) -> set[str]:
    return set(registry.by_column(reach.declaration))


def _part(reach: Reach, answer: tuple[Any, ...] | None) -> Part:
    _number, keys, rows, until = answer or (0, None, None, None)
    return Part(
        declaration=reach.declaration,
        table=reach.table,
        key=reach.key,
        outcome=_OUTCOMES[reach.erasure.what],
        rows=rows,
        keys=tuple(keys or ()),
        columns=tuple(column_named(reach.declaration, name) for name in reach.erasure.columns),
        ground=reach.erasure.ground,
        why=reach.erasure.why,
        until=until if not isinstance(reach.erasure, Kept) else reach.erasure.until_moment,
    )


def _work_that_names(person: Person, keys: set[str]) -> list[Part]:
    """Jobs that wait, and dead ones, that name a row which goes: there is nothing left for them to do."""
    named = "EXISTS (SELECT FROM jsonb_each_text(ids) AS named WHERE named.value = ANY(%s))"
    values: list[Any] = [sorted(keys)]
    condition = named
    if person.within_organisation:
        condition, values = f"organisation_id = %s AND {named}", [person.owner, *values]
    declared = registry.declarations()
    return _looked_up(
        person,
        [
            Reach(declared[label], table, DELETE, condition, tuple(values))
            for label in _WORK
            if (table := registry.table_of(declared[label]))
        ],
    )


def _sessions(person: Person) -> Part:
    """What a browser of theirs is remembered by; it stands in a sealed text, so each is opened."""
    declaration = registry.declarations()[_SESSIONS]
    keys = tuple(key for user_id in person.keys for key in sessions_of(user_id))
    return Part(declaration, "django_session", "session_key", Outcome.ERASED, len(keys), keys)
