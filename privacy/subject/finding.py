"""Finding a person by an address or a phone number, without opening a single sealed value.

Which columns lead to a person is read from the declarations: a keyed hash of a contact detail on the root
itself or on a part that shares the root's key. A mail about a request also carries the hash of an address,
but that may be a colleague's, so a table with rows of its own never tells who somebody is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

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
    sought = blind_index(current_organisation_id(), kind, normalised(text))
    found: set[UUID] = set()
    for index in indexes_of(root):
        if index.category == category:
            found.update(_keys(index, sought))
    return sorted(found)


def _keys(index: Index, sought: bytes) -> list[UUID]:
    model = registry.find_model(index.held.declaration.label)
    assert model is not None
    sought_in = attribute_of(model, index.column)
    return list(model._base_manager.filter(**{sought_in: sought}).values_list("pk", flat=True))
