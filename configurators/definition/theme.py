"""The look of a configurator: colours that can be read, or none."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from configurators.colours import is_colour
from configurators.definition.images import check_image
from configurators.definition.reading import Part
from configurators.theme import COLOURS, FONTS, ROUNDEST, Theme, unreadable


def check_theme(root: Part) -> None:
    theme = root.part("theme")
    if theme is None:
        return
    theme.only((*COLOURS, "radius", "font", "logo"))
    check_image(theme, "logo")
    radius = theme.integer("radius", 0, ROUNDEST)
    theme.one_of("font", FONTS, required=False)
    colours = {name: str(theme.value[name]) for name in COLOURS if _is_colour(theme, name)}
    if len(colours) == len(COLOURS):
        _check_readable(theme, Theme(**colours, radius=radius or 0))


def _is_colour(theme: Part, name: str) -> bool:
    value = theme.value.get(name)
    if value is None:
        theme.missing(name)
    elif not is_colour(value):
        theme.report.error(theme.at(name), "not_a_colour", _("Write a colour as #rrggbb, like #0f4d43."))
    return is_colour(value)


def _check_readable(part: Part, theme: Theme) -> None:
    found = unreadable(theme)
    if found is None:
        return
    texts = {
        "text": _(
            "The text cannot be read on the background: a contrast of %(ratio)s to 1, where %(least)s is "
            "needed. The nearest that can be read is %(offer)s."
        ),
        "accent": _(
            "Links and buttons in this colour cannot be read on the background: a contrast of %(ratio)s "
            "to 1, where %(least)s is needed. The nearest that can be read is %(offer)s."
        ),
        "background": _(
            "What went wrong could not be told on this background: a contrast of %(ratio)s to 1, where "
            "%(least)s is needed. The nearest that allows it is %(offer)s."
        ),
    }
    # Cut off, not rounded: 4.4996 is not 4.5.
    ratio, least = Decimal(int(found.ratio * 100)) / 100, Decimal(str(found.least))
    part.report.error(
        part.at(found.name), "contrast", texts[found.name], ratio=ratio, least=least, offer=found.offer
    )
