"""Where the declarations say that something stands: the columns of one category on the tables of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from privacy import registry
from privacy.declarations import Declaration, Personal
from privacy.registry import Held
from privacy.subject.finding import attribute_of


@dataclass(frozen=True, slots=True)
class Place:
    """One column of a table that is held about a root."""

    held: Held
    model: type[Model]
    column: str
    declared: Personal

    @property
    def attribute(self) -> str:
        """What Django calls the column."""
        return attribute_of(self.model, self.column)

    @property
    def reference(self) -> str:
        """What Django calls the column that holds the root's key."""
        return attribute_of(self.model, self.held.column)

    def rows(self, **wanted: Any) -> QuerySet[Model]:
        """Rows of the table, restricted ones too."""
        return self.model._base_manager.filter(**wanted)

    def sealed_in(self, key: object) -> str:
        """The place to which a sealed value of this column is bound."""
        return f"{self.held.table}.{self.column}:{key}"


def places(root: Declaration, category: str, *, hashed: bool = False) -> Iterator[Place]:
    """The columns of a category about the persons of a root: readable or sealed, or else keyed hashes."""
    for held in registry.held_about(root):
        model = registry.find_model(held.declaration.label)
        for column, value in registry.by_column(held.declaration).items():
            if (
                model
                and isinstance(value, Personal)
                and value.category == category
                and value.hashed == hashed
            ):
                yield Place(held, model, column, value)


def the_place(root: Declaration, category: str) -> Place:
    """The one column of a category. Raises LookupError where the declarations name none, or several."""
    found = list(places(root, category))
    if len(found) != 1:
        raise LookupError(f"{root.label}: {len(found)} columns are declared as {category}.")
    return found[0]
