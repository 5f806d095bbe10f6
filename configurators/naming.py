"""What the questions of an item are called where they stand without the others: “Window 2: Glass”."""

from collections.abc import Mapping
from typing import Any

Texts = Mapping[str, str]
Json = dict[str, Any]

#: As the language writes a colon.
_COLONS = {"fr": "\u00a0:"}


class Naming:
    """The names of one item in every language; what lacks a translation has that of the main one."""

    def __init__(self, definition: Json, item_label: Texts, number: int) -> None:
        self.languages: list[str] = definition["languages"]
        self.main: str = definition["language"]
        self.item = {
            language: f"{self._text(item_label, language)} {number}".strip() for language in self.languages
        }

    def within(self, group: Json) -> Json:
        """A compiled group with names that say which item it is of, and its own ones beside them."""
        found = self._named(group)
        if "options" in group:
            found["options"] = [self._named(option) for option in group["options"]]
        return found

    def _named(self, part: Json) -> Json:
        own = part["label"]
        full = {
            language: f"{self.item[language]}{_COLONS.get(language, ':')} {self._text(own, language)}"
            for language in self.languages
        }
        return part | {"label": full, "own_label": own}

    def _text(self, texts: Texts, language: str) -> str:
        return (texts.get(language) or "").strip() or texts.get(self.main, "")
