"""What a browser sent, read strictly: a form or JSON, and nothing that a visitor's page does not send.

Reading decides nothing about meaning: it parts the answers from the contact and the form's own fields,
or refuses with a sentence for the field that is wrong.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from configurators.answers import InvalidAnswers, parse_json, shown_name
from configurators.definition.limits import CONTACT_FIELDS
from configurators.files import LARGEST_ALTOGETHER
from configurators.messages import message
from leads.multipart import Upload, read_multipart
from leads.reading import BODY_LIMIT, length_of, read_whole, refused
from leads.refusals import FORM as WHOLE
from leads.refusals import Refused

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data"
_FIELD_LIMIT = 1000
_NAMED_AT_MOST = 20
_FORM_FIELDS = ("token", "website", "marketing", "action")
_JSON_FIELDS = ("token", "website", "marketing", "shown", "answers", "contact")
#: An amount as the page's own script writes one.
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")


@dataclass(slots=True)
class Posted:
    """A body that could be read. A form's answers are lists of texts, JSON's are what they are."""

    is_json: bool
    answers: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    website: str = ""
    marketing: bool = False
    action: str = "submit"
    #: What the page said that it costs: only compared, and never a price. None where it did not say.
    shown: Decimal | None = None
    #: Files that came along, by their question; each becomes an answer once it is kept.
    uploads: dict[str, list[Upload]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Posted(…)"  # never in a log or a traceback


def read_post(
    request: HttpRequest, *, files: bool = False, most: int = LARGEST_ALTOGETHER + BODY_LIMIT
) -> Posted:
    """Read the body by its content type; with ``files`` where a form asks for some. Raises Refused.

    ``most`` is how large such a form may be.
    """
    kind = request.content_type
    if kind == MULTIPART and files:
        pairs, uploads = read_multipart(request, most=most)
        posted = _from_pairs(pairs)
        _refuse_unknown([name for name in uploads if "." in name or name in CONTACT_FIELDS])
        posted.uploads = uploads
    elif kind in (FORM, JSON):
        body = _body(request)
        posted = _from_json(_parsed(body)) if kind == JSON else _from_pairs(_pairs(body))
    else:
        raise unsupported()
    # The contact has fields of its own; an answer by the same name would be a stray.
    _refuse_unknown([name for name in CONTACT_FIELDS if name in posted.answers])
    return posted


def read_small(request: HttpRequest) -> Posted | None:
    """What was posted, for showing it again to who is refused; None where it is large or unreadable."""
    try:
        return read_post(request, files=True, most=BODY_LIMIT)
    except Refused:
        return None


def answers_of(body: bytes) -> dict[str, Any]:
    """The answers in a body of JSON that has nothing else. Raises Refused."""
    document = _object(_parsed(body), WHOLE, ("answers",))
    answers = _object(document.get("answers", {}), "answers", None)
    _refuse_unknown([name for name in CONTACT_FIELDS if name in answers])
    return answers


def receipt_of(request: HttpRequest) -> str:
    """The receipt of a file that is taken back, in a body of JSON that has nothing else. Raises Refused."""
    return _text(_object(_parsed(json_body(request)), WHOLE, ("remove",)), "remove")


def unsupported() -> Refused:
    return refused(415, "unsupported", _("Send this as a form or as JSON."))


def json_body(request: HttpRequest) -> bytes:
    """The bytes of a request that is JSON by its type. Raises Refused."""
    if request.content_type != JSON:
        raise refused(415, "unsupported", _("Send the answers as JSON."))
    return _body(request)


def _body(request: HttpRequest) -> bytes:
    return read_whole(request, length_of(request, most=BODY_LIMIT))


# --- JSON ---------------------------------------------------------------------------------------


def _parsed(body: bytes) -> Any:
    try:
        return parse_json(body.decode())
    except UnicodeDecodeError:
        raise refused(400, "malformed", _("This is not written in UTF-8.")) from None
    except InvalidAnswers as invalid:
        errors = {name or WHOLE: found[0].message for name, found in invalid.errors.items()}
        raise Refused(400, "malformed", errors) from None


def _from_json(document: Any) -> Posted:
    fields = _object(document, WHOLE, _JSON_FIELDS)
    contact = _object(fields.get("contact", {}), "contact", CONTACT_FIELDS, prefix="contact.")
    marketing = fields.get("marketing", False)
    if not isinstance(marketing, bool):
        raise refused(422, "wrong_type", _("This must be yes or no."), name="form.marketing")
    return Posted(
        is_json=True,
        answers=dict(_object(fields.get("answers", {}), "answers", None)),
        contact=dict(contact),
        token=_text(fields, "token"),
        website=_text(fields, "website"),
        marketing=marketing,
        shown=_amount(_text(fields, "shown")),
    )


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        raise refused(422, "not_a_number", _("This must be an amount, like “1234.50”."), name="form.shown")
    return Decimal(text)


def _object(value: Any, name: str, known: tuple[str, ...] | None, *, prefix: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refused(422, "wrong_type", _("This must be an object with named fields."), name=name)
    if known is not None:
        _refuse_unknown([f"{prefix}{key}" for key in value if key not in known])
    return value


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise refused(422, "wrong_type", _("This must be text."), name=f"form.{name}")
    return value


# --- Forms --------------------------------------------------------------------------------------


def _from_pairs(pairs: list[tuple[str, str]]) -> Posted:
    posted = Posted(is_json=False)
    own: dict[str, str] = {}
    unknown: list[str] = []
    for name, value in pairs:
        part, dot, rest = name.partition(".")
        if not dot:
            posted.answers.setdefault(name, []).append(value)
        elif part == "contact" and rest in CONTACT_FIELDS:
            posted.contact.setdefault(rest, []).append(value)
        elif part == "form" and rest in _FORM_FIELDS:
            if rest in own:
                raise refused(422, "duplicate", _("This field stands here twice."), name=name)
            own[rest] = value
        else:
            unknown.append(name)
    _refuse_unknown(unknown)
    return _with_own_fields(posted, own)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELD_LIMIT)
    except ValueError:
        raise refused(400, "malformed", _("This form could not be read.")) from None


def _with_own_fields(posted: Posted, own: Mapping[str, str]) -> Posted:
    posted.token = own.get("token", "")
    posted.website = own.get("website", "")
    posted.action = own.get("action", "submit")
    posted.marketing = "marketing" in own
    if posted.action not in ("submit", "price", "save"):
        raise refused(422, "not_allowed", _("This must be “price”, “save” or “submit”."), name="form.action")
    if own.get("marketing", "yes") != "yes":
        raise refused(422, "not_allowed", _("This must be yes or left out."), name="form.marketing")
    return posted


def _refuse_unknown(names: list[str]) -> None:
    """A sentence for each name that this form does not have: nothing is dropped silently."""
    if names:
        shown = [shown_name(name) for name in names[:_NAMED_AT_MOST]]
        text = _("This form has no field “%(name)s”.")
        raise Refused(422, "unknown_field", {name: message(text, name=name) for name in shown})
