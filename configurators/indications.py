"""About what it costs, in words: all that a visitor may know where the price is not shown to the cent."""

from decimal import Decimal

from django.utils.translation import gettext as _

from configurators.compiled import Compiled
from configurators.money import rounded_money


def shows_prices(compiled: Compiled) -> bool:
    """Whether a visitor may know what anything costs, line by line."""
    return compiled.has_prices and compiled.price_display.is_exact


def shows_a_total(compiled: Compiled) -> bool:
    """Whether a visitor may know at least about how much all of it costs."""
    display = compiled.price_display
    return compiled.has_prices and (display.is_exact or display.is_rounded)


def tells_prices(compiled: Compiled) -> bool:
    """Whether who has sent a request may know what it costs."""
    return compiled.has_prices and compiled.price_display.is_told


def tells_at_last(compiled: Compiled) -> bool:
    """Whether the confirmation is the first to say what it costs."""
    return tells_prices(compiled) and not shows_prices(compiled)


def indication(compiled: Compiled, gross: Decimal, language: str) -> str:
    """Between two amounts, or from one; '' where the price is shown otherwise. Call it in that language."""
    if not compiled.has_prices or not compiled.price_display.is_rounded:
        return ""
    low, high = (
        None if amount is None else rounded_money(amount, compiled.currency, language)
        for amount in compiled.price_display.around(gross)
    )
    if high is None:
        return _("from %(low)s") % {"low": low}
    return _("between %(low)s and %(high)s") % {"low": low, "high": high}
