"""The groups of a definition by key: what formulas, constraints and prices may refer to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from configurators.formula import NO_PRICES, GroupType, Prices, Scope, TableType

KINDS = ("single", "multi", "quantity", "number", "text", "date", "boolean", "calculated", "contact")
NUMERIC = frozenset({"quantity", "number", "calculated"})
WITH_OPTIONS = frozenset({"single", "multi"})
_FORMULA_KINDS = {
    "single": "choice", "multi": "set", "quantity": "number", "number": "number", "boolean": "boolean",
    "calculated": "number", "date": "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupFacts:
    key: str
    kind: str
    options: tuple[str, ...] = ()

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
        key, kind = group.get("key"), group.get("kind")
        if isinstance(key, str) and isinstance(kind, str):
            options = [option.get("key") for option in _objects(group.get("options"))]
            keys = tuple(option for option in options if isinstance(option, str))
            found.setdefault(key, GroupFacts(key, kind, keys if kind in WITH_OPTIONS else ()))
    return found


def scope_of(
    catalogue: Catalogue,
    tables: Mapping[str, TableType],
    *,
    prices: Prices = NO_PRICES,
    currency: object = "",
) -> Scope:
    groups = {
        group.key: GroupType(_FORMULA_KINDS.get(group.kind, "unusable"), group.options)  # type: ignore[arg-type]
        for group in catalogue.values()
    }
    return Scope(groups, tables, prices, str(currency))


def _objects(value: object) -> Iterator[dict[str, object]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
