"""The price while someone is still choosing: nothing is stored, and what was just reckoned is kept a while.

Only answers that can be counted or enumerated are kept, never what somebody wrote.
"""

import json
from collections.abc import Callable
from typing import Any

from django.utils import translation

from configurators.answers import Answers, Errors, preview_json
from configurators.presentation import changes_of, drawing_of
from configurators.published import Version
from leads.lately import Lately
from leads.posted import answers_of
from leads.refusals import Refused

#: A visitor goes where others went before; with so many kept, some nine in ten find an answer ready.
_recent = Lately(once=8192, again=8192)
_LONGEST = 4096

#: From a version, its answers and what is wrong with them to what the page must show.
_Answer = Callable[[Version, Answers, Errors, str], dict[str, Any]]


def live_price(version: Version, language: str, body: bytes) -> bytes:
    """The changes for a page with these answers, as JSON. Raises Refused for a body that is none."""
    return _answer(_price, version, language, body)


def live_drawing(version: Version, language: str, body: bytes) -> bytes:
    """The picture of these answers, as JSON. Raises Refused for a body that is none."""
    return _answer(_drawing, version, language, body)


def _price(version: Version, answers: Answers, errors: Errors, language: str) -> dict[str, Any]:
    return changes_of(version.compiled, answers, errors, language=language)


def _drawing(version: Version, answers: Answers, errors: Errors, language: str) -> dict[str, Any]:
    return drawing_of(version.compiled, answers)


def _answer(asked: _Answer, version: Version, language: str, body: bytes) -> bytes:
    key = (asked.__name__, version.id, language, body)
    found = _recent.get(key)
    if found is None:
        found, may_keep = _reckon(asked, version, language, body)
        if may_keep:
            _recent.keep(key, found)
    return found


def _reckon(asked: _Answer, version: Version, language: str, body: bytes) -> tuple[bytes, bool]:
    with translation.override(language):
        answers, errors = preview_json(version.compiled, answers_of(body))
        _refuse_unknown(errors)
        changes = asked(version, answers, errors, language)
    may_keep = len(body) <= _LONGEST and not answers.texts and not answers.files and not errors
    return json.dumps(changes, ensure_ascii=False, separators=(",", ":")).encode(), may_keep


def _refuse_unknown(errors: Errors) -> None:
    unknown = {name: found[0].message for name, found in errors.items() if found[0].code == "unknown"}
    if unknown:
        raise Refused(422, "unknown_field", unknown)
