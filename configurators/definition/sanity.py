"""Is this a document we can look into at all: its size and depth, its characters, no inexact numbers."""

import json
import re

from django.utils.translation import gettext_lazy as _

from configurators.definition.limits import MAX_BYTES, MAX_DEPTH
from configurators.definition.problems import Path, Report

_MAX_NODES = 100_000
_MAX_INTEGER = 10**9
#: The Unicode categories Cc and Cs, neither of which will ever grow.
_CONTROLS_AND_SURROGATES = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def check_sanity(report: Report, document: object) -> None:
    """Walks without recursion, so that no nesting can exhaust the stack."""
    waiting: list[tuple[Path, object]] = [((), document)]
    seen = 0
    while waiting:
        path, value = waiting.pop()
        seen += 1
        if seen > _MAX_NODES or len(path) > MAX_DEPTH:
            report.error((), "too_large", _("This document is too large or too deeply nested."))
            return
        if isinstance(value, dict):
            waiting += [((*path, _shown(key)), part) for key, part in value.items()]
            for key in value:
                _check_value(report, path, key if isinstance(key, str) else 0.5)
        elif isinstance(value, (list, tuple)):
            waiting += [((*path, index), part) for index, part in enumerate(value)]
        else:
            _check_value(report, path, value)
    if not report.problems:
        _check_size(report, document)


def has_forbidden_characters(text: str, allowed: str = "\n\t\r") -> bool:
    """Control characters and halves of surrogate pairs have no place in a text."""
    return any(character not in allowed for character in _CONTROLS_AND_SURROGATES.findall(text))


def _check_size(report: Report, document: object) -> None:
    if len(json.dumps(document, ensure_ascii=False).encode()) > MAX_BYTES:
        report.error((), "too_large", _("This document is too large or too deeply nested."))


def _check_value(report: Report, path: Path, value: object) -> None:
    if isinstance(value, str):
        if has_forbidden_characters(value):
            report.error(path, "characters", _("This text holds characters that cannot be shown."))
    elif value is None or isinstance(value, bool):
        return
    elif not isinstance(value, int) or abs(value) > _MAX_INTEGER:
        report.error(path, "wrong_type", _('Write numbers as text, like "12.50".'))


def _shown(key: object) -> str:
    text = str(key)[:60]
    return "?" if has_forbidden_characters(text) else text
