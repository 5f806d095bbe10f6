"""The tree of a formula as it was written, each node knowing its place in the text."""

from dataclasses import dataclass

NUMBER = "number"
TEXT = "text"
NAME = "name"
CALL = "call"
OPERATION = "operation"
SIGN = "sign"


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
