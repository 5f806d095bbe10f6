"""What a formula computes with: exact decimals, yes or no, and errors that are values.

An answer that is absent (its group is hidden, or nothing was filled in) never makes a formula fail:
an absent number counts as 0, an absent yes-or-no as FALSE, an absent choice equals nothing, and an
absent set is empty. `HAS(group)` tells an absent number from a zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

Answer = Decimal | bool | str | frozenset[str] | None
Environment = Mapping[str, Answer]

DIVISION_BY_ZERO = "#DIV/0!"
WRONG_VALUE = "#VALUE!"
IMPOSSIBLE_NUMBER = "#NUM!"
LIMIT = "#LIMIT!"
NOT_AVAILABLE = "#N/A"


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """The outcome of a formula that has none, such as a division by zero."""

    code: str

    def __str__(self) -> str:
        return self.code


class Failure(Exception):
    """Carries an error value past the rest of a formula; the interpreter turns it back into a value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Value = Decimal | bool | ErrorValue
