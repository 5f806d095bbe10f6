"""What changes of the images of a definition, in words: which one, what it shows, and when it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

Json = dict[str, Any]
#: The kind of a change, and its sentence.
Told = tuple[str, str]


def image_told(what: str, was: Any, now: Any) -> Iterator[Told]:
    """Of one image: another file, and other words for it."""
    if _name(was) != _name(now):
        yield "other", _sentence(what, _shown(was), _shown(now))
    elif _file(was) != _file(now):
        yield "other", _("%(what)s: another image") % {"what": what}
    if _file(was) and _file(now):
        yield from _alt_told(what, was, now)


def drawing_told(what: str, was: Any, now: Any) -> Iterator[Told]:
    """Of the picture that follows the choices: one of ours by its name, or layers."""
    if not isinstance(was, dict) or not isinstance(now, dict):
        if was != now:
            yield "other", _sentence(what, _shown(was), _shown(now))
        return
    before, after = (_by_key(each) for each in (was, now))
    for key, layer in after.items():
        if key not in before:
            yield "other", _("new: %(name)s") % {"name": f"{what} › {key}"}
        else:
            yield from _layer_told(f"{what} › {key}", before[key], layer)
    for key in before.keys() - after.keys():
        yield "other", _("gone: %(name)s") % {"name": f"{what} › {key}"}
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield "other", _("%(what)s: the order of the layers") % {"what": what}
    yield from _alt_told(what, was, now)


def _layer_told(what: str, was: Json, now: Json) -> Iterator[Told]:
    if was.get("file") != now.get("file"):
        yield "other", _("%(what)s: another image") % {"what": what}
    if (was.get("if") or None) != (now.get("if") or None):
        told = _sentence(_("%(what)s, seen if") % {"what": what}, was.get("if") or "–", now.get("if") or "–")
        yield "rule", told


def _alt_told(what: str, was: Json, now: Json) -> Iterator[Told]:
    one, other = ({} if each.get("decorative") else each.get("alt") or {} for each in (was, now))
    for language in sorted({*one, *other}):
        if one.get(language, "") != other.get(language, ""):
            words = _("%(what)s, what it shows (%(language)s)") % {"what": what, "language": language}
            yield "text", _sentence(words, one.get(language) or "–", other.get(language) or "–")


def _sentence(what: str, was: str, now: str) -> str:
    return _("%(what)s: %(was)s → %(now)s") % {"what": what, "was": was, "now": now}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return _("layers of your own") if "layers" in value or "kind" in value else _("an image of your own")
    return str(value) if value else "–"


def _name(value: Any) -> str:
    """Images of one's own all go by the same name."""
    return "" if not value else str(value) if not isinstance(value, dict) else "{}"


def _file(value: Any) -> str:
    return str(value.get("file")) if isinstance(value, dict) else ""


def _by_key(drawing: Json) -> dict[str, Json]:
    return {layer["key"]: layer for layer in drawing.get("layers") or ()}
