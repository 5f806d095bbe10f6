"""What is wrong with a formula, and where."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from configurators.messages import Message, message

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class FormulaProblem:
    """`line` and `column` count from 1; `length` is what an editor should underline."""

    code: str
    message: Message = field(compare=False)
    line: int
    column: int
    length: int


class FormulaInvalid(Exception):
    """The text is no formula, or does not fit the groups it names; `nodes` is what it took to find out."""

    def __init__(self, problems: tuple[FormulaProblem, ...], *, nodes: int = 0) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems
        self.nodes = nodes


def problem_at(
    source: str, start: int, end: int, code: str, text: "str | _StrPromise", /, **values: object
) -> FormulaProblem:
    before = source[:start]
    return FormulaProblem(
        code=code,
        message=message(text, **values),
        line=before.count("\n") + 1,
        column=start - (before.rfind("\n") + 1) + 1,
        length=max(end - start, 1),
    )
