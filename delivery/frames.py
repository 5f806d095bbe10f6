"""Showing a mail's HTML under a policy without inline style: its styles become a sheet of their own."""

import re
from html import unescape

_STYLE = re.compile(r'\sstyle="([^"]*)"')
_LINK = re.compile(r"<a\s", re.IGNORECASE)
_HEAD_END = re.compile(r"</head>", re.IGNORECASE)


def framed(html: str, *, sheet_url: str) -> str:
    """The mail with each ``style`` attribute replaced by a mark, and links that leave the frame."""
    numbers = {style: number for number, style in enumerate(_styles(html))}
    marked = _STYLE.sub(lambda match: f' data-style="{numbers[match[1]]}"', html)
    linked = _LINK.sub('<a target="_top" ', marked)
    link = f'<link rel="stylesheet" href="{sheet_url}"></head>'
    return _HEAD_END.sub(link, linked, count=1)


def sheet(html: str) -> str:
    """The style sheet for the marks that ``framed`` leaves."""
    rules = (f'[data-style="{number}"]{{{_harmless(style)}}}' for number, style in enumerate(_styles(html)))
    return "\n".join(rules)


def _styles(html: str) -> list[str]:
    return list(dict.fromkeys(match[1] for match in _STYLE.finditer(html)))


def _harmless(style: str) -> str:
    """A declaration list that cannot close its own rule."""
    return unescape(style).replace("{", "").replace("}", "").replace("@", "").replace("<", "")
