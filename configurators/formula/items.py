"""Formulas over the items of a repeat: three windows, each with a width of its own.

A repeat is a number of items, and what each of them asks has a key of its own by its number. Within an item a
bare key means that item's; ``SUM(windows; width)`` goes over all that are there. Both are worked out before
anything is checked, so that what is stored and interpreted knows no items.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from django.utils.translation import gettext_lazy as _

from configurators.formula import nodes
from configurators.formula.limits import MAX_DEPTH, MAX_NODES
from configurators.formula.nodes import Node
from configurators.formula.parser import parse
from configurators.formula.problems import FormulaInvalid, FormulaProblem, problem_at
from configurators.formula.scope import GroupType, Scope

#: What goes over items, and what it wants of each.
OVER_ITEMS: dict[str, Literal["number", "boolean"]] = {
    "SUM": "number",
    "MIN": "number",
    "MAX": "number",
    "COUNT": "boolean",
}

Bound = Mapping[str, int]


def item_key(repeat: str, number: int, key: str) -> str:
    return f"{repeat}_{number}_{key}"


def with_items(source: str, root: Node, scope: Scope) -> tuple[Node, list[FormulaProblem]]:
    """The formula with each key that an item has of its own, and what is wrong with how it goes over them."""
    if not scope.has_items:
        return root, []
    expanding = _Expanding(source, scope.groups)
    return expanding.node(root, scope.item), expanding.problems


def items_named(source: str, scope: Scope) -> frozenset[str]:
    """The repeats of which the formula names something that no function goes over."""
    try:
        root = parse(source)
    except FormulaInvalid:
        return frozenset()
    return frozenset(_outside(root, scope.groups, frozenset()))


def refuse_too_large(source: str, tree: object) -> None:
    """Items multiply: what is stored must still be small enough to run."""
    waiting, nodes_seen = [(tree, 1)], 0
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, list):
            nodes_seen += 1
            if nodes_seen > MAX_NODES or depth > MAX_DEPTH:
                raise FormulaInvalid((_too_large(source),), nodes=nodes_seen)
            waiting += [(operand, depth + 1) for operand in node]


def _too_large(source: str) -> FormulaProblem:
    text = _(
        "This formula is too large for so many items. Calculate a part of it as a question of each item, and "
        "go over that."
    )
    return problem_at(source, 0, 1, "too_large", text)


def _outside(node: Node, groups: Mapping[str, GroupType], over: frozenset[str]) -> Iterator[str]:
    if node.kind == nodes.NAME:
        group = groups.get(node.value.lower())
        if group and group.repeat and group.repeat not in over:
            yield group.repeat
    within = over | {node.children[0].value.lower()} if _goes_over(node, groups) else over
    for child in node.children:
        yield from _outside(child, groups, within)


def _goes_over(node: Node, groups: Mapping[str, GroupType]) -> bool:
    """Does this call go over items: is the first thing in its parentheses a repeat?"""
    if node.kind != nodes.CALL or node.value.upper() not in OVER_ITEMS or not node.children:
        return False
    group = groups.get(node.children[0].value.lower()) if node.children[0].kind == nodes.NAME else None
    return group is not None and group.most > 0


class _Expanding:
    def __init__(self, source: str, groups: Mapping[str, GroupType]) -> None:
        self.source = source
        self.groups = groups
        self.problems: list[FormulaProblem] = []
        self.made = 0

    def node(self, node: Node, bound: Bound) -> Node:
        self.made += 1
        if self.made > MAX_NODES * 4:
            raise FormulaInvalid((_too_large(self.source),), nodes=self.made)
        if node.kind == nodes.NAME:
            return self._name(node, bound)
        if _goes_over(node, self.groups):
            return self._each(node, bound)
        if not node.children:
            return node
        return replace(node, children=tuple(self.node(child, bound) for child in node.children))

    def _name(self, node: Node, bound: Bound) -> Node:
        name = node.value.lower()
        group = self.groups.get(name)
        if group is None or group.repeat not in bound:
            return node
        return replace(node, key=item_key(group.repeat, bound[group.repeat], name))

    def _each(self, node: Node, bound: Bound) -> Node:
        count, *rest = node.children
        function, repeat = node.value.upper(), count.value.lower()
        if function == "COUNT" and not rest:
            return replace(count, start=node.start, end=node.end)
        if len(rest) != 1:
            text = _("Write what to look at in each item: %(name)s(%(repeat)s; …).")
            self._refuse(node, "wrong_count", text, name=function, repeat=count.value)
            first = {**bound, repeat: 1}
            return replace(node, children=(count, *(self.node(child, first) for child in rest)))
        if not any(found.repeat == repeat for found in self._named(rest[0])):
            written = self.source[rest[0].start : rest[0].end][:60]
            text = _(
                "“%(text)s” looks at nothing of each item. How many “%(repeat)s” there are is "
                "COUNT(%(repeat)s)."
            )
            self._refuse(rest[0], "nothing_of_item", text, text=written, repeat=count.value)
        most = self.groups[repeat].most
        each = [self.node(rest[0], {**bound, repeat: number}) for number in range(1, most + 1)]
        return replace(node, kind=nodes.EACH, value=function, children=(count, *each))

    def _named(self, node: Node) -> Iterator[GroupType]:
        if node.kind == nodes.NAME and (group := self.groups.get(node.value.lower())):
            yield group
        for child in node.children:
            yield from self._named(child)

    def _refuse(self, node: Node, code: str, text: object, /, **values: object) -> None:
        problem = problem_at(self.source, node.start, node.end, code, text, **values)  # type: ignore[arg-type]
        if problem not in self.problems:
            self.problems.append(problem)
