"""VAT numbers as people write them, and what can be said of one without asking anybody."""

from __future__ import annotations

import re

from stdnum.eu import vat
from stdnum.exceptions import ValidationError

#: How Greece is written in VAT numbers, whatever people write.
_GREECE = {"GR": "EL"}
_SEPARATORS = re.compile(r"[\s.\-_/]")


class WrongNumber(ValueError):
    """Not a VAT number of a member state: too long, too short, or its check digits are wrong."""


def normalised(text: str) -> str:
    """A number as VIES wants it: its country's letters first, no separators. Raises WrongNumber.

    Northern Ireland's XI is refused like any number from outside the Union: it stands for goods only.
    """
    compact = _SEPARATORS.sub("", text).upper()
    compact = _GREECE.get(compact[:2], compact[:2]) + compact[2:]
    if compact.startswith("XI"):
        raise WrongNumber
    try:
        # The library writes Greece as it was asked; VIES knows EL alone.
        number = str(vat.validate(compact))
    except ValidationError as wrong:
        raise WrongNumber from wrong
    return _GREECE.get(number[:2], number[:2]) + number[2:]
