"""The tree of a formula as it was written, each node knowing its place in the text."""

from dataclasses import dataclass

NUMBER = "number"
TEXT = "text"
NAME = "name"
CALL = "call"
OPERATION = "operation"
SIGN = "sign"
#: A function over the items of a repeat: how many there are, then the same of each.
EACH = "each"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """`value` is a number's decimal text, an option key, a name, a function's name or an operator."""

    kind: str
    value: str
    start: int
    end: int
    children: tuple["Node", ...] = ()
    depth: int = 1
    size: int = 1
    parenthesised: bool = False
    #: Of a name that each item of a repeat has: the key that this item's has.
    key: str = ""

    @property
    def group(self) -> str:
        """The key of the group that this name stands for."""
        return self.key or self.value.lower()


def size_of(root: Node) -> int:
    """How many nodes there are."""
    waiting, found = [root], 0
    while waiting:
        found += 1
        waiting += waiting.pop().children
    return found
