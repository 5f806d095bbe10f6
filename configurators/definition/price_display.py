"""Checks how visitors are told what it costs."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from configurators.definition.limits import MINOR_UNITS
from configurators.definition.problems import Path
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


def shows_exact_prices(root: Part) -> bool:
    """Tolerant: what is not said well is told elsewhere."""
    display = root.value.get("price_display")
    kind = display.get("kind") if isinstance(display, dict) else None
    return kind == "exact" or not isinstance(kind, str) or kind not in KINDS


def warn_of_calculated(groups: Mapping[str, Part], read_by_prices: Collection[str]) -> None:
    """What is calculated where visitors see it is calculated in their browser, figures and all."""
    told: set[Path] = set()
    for key, group in groups.items():
        value = group.value
        hidden = str(value.get("visible_if") or "").strip().upper() == "FALSE"
        if value.get("kind") != "calculated" or hidden or key not in read_by_prices or group.path in told:
            continue
        told.add(group.path)
        text = _(
            "Visitors are not shown exact prices, but they see this number, and their browser knows how it "
            "is calculated. Write amounts in the formula of the price instead."
        )
        group.report.warning(group.at("formula"), "calculated_told", text)


def _check_step(part: Part, currency: object) -> None:
    step = part.decimal("step", required=True)
    if step is None:
        return
    places = MINOR_UNITS.get(currency, 2) if isinstance(currency, str) else 2
    if step <= 0:
        part.report.error(part.at("step"), "out_of_bounds", _("A step is more than 0."))
    elif step != round(step, places):
        part.report.error(part.at("step"), "off_step", _("That is smaller than the smallest coin."))
