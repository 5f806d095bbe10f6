"""Checks how visitors are told what it costs."""

from django.utils.translation import gettext_lazy as _

from configurators.definition.limits import MINOR_UNITS
from configurators.definition.reading import Part
from configurators.price_display import KINDS


def check_price_display(root: Part) -> None:
    part = root.part("price_display")
    if part is None:
        if root.value.get("price_display") is None:
            root.missing("price_display")
        return
    kind = part.one_of("kind", KINDS)
    if kind is None:
        return
    part.only(("kind", *KINDS[kind]))
    if "step" in KINDS[kind]:
        _check_step(part, root.value.get("currency"))


def _check_step(part: Part, currency: object) -> None:
    step = part.decimal("step", required=True)
    if step is None:
        return
    places = MINOR_UNITS.get(currency, 2) if isinstance(currency, str) else 2
    if step <= 0:
        part.report.error(part.at("step"), "out_of_bounds", _("A step is more than 0."))
    elif step != round(step, places):
        part.report.error(part.at("step"), "off_step", _("That is smaller than the smallest coin."))
