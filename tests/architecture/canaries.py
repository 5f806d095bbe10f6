"""Strings that stand nowhere else in the world, planted where a leak would carry them out."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

_LETTERS = "bcdfghjklmnpqrstvwxz"


def fresh_word(length: int = 14) -> str:
    """A word of plain lower-case letters, so that no escaping and no spelling hides it."""
    return "q" + "".join(secrets.choice(_LETTERS) for _ in range(length - 1))


@dataclass
class Canaries:
    """The planted strings, each with what it stands for: ``lead.name`` belongs to the kind ``lead``."""

    planted: dict[str, str] = field(default_factory=dict)

    def word(self, label: str) -> str:
        """Plant a word."""
        return self.keep(label, fresh_word())

    def keep(self, label: str, value: str) -> str:
        """Plant a given value, such as a phone number that must have the form of one."""
        self.planted[label] = value.lower()
        return value

    def among(self, *kinds: str) -> dict[str, str]:
        """The canaries of some kinds, or of every kind where none is named."""
        return {
            label: value
            for label, value in self.planted.items()
            if not kinds or label in kinds or label.partition(".")[0] in kinds
        }

    def found_in(self, blob: bytes, *, kinds: Collection[str] = (), but: Iterable[str] = ()) -> list[str]:
        """Labels of the canaries that a blob shows, whatever its spelling."""
        lowered, allowed = blob.lower(), self.among(*but) if but else {}
        return sorted(
            label
            for label, value in self.among(*kinds).items()
            if label not in allowed and value.encode() in lowered
        )
