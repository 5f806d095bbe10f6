"""Pictures that follow the visitor's choices, made on the server from numbers and known options only."""

from collections.abc import Mapping
from types import ModuleType

from configurators.drawings import printing, veranda, window

__all__ = ["SLUGS", "option_image", "render"]

_MAKERS: dict[str, ModuleType] = {"veranda": veranda, "window": window, "printing": printing}
SLUGS = tuple(_MAKERS)


def render(slug: str, values: Mapping[str, object], *, title: str = "") -> str | None:
    """The main picture as SVG, or None when there is no drawing of that name."""
    maker = _MAKERS.get(slug)
    return maker.picture(values, title=title) if maker else None


def option_image(slug: str, image: str, *, title: str = "") -> str | None:
    """The picture of one option; ``image`` reads ``veranda/dak/opaal``: drawing, group, option."""
    name, _, rest = image.partition("/")
    group, _, option = rest.partition("/")
    maker = _MAKERS.get(name) or _MAKERS.get(slug)
    return maker.option_picture(group, option, title=title) if maker else None
