"""What an officer decides to keep of somebody who asks for erasure: whole kinds of data, on a ground.

A row that holds something of such a kind stays; what else stands in it about the person is emptied. The row
of the root stays with the first of its parts that does, since Postgres would take the parts along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db.models import BinaryField, CharField, Field, TextField
from django.utils import timezone

from privacy import registry
from privacy.declarations import Declaration, Erasure, JSONKeys, Personal
from privacy.erasure.reach import Reach
from tenancy.planes import TABLES

#: Kinds of data, as the first word of their categories, each with the ground and the day until which.
Keeping = Mapping[str, tuple[str, str]]

_IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True)
class Kept(Erasure):
    """Kept because an officer decided so, until a day of their choice."""

    until: str = ""

    @property
    def until_moment(self) -> datetime | None:
        if not self.until:
            return None
        return timezone.make_aware(datetime.combine(date.fromisoformat(self.until), time()))


def kept_back(reaches: Sequence[Reach], keeping: Keeping, *, root: Declaration) -> list[Reach]:
    """The same reaches, with those that hold something to be kept divided into what stays and what goes."""
    if not keeping:
        return list(reaches)
    found, held_by_root = [], None
    for reach in reaches:
        decided = next(
            (keeping[kind] for kind in sorted(kinds_of(reach.declaration)) if kind in keeping), None
        )
        if reach.erasure.what != "delete" or decided is None:
            found.append(reach)
            continue
        held_by_root = held_by_root or decided
        found += _divided(reach, keeping, decided, root=root)
    return [_with_its_parts(reach, held_by_root, root=root) for reach in found]


def _divided(reach: Reach, keeping: Keeping, decided: tuple[str, str], *, root: Declaration) -> list[Reach]:
    kept = replace(reach, erasure=_kept(decided))
    columns = () if reach.declaration.label == root.label else _to_be_emptied(reach.declaration, keeping)
    if not columns:
        return [kept]
    return [kept, replace(reach, erasure=Erasure("blank", columns=columns))]


def _with_its_parts(reach: Reach, decided: tuple[str, str] | None, *, root: Declaration) -> Reach:
    """The root's own row stays where something that hangs on it does, and with it what only goes with it."""
    is_root = reach.declaration.label == root.label
    goes_by_itself = not is_root and "DELETE" in TABLES[reach.table].app
    if decided is None or goes_by_itself or reach.erasure.what != "delete":
        return reach
    return replace(reach, erasure=_kept(decided))


def _kept(decided: tuple[str, str]) -> Kept:
    ground, until = decided
    return Kept("keep", ground=ground, why=f"Art. {ground}", until=until)


def kinds_of(declaration: Declaration) -> set[str]:
    """What a table holds of a person beside the identifiers that tie it together."""
    return {_kind(personal) for personal in _personal(declaration).values() if not _is_identifier(personal)}


def _personal(declaration: Declaration) -> dict[str, Personal]:
    found = {}
    for column, value in registry.by_column(declaration).items():
        if isinstance(value, Personal):
            found[column] = value
        elif isinstance(value, JSONKeys) and value.personal():
            found[column] = next(iter(value.personal().values()))
    return found


def _to_be_emptied(declaration: Declaration, keeping: Keeping) -> tuple[str, ...]:
    """Columns of another kind, as far as their column may be empty."""
    model = registry.find_model(declaration.label)
    fields = {registry.column_of(known): known for known in registry.own_columns(model)} if model else {}
    return tuple(
        column
        for column, personal in _personal(declaration).items()
        if not _is_identifier(personal)
        and _kind(personal) not in keeping
        and column in fields
        and _may_be_empty(fields[column])
    )


def _may_be_empty(field: Field) -> bool:
    return field.null or isinstance(field, (CharField, TextField, BinaryField))


def _kind(personal: Personal) -> str:
    return personal.category.partition(".")[0]


def _is_identifier(personal: Personal) -> bool:
    return personal.category.endswith(f".{_IDENTIFIER}")
