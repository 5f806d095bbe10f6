"""What may stand in a line of text that ends up in a heading, a mail's subject or an address label."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_plain_line(value: str) -> None:
    """Refuse line breaks, control characters and marks that turn the direction of what follows."""
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in _BIDI_OVERRIDES for c in value):
        raise ValidationError(_("Write this on one line, without control characters."), code="one_plain_line")
