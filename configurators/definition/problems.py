"""What is wrong with a definition, and the place it is wrong at."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from configurators.definition.limits import MAX_PROBLEMS
from configurators.formula import FormulaProblem
from configurators.messages import Message, message

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Path = tuple[str | int, ...]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` leads from the root of the document; a problem inside a formula also has its place there."""

    path: Path
    code: str
    message: Message = field(compare=False)
    severity: Severity = "error"
    line: int | None = None
    column: int | None = None
    length: int | None = None

    def to_json(self) -> dict[str, object]:
        """With the message in the current language."""
        place = {"line": self.line, "column": self.column, "length": self.length}
        return {
            "path": list(self.path),
            "code": self.code,
            "message": str(self.message),
            "severity": self.severity,
            **({"place": place} if self.line else {}),
            **({"offer": self.message.values["offer"]} if "offer" in self.message.values else {}),
        }


class Report:
    """Collects problems, at most a screen or two of them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def error(self, path: Path, code: str, text: "str | _StrPromise", /, **values: object) -> None:
        self._add(Problem(path, code, message(text, **values)))

    def warning(self, path: Path, code: str, text: "str | _StrPromise", /, **values: object) -> None:
        self._add(Problem(path, code, message(text, **values), "warning"))

    def formula(self, path: Path, problem: FormulaProblem) -> None:
        self._add(
            Problem(
                path, problem.code, problem.message, "error", problem.line, problem.column, problem.length
            )
        )

    def _add(self, problem: Problem) -> None:
        errors_come_first = problem.severity == "error" or len(self.problems) < MAX_PROBLEMS // 2
        if len(self.problems) < MAX_PROBLEMS and errors_come_first:
            self.problems.append(problem)


class Echo(Report):
    """Of a part that was checked already in another place: only what is said of the whole is passed on."""

    def __init__(self, whole: Report) -> None:
        super().__init__()
        self.whole = whole

    def _add(self, problem: Problem) -> None:
        if not problem.path:
            self.whole._add(problem)
