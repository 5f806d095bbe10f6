"""Checks how visitors are told what it costs."""

from configurators.definition.reading import Part
from configurators.price_display import KINDS


def check_price_display(root: Part) -> None:
    part = root.part("price_display")
    if part is None:
        if root.value.get("price_display") is None:
            root.missing("price_display")
        return
    part.only(("kind",))
    part.one_of("kind", KINDS)
