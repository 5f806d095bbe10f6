"""Finding a person by an address or a phone number, without opening a single sealed value.

Which columns lead to a person is read from the declarations: a keyed hash of a contact detail on the root
itself or on a part that shares the root's key. A mail about a request also carries the hash of an address,
but that may be a colleague's, so a table with rows of its own never tells who somebody is.
"""

# ruff: noqa: S608 - names come from the declarations and are quoted; values are parameters

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from accounts.models import User
from privacy import registry
from privacy.declarations import Declaration, Personal, Subject
from privacy.registry import Held
from tenancy.context import current_organisation_id
from tenancy.encryption import blind_index, normalise_email, normalise_phone

#: The categories by which a person is known, each with the kind of its keyed hash and its normal form.
KNOWN_BY = {"contact.email": ("email", normalise_email), "contact.phone": ("phone", normalise_phone)}


@dataclass(frozen=True, slots=True)
class Index:
    """A column that holds the keyed hash of a contact detail of the root's person."""

    held: Held
    column: str
    category: str


def with_address(email: str, *, subject: Subject = Subject.LEAD) -> list[UUID]:
    """The roots of the current organisation that one e-mail address made, oldest first."""
    return _with("contact.email", email, registry.root_of(subject))


def with_address_index(index: bytes, *, subject: Subject = Subject.LEAD) -> list[UUID]:
    """The same where only the keyed hash of the address is at hand."""
    return _with_index("contact.email", index, registry.root_of(subject))


def address_indexes(keys: Sequence[UUID], *, subject: Subject = Subject.LEAD) -> set[bytes]:
    """The keyed hashes of the addresses that roots of the current organisation have now."""
    found: set[bytes] = set()
    for index in indexes_of(registry.root_of(subject)):
        if index.category == "contact.email":
            kept = _read(
                index, index.column, f"{connection.ops.quote_name(index.held.column)} = ANY(%s)", list(keys)
            )
            found |= {bytes(each) for each in kept if each is not None}
    return found


def with_phone(phone: str, *, subject: Subject = Subject.LEAD) -> list[UUID]:
    """The roots of the current organisation with one phone number, oldest first."""
    return _with("contact.phone", phone, registry.root_of(subject))


def account_with(email: str) -> User | None:
    """The account with an address, or None."""
    return User.objects.with_email(email)


def indexes_of(root: Declaration) -> Iterator[Index]:
    """Every column that tells whose a root's row is."""
    for held in registry.held_about(root):
        if not bears_identity(held):
            continue
        for column, value in registry.by_column(held.declaration).items():
            if isinstance(value, Personal) and value.hashed and value.category in KNOWN_BY:
                yield Index(held, column, value.category)


def bears_identity(held: Held) -> bool:
    """Whether a table's row is the root's own, or a part that shares its key."""
    model = registry.find_model(held.declaration.label)
    return model is not None and held.by == "key" and held.column == registry.column_of(model._meta.pk)


def attribute_of(model: type[Model], column: str) -> str:
    """What Django calls a column: a part that shares its whole's key has "lead_id" in the column "id"."""
    return next(known.attname for known in registry.own_columns(model) if registry.column_of(known) == column)


def _with(category: str, text: str, root: Declaration) -> list[UUID]:
    kind, normalised = KNOWN_BY[category]
    return _with_index(category, blind_index(current_organisation_id(), kind, normalised(text)), root)


def _with_index(category: str, sought: bytes, root: Declaration) -> list[UUID]:
    found: set[UUID] = set()
    for index in indexes_of(root):
        if index.category == category:
            q = connection.ops.quote_name
            found.update(_read(index, index.held.column, f"{q(index.column)} = %s::bytea", sought))
    return sorted(found)


def _read(index: Index, column: str, condition: str, value: Any) -> list[Any]:
    """One column of the rows of an index's table that meet a condition."""
    q = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {q(column)} FROM {q(index.held.table)} WHERE {condition}", [value])
        return [found for (found,) in cursor.fetchall()]
