"""What is wrong with a field that a visitor sent."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from configurators.definition.sanity import has_forbidden_characters
from configurators.messages import Message, message

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Error:
    """`str(error.message)` is in the current language."""

    code: str
    message: Message = field(compare=False)

    def to_json(self) -> dict[str, str]:
        return {"code": self.code, "message": str(self.message)}


Errors = dict[str, list[Error]]


class InvalidAnswers(Exception):
    """`errors` by the name of the field; the name is empty where the whole body is at fault."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("invalid answers")
        self.errors = errors


def shown_name(name: str) -> str:
    """A field's name as an error may repeat it."""
    return "".join(
        character if character.isprintable() and not has_forbidden_characters(character) else "?"
        for character in str(name)[:60]
    )


def error(code: str, text: "str | _StrPromise", /, **values: object) -> Error:
    return Error(code, message(text, **values))
