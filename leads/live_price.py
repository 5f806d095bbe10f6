"""The price while someone is still choosing: nothing is stored, and what was just reckoned is kept a while.

Only answers that can be counted or enumerated are kept, never what somebody wrote.
"""

import json
from collections import OrderedDict
from uuid import UUID

from django.utils import translation

from configurators.answers import Errors, preview_json
from configurators.presentation import changes_of
from configurators.published import Version
from leads.posted import answers_of
from leads.refusals import Refused

_KEPT = 1024
_LONGEST = 4096

_Key = tuple[UUID, str, bytes]
_recent: OrderedDict[_Key, bytes] = OrderedDict()


def live_price(version: Version, language: str, body: bytes) -> bytes:
    """The changes for a page with these answers, as JSON. Raises Refused for a body that is none."""
    key = (version.id, language, body)
    found = _recent.get(key)
    if found is None:
        found, may_keep = _reckon(version, language, body)
        if may_keep:
            _recent[key] = found
            if len(_recent) > _KEPT:
                _recent.popitem(last=False)
    return found


def _reckon(version: Version, language: str, body: bytes) -> tuple[bytes, bool]:
    compiled = version.compiled
    with translation.override(language):
        answers, errors = preview_json(compiled, answers_of(body))
        _refuse_unknown(errors)
        changes = changes_of(compiled, answers, errors, language=language)
    may_keep = len(body) <= _LONGEST and not answers.texts and not errors
    return json.dumps(changes, ensure_ascii=False, separators=(",", ":")).encode(), may_keep


def _refuse_unknown(errors: Errors) -> None:
    unknown = {name: found[0].message for name, found in errors.items() if found[0].code == "unknown"}
    if unknown:
        raise Refused(422, "unknown_field", unknown)
