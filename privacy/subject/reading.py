"""The rows about one person, opened column by column as the declarations say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Field as ModelField
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacy import registry
from privacy.declarations import Declaration, Field, JSONKeys, Personal, SpelledOut, Subject
from privacy.registry import Held
from privacy.subject.finding import attribute_of, bears_identity
from tenancy.context import current_organisation_id
from tenancy.encryption import blind_index, unseal
from tenancy.keys import PLATFORM
from tenancy.planes import TABLES

#: Categories that name the account which acted, wrote or decided.
_ACTORS = frozenset({"account.identifier", "activity.actor", "activity.inviting"})


class Withheld(StrEnum):
    """Why a value is named but not shown."""

    HASHED = "hashed"
    CREDENTIAL = "credential"
    ANOTHER = "another"
    FILE = "file"

    @property
    def words(self) -> str:
        return {
            Withheld.HASHED: _("kept as a keyed hash, which nobody can read back"),
            Withheld.CREDENTIAL: _("kept encrypted and not shown, so that nobody signs in in your place"),
            Withheld.ANOTHER: _("about another person, and left out"),
            Withheld.FILE: _("a file, which you can download by itself; the ZIP has it too"),
        }[self]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a copy is about: the keys of their roots, and the address in its normal form."""

    root: Declaration
    keys: tuple[UUID, ...]
    email: str

    def __repr__(self) -> str:
        return f"Person({len(self.keys)} rows)"  # never an address in a log or a traceback

    @property
    def is_account(self) -> bool:
        return self.root.subject == Subject.ACCOUNT


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one row: as a program reads it, and as a person does.

    ``name`` is the column, or column and key where it stands within JSON.
    """

    name: str
    declared: Personal
    value: Any
    shown: str
    withheld: Withheld | None = None
    #: A key that only ties rows together.
    internal: bool = False

    def __repr__(self) -> str:
        return f"Value({self.name})"

    @property
    def label(self) -> str:
        return str(self.declared.label)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What a sealed or plain JSON object says, key by key."""
        if not isinstance(self.value, dict) or self.withheld:
            return []
        return [(str(key), _flat(inner)) for key, inner in self.value.items() if inner not in (None, "")]


@dataclass(frozen=True, slots=True)
class Record:
    """One row, and the date on which it goes where that is known."""

    key: UUID | None
    values: tuple[Value, ...]
    until: datetime | None

    @property
    def shown(self) -> list[Value]:
        """What a page shows: everything but keys that only tie rows together."""
        return [value for value in self.values if not value.internal]


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table about one person."""

    declaration: Declaration
    records: tuple[Record, ...]


def sections_about(person: Person, *, plane: str) -> list[Section]:
    """Every table of a plane with rows about the person; the tenant plane within an organisation."""
    found = []
    for held in sorted(registry.held_about(person.root), key=lambda held: not bears_identity(held)):
        if TABLES[held.table].plane != plane or registry.find_model(held.declaration.label) is None:
            continue
        records = tuple(_record(held, row, person) for row in rows_about(held, person))
        if records:
            found.append(Section(held.declaration, records))
    return found


def records_of(held: Held, rows: Iterable[Model], person: Person) -> list[Record]:
    """Some rows of one table about the person, as the person reads them."""
    return [_record(held, row, person) for row in rows]


def rows_about(held: Held, person: Person) -> QuerySet[Model]:
    """The rows of one table about the person, oldest first, restricted ones too."""
    model = registry.find_model(held.declaration.label)
    assert model is not None
    column = attribute_of(model, held.column)
    if held.by == "key":
        wanted: dict[str, Any] = {f"{column}__in": person.keys}
    elif _is_hashed(held):
        wanted = {column: blind_index(owner_of(held), "email", person.email)}
    else:
        wanted = {column: person.email}
    return model._base_manager.filter(**wanted).order_by("pk")


def owner_of(held: Held) -> UUID:
    """Whose keys seal a table's values: the organisation's, or the platform's."""
    return current_organisation_id() if TABLES[held.table].plane == "tenant" else PLATFORM


def _is_hashed(held: Held) -> bool:
    value = registry.by_column(held.declaration).get(held.column)
    return isinstance(value, Personal) and value.hashed


def _record(held: Held, row: Model, person: Person) -> Record:
    fields = registry.by_column(held.declaration)
    anothers = _is_addressed_to_another(held, row, fields, person)
    values: list[Value] = []
    for known in registry.own_columns(type(row)):
        column = registry.column_of(known)
        if not _is_about_the_person(held, known):
            continue
        values += _values(held, row, known, fields[column], person, anothers=anothers)
    until = getattr(row, held.declaration.rule.column, None) if held.declaration.rule else None
    key = row.pk if isinstance(row.pk, UUID) else None
    return Record(key, tuple(values), until if isinstance(until, datetime) else None)


def _is_about_the_person(held: Held, known: ModelField) -> bool:
    """Of a row that is not the person's own, only the columns that an erasure would empty are about them."""
    emptied = held.declaration.erasure.columns
    return not emptied or bool({known.name, known.attname, known.column} & set(emptied))


def _is_addressed_to_another(held: Held, row: Model, fields: dict[str, Field], person: Person) -> bool:
    """Whether the row is about the person's request but its address is somebody else's."""
    for column, value in fields.items():
        if isinstance(value, Personal) and value.hashed and value.category == "contact.email":
            stored = getattr(row, column)
            own = blind_index(owner_of(held), "email", person.email)
            return stored is not None and bytes(stored) != own
    return False


def _values(
    held: Held, row: Model, known: ModelField, declared: Field, person: Person, *, anothers: bool
) -> Iterator[Value]:
    """What one column says: nothing, one value, or one for each declared key of its JSON."""
    stored = getattr(row, known.attname)
    if stored is None or stored in ("", b"", {}, []):
        return
    name = registry.column_of(known)
    if isinstance(declared, JSONKeys):
        yield from _json_values(name, declared, stored)
    elif isinstance(declared, Personal):
        if anothers and declared.category.startswith("contact."):
            yield _withheld(name, declared, Withheld.ANOTHER)
        else:
            yield _value(held, row, known, declared, person)


def _json_values(name: str, declared: JSONKeys, stored: Any) -> Iterator[Value]:
    if not isinstance(stored, dict):
        inner = declared.keys.get("[]")
        if isinstance(inner, Personal):
            yield Value(name, inner, stored, _flat(stored))
        return
    for key, value in stored.items():
        inner = declared.keys.get(key, declared.keys.get("*"))
        if isinstance(inner, Personal) and value not in (None, "", [], {}):
            yield Value(f"{name}.{key}", inner, value, _flat(value))


def _value(held: Held, row: Model, known: ModelField, declared: Personal, person: Person) -> Value:
    name, stored = registry.column_of(known), getattr(row, known.attname)
    if declared.hashed:
        return _withheld(name, declared, Withheld.HASHED)
    if _is_another(known, declared, stored, person):
        return _withheld(name, declared, Withheld.ANOTHER)
    if declared.sealed and declared.category.startswith("credential."):
        return _withheld(name, declared, Withheld.CREDENTIAL)
    if declared.file:
        return _withheld(name, declared, Withheld.FILE)
    if declared.sealed:
        place = f"{held.table}.{name}:{row.pk}"
        opened = _parsed(unseal(owner_of(held), bytes(stored), place=place))
        return Value(name, declared, opened, _flat(opened))
    plain, shown = _plain(row, known, stored)
    if declared.spelled_out is not None:
        plain = shown = _text_of(stored, declared.spelled_out) or shown
    internal = declared.category.endswith(".identifier") and isinstance(stored, UUID)
    return Value(name, declared, plain, shown, internal=internal)


def _text_of(stored: object, where: SpelledOut) -> str:
    """The text whose hash a row keeps; '' where the text is not known any more."""
    model = registry.find_model(where.label)
    texts = model._base_manager.filter(**{where.by: stored}) if model else None
    return str(texts.values_list(where.column, flat=True).first() or "") if texts is not None else ""


def _withheld(name: str, declared: Personal, why: Withheld) -> Value:
    return Value(name, declared, None, why.words, withheld=why)


def _is_another(known: ModelField, declared: Personal, stored: Any, person: Person) -> bool:
    """Whether a column names an account that is not the person's own."""
    refers = known.remote_field is not None and known.remote_field.model._meta.label == "accounts.User"
    return (refers or declared.category in _ACTORS) and not (person.is_account and stored in person.keys)


def _parsed(text: str) -> Any:
    """Sealed objects are JSON; every other sealed value is the text itself."""
    if not text.startswith("{"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _plain(row: Model, known: ModelField, stored: Any) -> tuple[Any, str]:
    """A readable column for a program and for a person."""
    if known.choices:
        return stored, str(getattr(row, f"get_{known.name}_display")())
    if known.remote_field is not None and not known.primary_key:
        named = str(getattr(row, known.name))
        return named, named
    if isinstance(stored, datetime):
        return stored.isoformat(), date_format(timezone.localtime(stored), "DATETIME_FORMAT")
    if isinstance(stored, date):
        return stored.isoformat(), date_format(stored)
    if isinstance(stored, bytes | memoryview):
        return bytes(stored).hex(), bytes(stored).hex()
    if isinstance(stored, UUID | Decimal):
        return str(stored), str(stored)
    return stored, str(stored)


def _flat(value: Any) -> str:
    """One line, or one line for each element, of whatever JSON holds."""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_flat(inner)}" for key, inner in value.items() if inner not in (None, ""))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(_flat(inner) for inner in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
