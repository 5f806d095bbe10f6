"""Where the rows of a person stand: conditions in SQL, made from the declarations and from nothing else."""

# ruff: noqa: S608 - names come from the declarations and are quoted; values are parameters

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import BinaryField, CharField, TextField, UUIDField

from privacy import registry
from privacy.declarations import Also, Declaration, Erasure, Personal
from privacy.registry import Held
from tenancy.context import current_organisation_id
from tenancy.encryption import blind_index, normalise_email, unseal
from tenancy.keys import PLATFORM
from tenancy.planes import TABLES

_ADDRESS = "contact.email"


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody is found by: the keys of their rows of the root, and their addresses.

    A table holds an address in clear or as a hash under the owner's key; each is known where it stands so.
    """

    root: Declaration
    owner: UUID
    keys: tuple[UUID, ...]
    addresses: tuple[str, ...] = ()
    hashes: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return f"Person({self.root.label}, {len(self.keys)})"  # never an address in a log or a traceback

    @property
    def within_organisation(self) -> bool:
        return self.owner != PLATFORM


@dataclass(frozen=True, slots=True)
class Reach:
    """Rows of one table: a condition, and what an erasure does with the rows that meet it."""

    declaration: Declaration
    table: str
    erasure: Erasure
    condition: str
    values: tuple[Any, ...]

    @property
    def key(self) -> str:
        """The column by which a row is named."""
        model = registry.find_model(self.declaration.label)
        return registry.column_of(model._meta.pk) if model else "id"

    def says_something(self) -> str:
        """Of rows that are emptied: only those with something left in a column that is to be empty."""
        model = registry.find_model(self.declaration.label)
        fields = {registry.column_of(known): known for known in registry.own_columns(model)} if model else {}
        columns = [column_named(self.declaration, name) for name in self.erasure.columns]
        said = " OR ".join(_says_something(column, fields.get(column)) for column in columns)
        return f"({said})" if said else ""


def _says_something(column: str, field: Any) -> str:
    if isinstance(field, (CharField, TextField, BinaryField)):
        return f"{quoted(column)} <> ''"
    return f"{quoted(column)} IS NOT NULL"


def find_person(root: Declaration, keys: Iterable[UUID]) -> Person:
    """The person behind some rows of a root: an organisation's own where the root is an organisation's.

    Whoever has gone already is found with no address, so that erasing twice does no harm.
    """
    owner = current_organisation_id() if _is_tenants(registry.table_of(root) or "") else PLATFORM
    person = Person(root, owner, tuple(sorted(set(keys))))
    for table, key, columns in _where_addresses_stand(root):
        person = _with_addresses(person, table, key, columns)
    return person


def open_addresses(person: Person) -> list[str]:
    """The person's addresses in the clear, for those who must still hear them."""
    found = set(person.addresses)
    for table, key, columns in _where_addresses_stand(person.root, sealed=True):
        names = ", ".join(quoted(column) for column in columns)
        rows = rows_of(
            f"SELECT {quoted(key)}, {names} FROM {quoted(table)} WHERE {quoted(key)} = ANY(%s)",
            [list(person.keys)],
        )
        for row_key, *values in rows:
            found |= {
                normalise_email(unseal(person.owner, bytes(value), place=f"{table}.{column}:{row_key}"))
                for column, value in zip(columns, values, strict=True)
                if value
            }
    return sorted(found)


def _where_addresses_stand(
    root: Declaration, *, sealed: bool = False
) -> Iterator[tuple[str, str, dict[str, Personal]]]:
    """The root's own row, or the part that shares its key, as far as it holds the person's address."""
    for held in registry.held_about(root):
        reach = Reach(held.declaration, held.table, held.declaration.erasure, "", ())
        if held.by != "key" or held.column != reach.key:
            continue
        columns = {
            column: value
            for column, value in registry.by_column(held.declaration).items()
            if isinstance(value, Personal) and value.category == _ADDRESS and value.sealed == sealed
        }
        if columns:
            yield held.table, reach.key, columns


def _with_addresses(person: Person, table: str, key: str, columns: Mapping[str, Personal]) -> Person:
    names = ", ".join(quoted(column) for column in columns)
    rows = rows_of(f"SELECT {names} FROM {quoted(table)} WHERE {quoted(key)} = ANY(%s)", [list(person.keys)])
    hashes, addresses = set(person.hashes), set(person.addresses)
    for row in rows:
        for value, declared in zip(row, columns.values(), strict=True):
            if declared.hashed:
                hashes.add(bytes(value))
            else:
                addresses.add(normalise_email(value))
    hashes |= {blind_index(person.owner, "email", address) for address in addresses}
    return replace(person, addresses=tuple(sorted(addresses)), hashes=tuple(sorted(hashes)))


def with_hash(root: Declaration, sought: bytes) -> list[UUID]:
    """The rows of a root whose person has an address with this keyed hash, oldest first."""
    found: set[UUID] = set()
    for table, key, columns in _where_addresses_stand(root):
        for column, declared in columns.items():
            if declared.hashed:
                rows = rows_of(
                    f"SELECT {quoted(key)} FROM {quoted(table)} WHERE {quoted(column)} = %s", [sought]
                )
                found.update(row[0] for row in rows)
    return sorted(found)


def direct(person: Person) -> list[Reach]:
    """What the person's key or address leads to: the root first."""
    found = [_of_held(person, held) for held in registry.held_about(person.root)]
    for declaration in registry.declarations().values():
        table = registry.table_of(declaration)
        found += [
            _of_also(person, declaration, table, also)
            for also in declaration.also
            if table and also.root == person.root.label
        ]
    return found


def _of_held(person: Person, held: Held) -> Reach:
    condition, values = _condition(person, held.declaration, held.column, held.by)
    return Reach(held.declaration, held.table, held.declaration.erasure, condition, values)


def _of_also(person: Person, declaration: Declaration, table: str, also: Also) -> Reach:
    condition, values = _condition(person, declaration, also.column, also.by)
    if also.alone and declaration.whose is not None:
        condition += f" AND {quoted(declaration.whose.column)} IS NULL"
    return Reach(declaration, table, also.erasure, condition, values)


def _condition(
    person: Person, declaration: Declaration, name: str, by: str
) -> tuple[str, tuple[list[Any], ...]]:
    column = column_named(declaration, name)
    if by == "key":
        return f"{quoted(column)} = ANY(%s)", (list(person.keys),)
    declared = registry.by_column(declaration)[column]
    hashed = isinstance(declared, Personal) and declared.hashed
    return f"{quoted(column)} = ANY(%s)", (list(person.hashes if hashed else person.addresses),)


def following(root: Declaration, keys: Mapping[str, list[str]]) -> list[Reach]:
    """What goes with rows of other tables, given the keys of those: copies of a mail, say."""
    found = []
    for declaration in registry.declarations().values():
        table = registry.table_of(declaration)
        for also in declaration.also:
            if table and also.root in keys and also.root != root.label:
                condition, values = _named_by(declaration, also, keys[also.root])
                found.append(Reach(declaration, table, also.erasure, condition, (values,)))
    return found


def _named_by(declaration: Declaration, also: Also, keys: list[str]) -> tuple[str, list[Any]]:
    column = column_named(declaration, also.column)
    if also.by == "prefix":
        return f"split_part({quoted(column)}, ':', 1) = ANY(%s)", list(keys)
    values: list[Any] = [UUID(key) for key in keys] if _is_uuid(declaration, column) else list(keys)
    return f"{quoted(column)} = ANY(%s)", values


def is_out_of_sight(person: Person, reach: Reach) -> bool:
    """An organisation's table, asked about an account: rows of many organisations, never seen together."""
    return _is_tenants(reach.table) and not person.within_organisation


def column_named(declaration: Declaration, name: str) -> str:
    """The column of a field, by either of its names."""
    model = registry.find_model(declaration.label)
    for known in registry.own_columns(model) if model else ():
        if name in (known.name, known.attname, known.column):
            return registry.column_of(known)
    return name


def _is_uuid(declaration: Declaration, column: str) -> bool:
    model = registry.find_model(declaration.label)
    return any(
        registry.column_of(known) == column and isinstance(known, UUIDField)
        for known in (registry.own_columns(model) if model else ())
    )


def _is_tenants(table: str) -> bool:
    return table in TABLES and TABLES[table].plane == "tenant"


def quoted(name: str) -> str:
    return connections["default"].ops.quote_name(name)


def rows_of(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
