"""The groups of a definition by key: what formulas, constraints and prices may refer to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from configurators.definition.limits import MAX_ITEMS
from configurators.formula import NO_PRICES, GroupType, Prices, Scope, TableType
from configurators.formula.scope import GroupKind

KINDS = (
    "single",
    "multi",
    "quantity",
    "number",
    "text",
    "date",
    "boolean",
    "file",
    "calculated",
    "repeat",
    "contact",
)
NUMERIC = frozenset({"quantity", "number", "calculated", "repeat"})
WITH_OPTIONS = frozenset({"single", "multi"})
_FORMULA_KINDS = {
    "single": "choice", "multi": "set", "quantity": "number", "number": "number", "boolean": "boolean",
    "calculated": "number", "date": "date", "repeat": "number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupFacts:
    key: str
    kind: str
    options: tuple[str, ...] = ()
    #: In each item of which repeat it is asked; '' where it is asked once.
    repeat: str = ""
    #: How many items a repeat has at most; 0 for any other.
    most: int = 0

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def computable(self) -> bool:
        """May a formula, a constraint or a price depend on it?"""
        return self.kind in _FORMULA_KINDS and self.kind != "date"


Catalogue = dict[str, GroupFacts]


def catalogue_of(steps: object) -> Catalogue:
    """Tolerant: takes in whatever is whole enough to be referred to."""
    found: Catalogue = {}
    for group in (group for step in _objects(steps) for group in _objects(step.get("groups"))):
        _take_in(found, group, "")
        if group.get("kind") == "repeat":
            key = group.get("key")
            for inner in _objects(group.get("groups")):
                _take_in(found, inner, key if isinstance(key, str) else "")
    return found


def _take_in(found: Catalogue, group: dict[str, object], repeat: str) -> None:
    key, kind = group.get("key"), group.get("kind")
    if not isinstance(key, str) or not isinstance(kind, str) or (repeat and kind == "repeat"):
        return
    options = [option.get("key") for option in _objects(group.get("options"))]
    keys = tuple(option for option in options if isinstance(option, str))
    most = _items(group.get("max")) if kind == "repeat" else 0
    found.setdefault(key, GroupFacts(key, kind, keys if kind in WITH_OPTIONS else (), repeat, most))


def _items(most: object) -> int:
    """One at least, whatever stands there, so that formulas over the items are checked."""
    return most if isinstance(most, int) and not isinstance(most, bool) and 1 <= most <= MAX_ITEMS else 1


def scope_of(
    catalogue: Catalogue,
    tables: Mapping[str, TableType],
    *,
    prices: Prices = NO_PRICES,
    currency: str = "",
) -> Scope:
    groups = {
        group.key: GroupType(_kind(group), group.options, group.repeat, group.most)
        for group in catalogue.values()
    }
    return Scope(groups, tables, prices, currency)


def _kind(group: GroupFacts) -> GroupKind:
    return cast(GroupKind, _FORMULA_KINDS.get(group.kind, "unusable"))


def _objects(value: object) -> Iterator[dict[str, object]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
