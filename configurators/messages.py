"""Sentences for people, translated at the moment they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from configurators.dates import in_words
from configurators.decimals import canonical

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_COMMA_LANGUAGES = ("nl", "fr")


def number_text(number: Decimal) -> str:
    """The number as the reader of the current language writes it."""
    text = canonical(number)
    return text.replace(".", ",") if (get_language() or "")[:2] in _COMMA_LANGUAGES else text


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A translatable sentence with named values; `str()` gives it in the current language."""

    text: "str | _StrPromise"
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.values:
            return str(self.text)
        return str(self.text) % {name: _shown(value) for name, value in self.values.items()}


def message(text: "str | _StrPromise", /, **values: object) -> Message:
    return Message(text, values)


def _shown(value: object) -> str:
    if isinstance(value, date):
        return in_words(value)
    return number_text(value) if isinstance(value, Decimal) else str(value)
