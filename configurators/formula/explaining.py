"""How a formula came to its value: each part that was computed, innermost first, as its author wrote it.

    width*height = 7500000
    width*height/1000000 = 7.5

What was not computed, such as the branch that was not taken, is not there.
"""

from dataclasses import dataclass

from configurators.formula import nodes
from configurators.formula.checker import Wanted
from configurators.formula.compiler import Tree, compile_with_places
from configurators.formula.interpreter import NO_TABLES, outcome_of, watched
from configurators.formula.nodes import Node
from configurators.formula.scope import Scope
from configurators.formula.values import Environment, Value


@dataclass(frozen=True, slots=True)
class Step:
    """`text` is a part of the formula; its value may be an error."""

    text: str
    value: Value


@dataclass(frozen=True, slots=True)
class Explanation:
    """The last step is the whole formula, unless that is a number as it stands."""

    tree: Tree
    value: Value
    steps: tuple[Step, ...]


def explain(source: str, scope: Scope, answers: Environment, wanted: Wanted) -> Explanation:
    """Raises `FormulaInvalid` as compiling does."""
    formula, places = compile_with_places(source, scope, wanted)
    steps: dict[str, Value] = {}

    def seen(tree: object, value: Value) -> None:
        node = places.get(id(tree))
        if node and not _says_itself(node):
            steps.setdefault(source[node.start : node.end], value)

    value = outcome_of(watched(formula.tree, NO_TABLES, seen), answers)
    return Explanation(formula.tree, value, tuple(Step(*step) for step in steps.items()))


def _says_itself(node: Node) -> bool:
    return node.kind == nodes.NUMBER or (node.kind == nodes.SIGN and _says_itself(node.children[0]))
