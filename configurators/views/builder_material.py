"""What the builder's script needs besides the draft: words, icons, functions, pictures, limits."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from accounts.templatetags.looks import icon
from configurators.definition import LANGUAGES, MINOR_UNITS
from configurators.definition.limits import MAX_KEY, RESERVED_KEYS
from configurators.drafts import STARTERS, starter
from configurators.drawings import SLUGS
from configurators.public_page import LANGUAGE_NAMES
from configurators.theme import FONTS, HOUSE
from configurators.views.builder_texts import builder_texts, first_words, function_texts

_ICONS = (
    "arrow-left",
    "calculator",
    "calendar",
    "chevron-down",
    "chevron-right",
    "chevron-up",
    "circle-alert",
    "circle-check",
    "circle-dot",
    "clipboard-paste",
    "cloud-off",
    "code",
    "contact",
    "copy",
    "download",
    "ellipsis-vertical",
    "eye",
    "git-branch",
    "globe",
    "grip-vertical",
    "hash",
    "history",
    "image",
    "image-up",
    "info",
    "layers",
    "link-2",
    "list-checks",
    "list-tree",
    "lock",
    "monitor",
    "paperclip",
    "pencil-line",
    "plus",
    "receipt",
    "redo-2",
    "ruler",
    "scale",
    "settings-2",
    "shield",
    "sliders-horizontal",
    "smartphone",
    "square-check",
    "square-function",
    "table-2",
    "text-cursor-input",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "x",
)


def material() -> dict[str, Any]:
    """As one JSON document, in the reader's language."""
    return {
        "language": (get_language() or "en")[:2],
        "texts": builder_texts(),
        "functions": function_texts(),
        "firstWords": first_words(),
        "icons": {name: icon(name, 18) for name in _ICONS},
        "languages": {code: LANGUAGE_NAMES[code] for code in LANGUAGES},
        "currencies": list(MINOR_UNITS),
        "drawings": list(SLUGS),
        "fonts": list(FONTS),
        "theme": asdict(HOUSE),
        "pictures": list(_pictures()),
        "unusedImageDays": settings.UNUSED_IMAGE_DAYS,
        "reservedKeys": sorted(RESERVED_KEYS),
        "longestKey": MAX_KEY,
    }


@cache
def _pictures() -> tuple[str, ...]:
    """The drawn options that our own starting points use."""
    return tuple(dict.fromkeys(image for name in STARTERS for image in _images(starter(name, language="en"))))


def _images(definition: dict[str, Any]) -> Iterator[str]:
    for step in definition["steps"]:
        for group in [each for one in step["groups"] for each in (one, *one.get("groups", ()))]:
            for option in group.get("options", []):
                if option["image"]:
                    yield option["image"]
