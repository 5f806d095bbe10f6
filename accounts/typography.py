"""How a language is set in type, where a keyboard writes it otherwise."""

import re

#: After Lexique des règles typographiques en usage à l’Imprimerie nationale.
_FRENCH = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"[ \u00a0\u202f](?=[;?!](?:\W|$))"), "\u202f"),
    (re.compile(r"[ \u00a0\u202f](?=[:»](?:\W|$))"), "\u00a0"),
    (re.compile(r"(?<=«)[ \u202f]"), "\u00a0"),
)
_RULES = {"fr": _FRENCH}


def typeset(text: str, language: str) -> str:
    """The same text with the signs and blanks that print has. Adds and takes away no blank."""
    for pattern, set_in_type in _RULES.get(language, ()):
        text = pattern.sub(set_in_type, text)
    return text
