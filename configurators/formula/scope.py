"""What a formula may name: the groups of a definition, its tables, and what price books hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from configurators.formula.prices import NO_PRICES, Prices
from configurators.formula.suggesting import Suggestions
from configurators.formula.tables import TableType

GroupKind = Literal["number", "boolean", "choice", "set", "date", "unusable"]


@dataclass(frozen=True, slots=True)
class GroupType:
    """What a formula may do with a group: nothing with a date, nor with free text or a person's details.

    `most` is how many items a repeat has at most, 0 for every other group; what is asked in each of them
    names that `repeat`.
    """

    kind: GroupKind
    options: tuple[str, ...] = ()
    repeat: str = ""
    most: int = 0


@dataclass(frozen=True)
class Scope:
    """Groups, and in quotation marks tables and articles of price books; `item` is the one it stands in."""

    groups: Mapping[str, GroupType]
    tables: Mapping[str, TableType] = field(default_factory=dict)
    prices: Prices = NO_PRICES
    currency: str = ""
    item: Mapping[str, int] = field(default_factory=dict)
    suggestions: Suggestions = field(default_factory=Suggestions, compare=False, repr=False)

    @cached_property
    def has_items(self) -> bool:
        return any(group.most for group in self.groups.values())

    def within(self, repeat: str, number: int) -> "Scope":
        return replace(self, item={repeat: number})
