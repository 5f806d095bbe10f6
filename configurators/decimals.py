"""Decimal numbers as text: the one way to write them, and the only ways to read them."""

import re
from decimal import Decimal

MAX_WHOLE_DIGITS = 12
MAX_DECIMALS = 6

#: How a definition writes a decimal.
DECIMAL_PATTERN = rf"-?(?:0|[1-9][0-9]{{0,{MAX_WHOLE_DIGITS - 1}}})(?:\.[0-9]{{1,{MAX_DECIMALS}}})?"
_STRICT = re.compile(DECIMAL_PATTERN, re.ASCII)
_TYPED = re.compile(rf"[+-]?0*[0-9]{{1,{MAX_WHOLE_DIGITS}}}(?:[.,][0-9]{{0,{MAX_DECIMALS}}})?", re.ASCII)
_LONGEST = 40


def canonical(number: Decimal) -> str:
    """The one way a number is written: no exponent, no trailing zeros, no minus zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def decimal_in_definition(text: object) -> Decimal | None:
    """A definition writes decimals as text with a point; anything else is None."""
    if isinstance(text, str) and len(text) <= _LONGEST and _STRICT.fullmatch(text):
        return Decimal(canonical(Decimal(text)))
    return None


def decimal_as_typed(text: str) -> Decimal | None:
    """What a visitor types, with a point or a comma. No thousands, no exponent, no NaN."""
    stripped = text.strip()
    if stripped.isascii() and stripped.isdigit() and len(stripped) <= MAX_WHOLE_DIGITS:
        return Decimal(stripped)
    if len(stripped) > _LONGEST or not _TYPED.fullmatch(stripped):
        return None
    return Decimal(canonical(Decimal(stripped.replace(",", "."))))
