"""Repeats: the same questions for each of some items, such as three windows.

A repeat is checked as what it becomes: a quantity, and for each item a copy of its questions. What is wrong
in a question is told once, at its place in the definition.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from configurators.definition.limits import MAX_GROUPS, MAX_ITEMS
from configurators.definition.reading import Part, echo
from configurators.formula import item_key

if TYPE_CHECKING:
    from configurators.definition.groups import GroupChecks

PROPERTIES = ("key", "kind", "label", "help", "visible_if", "item_label", "min", "max", "default", "groups")
#: What an item may ask: nothing in words, nothing of a person, and no items of its own.
INNER_KINDS = ("single", "multi", "quantity", "number", "boolean", "calculated")


@dataclass(frozen=True, slots=True)
class Item:
    """One of the items of a repeat; `first` tells what is wrong, the others would only say it again."""

    repeat: str
    number: int

    @property
    def first(self) -> bool:
        return self.number == 1

    def key(self, key: str) -> str:
        return item_key(self.repeat, self.number, key)


def check_repeat(checks: "GroupChecks", part: Part, key: str | None) -> None:
    part.text("item_label", required=True)
    most = _check_bounds(part)
    inner = part.parts("groups", MAX_GROUPS)
    if not inner:
        part.report.error(part.at("groups"), "no_groups", _("Add a question that is asked for each item."))
    items = most if key is not None and _has_room(checks, part, len(inner), most) else 1
    for number in range(1, items + 1):
        item = Item(str(part.value.get("key") or ""), number)
        with _standing_in(checks, item):
            for each in inner:
                checks.check_group(each if item.first else echo(each), item=item, real=each)
    if key is not None and any(checks.prices.is_priced(each.value) for each in inner):
        checks.prices.earlier.add(key)


@contextmanager
def _standing_in(checks: "GroupChecks", item: Item) -> Iterator[None]:
    outside = checks.formulas.scope
    checks.formulas.scope = outside.within(item.repeat, item.number)
    try:
        yield
    finally:
        checks.formulas.scope = outside


def _check_bounds(part: Part) -> int:
    """How many items there may be; 1 where that is not said well."""
    least, most = part.integer("min", 0, MAX_ITEMS), part.integer("max", 1, MAX_ITEMS)
    default = part.integer("default", 0, MAX_ITEMS)
    if part.value.get("max") is None:
        part.missing("max")
    if least is not None and most is not None and least > most:
        part.report.error(part.at("max"), "bounds_crossed", _("The largest value is below the smallest."))
    elif default is not None and not (least or 0) <= default <= (most or MAX_ITEMS):
        text = _("This lies outside the smallest and largest value.")
        part.report.error(part.at("default"), "out_of_bounds", text)
    return most or 1


def _has_room(checks: "GroupChecks", part: Part, questions: int, items: int) -> bool:
    """The copies count as questions, beside those that came before."""
    count = len(checks.paths) + questions * items
    if count <= MAX_GROUPS:
        return True
    part.report.error(
        part.at("max"),
        "too_many",
        _(
            "%(items)s items of %(questions)s questions each make %(count)s questions with the others; "
            "there may be at most %(most)s."
        ),
        items=items,
        questions=questions,
        count=count,
        most=MAX_GROUPS,
    )
    return False
