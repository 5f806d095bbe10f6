"""From a checked tree to the JSON that is stored, hashed and interpreted, here and in the browser.

A node is an array of the operation's name and its operands; numbers are decimal strings, groups and
options their keys:

    ["num", "2.5"]  ["true"]  ["false"]                       literals
    ["number", g]  ["yes", g]                                 the answer to a number, to a yes-or-no
    ["is", g, option]  ["alike", g, h]                        a choice is that option; two choices agree
    ["has", g, option]  ["answered", g]  ["count", g, …]      a choice or set
    ["add", a, b]  sub mul div pow    ["neg", a]  ["abs", a]
    ["eq", a, b]  lt le gt ge (numbers)    ["same", a, b] (yes or no)    ["not", a]
    ["and", a, …]  or        stop at the first value that decides
    ["if", c, a, b]          only the chosen branch is computed
    ["switch", x, k, a, …, d]  ["pick", g, option, a, …, d]
    ["round", a, n]  roundup rounddown    ["mround", a, m]  ceil floor    ["min", a, …]  max sum
    ["lookup", table, place]  ["lookup2", table, place, place]  ["tier", table, a]
                                              a place is a number, or the option of a choice: ["choice", g]

What PRICE looks up in a price book is a literal by then.
"""

from dataclasses import dataclass
from decimal import Decimal

from configurators.decimals import canonical
from configurators.formula.checker import READ_BY, Kinds, Wanted, check
from configurators.formula.interpreter import evaluate as outcome
from configurators.formula.items import refuse_too_large, with_items
from configurators.formula.nodes import Node, size_of
from configurators.formula.parser import parse
from configurators.formula.prices import BookedPrice
from configurators.formula.problems import FormulaInvalid
from configurators.formula.scope import Scope
from configurators.formula.tables import Tables

Tree = list[object]

_OPERATIONS = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
_NOTHING: Tree = ["num", "0"]
_PLACES_DEFAULT = {"ROUND": "0", "ROUNDUP": "0", "ROUNDDOWN": "0", "CEIL": "1", "FLOOR": "1"}


@dataclass(frozen=True, slots=True)
class CompiledFormula:
    """`uses` are the keys of the groups that the outcome may depend on; `booked` came from price books."""

    tree: Tree
    uses: frozenset[str]
    booked: frozenset[BookedPrice] = frozenset()


def compile_formula(source: str, scope: Scope, wanted: Wanted) -> CompiledFormula:
    """Raises `FormulaInvalid` with everything that is wrong."""
    return compile_with_places(source, scope, wanted)[0]


def compile_with_places(source: str, scope: Scope, wanted: Wanted) -> tuple[CompiledFormula, dict[int, Node]]:
    """The same, with the part of the text that each part of the tree, by its identity, was made of."""
    root, problems = with_items(source, parse(source), scope)
    kinds, others = check(source, root, scope, wanted)
    if problems or others:
        raise FormulaInvalid((*problems, *others), nodes=size_of(root))
    compiler = _Compiler(kinds, scope)
    tree = compiler.tree(root)
    if scope.has_items:
        refuse_too_large(source, tree)
    return CompiledFormula(tree, frozenset(compiler.uses), frozenset(compiler.booked)), compiler.places


_READS_ALL = {"alike", "count"}
_READS_FIRST = {"number", "yes", "is", "has", "answered", "pick", "choice"}


def groups_in(tree: object) -> frozenset[str]:
    """The keys of the groups that a stored tree reads."""
    if not isinstance(tree, list) or not tree:
        return frozenset()
    if tree[0] in _READS_ALL:
        return frozenset(key for key in tree[1:] if isinstance(key, str))
    first = {str(tree[1])} if tree[0] in _READS_FIRST else set()
    return frozenset(first).union(*(groups_in(operand) for operand in tree[1:]))


def never_holds(tree: object, tables: Tables) -> bool:
    """Whether a condition is no for whatever anybody answers, as far as its words alone tell."""
    if not isinstance(tree, list) or not tree:
        return False
    if tree[0] == "and":
        return any(never_holds(each, tables) for each in tree[1:])
    if tree[0] == "or":
        return all(never_holds(each, tables) for each in tree[1:])
    return not groups_in(tree) and outcome(tree, {}, tables) is False


class _Compiler:
    def __init__(self, kinds: Kinds, scope: Scope) -> None:
        self.kinds = kinds
        self.scope = scope
        self.uses: set[str] = set()
        self.booked: set[BookedPrice] = set()
        self.places: dict[int, Node] = {}

    def tree(self, node: Node) -> Tree:
        tree: Tree = getattr(self, f"_{node.kind}")(node)
        self.places[id(tree)] = node
        return tree

    def group(self, node: Node) -> str:
        key = node.group
        self.uses.add(key)
        return key

    def _number(self, node: Node) -> Tree:
        return ["num", canonical(Decimal(node.value))]

    def _name(self, node: Node) -> Tree:
        if node.value.upper() in ("TRUE", "FALSE"):
            return [node.value.lower()]
        return ["number" if self.kinds[id(node)] == "number" else "yes", self.group(node)]

    def _sign(self, node: Node) -> Tree:
        operand = self.tree(node.children[0])
        return ["neg", operand] if node.value == "-" else operand

    def _operation(self, node: Node) -> Tree:
        if node.value == "<>":
            return ["not", self._equal(node)]
        if node.value == "=":
            return self._equal(node)
        return [_OPERATIONS[node.value], *map(self.tree, node.children)]

    def _equal(self, node: Node) -> Tree:
        left, right = node.children
        if self.kinds[id(left)] == "text":
            left, right = right, left
        kinds = (self.kinds[id(left)], self.kinds[id(right)])
        if kinds == ("choice", "text"):
            return ["is", self.group(left), right.value]
        if kinds == ("choice", "choice"):
            return ["alike", self.group(left), self.group(right)]
        return ["same" if kinds[0] == "boolean" else "eq", self.tree(left), self.tree(right)]

    def _call(self, node: Node) -> Tree:
        name = node.value.upper()
        if name == "HAS":
            return self._has(node)
        if name == "COUNT":
            return ["count", *map(self.group, node.children)]
        if name == "PRICE":
            return self._price(node)
        if name in READ_BY:
            return [name.lower(), node.children[0].value, *map(self._place, node.children[1:])]
        if name == "SWITCH" and self.kinds[id(node.children[0])] == "choice":
            return self._pick(node)
        values: Tree = list(map(self.tree, node.children))
        if len(values) == 1 and name in _PLACES_DEFAULT:
            values.append(["num", _PLACES_DEFAULT[name]])
        return [name.lower(), *values]

    def _price(self, node: Node) -> Tree:
        book, sku = (child.value for child in node.children)
        amount = self.scope.prices.look_up(book, sku, currency=self.scope.currency)
        assert isinstance(amount, Decimal), "the check has passed"
        self.booked.add(BookedPrice(book, sku, amount))
        return ["num", canonical(amount)]

    def _each(self, node: Node) -> Tree:
        """What is not there counts for nothing; the smallest or largest of none is 0."""
        count, *each = (self.tree(child) for child in node.children)
        there: list[Tree] = [["ge", count, ["num", str(number)]] for number in range(1, len(each) + 1)]
        pairs = list(zip(there, each, strict=True))
        if node.value == "COUNT":
            return [
                "sum",
                *(["if", ["and", is_there, yes], ["num", "1"], _NOTHING] for is_there, yes in pairs),
            ]
        if node.value == "SUM":
            return ["sum", *(["if", is_there, value, _NOTHING] for is_there, value in pairs)]
        others = [["if", is_there, value, each[0]] for is_there, value in pairs[1:]]
        return ["if", there[0], [node.value.lower(), each[0], *others], _NOTHING]

    def _place(self, node: Node) -> Tree:
        return ["choice", self.group(node)] if self.kinds[id(node)] == "choice" else self.tree(node)

    def _has(self, node: Node) -> Tree:
        if len(node.children) == 1:
            return ["answered", self.group(node.children[0])]
        return ["has", self.group(node.children[0]), node.children[1].value]

    def _pick(self, node: Node) -> Tree:
        subject, *rest = node.children
        tree: Tree = ["pick", self.group(subject)]
        for key, value in zip(rest[:-1:2], rest[1::2], strict=True):
            tree += [key.value, self.tree(value)]
        return [*tree, self.tree(rest[-1])]
