"""Where in a definition a problem is, in the names that its maker gave to the parts."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from configurators.definition.problems import Path


def place_in_words(definition: Any, path: Path) -> str:
    """The named parts on the way to the problem, such as “Size › Width”; '' for the whole."""
    main = definition.get("language") if isinstance(definition, dict) else None
    return " › ".join(_names(definition, path, str(main)))


def _names(definition: Any, path: Path, language: str) -> Iterator[str]:
    found = definition
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return
        if name := _of_the_whole(step) or _name(found, language):
            yield name


def _of_the_whole(step: str | int) -> str:
    """Parts without a key that there is only one of."""
    return {"logo": _("Logo"), "drawing": _("Drawing that follows the choices")}.get(str(step), "")


def _name(part: Any, language: str) -> str:
    """A step's title, a question's or line's label, or else its key; parts without a key have no name."""
    if not isinstance(part, dict) or not isinstance(part.get("key"), str):
        return ""
    texts = part.get("title") or part.get("label")
    text = texts.get(language) if isinstance(texts, dict) else None
    return text if isinstance(text, str) and text.strip() else part["key"]
