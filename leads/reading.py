"""How large a body says it is, and reading all of it or none."""

from typing import Any

from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _

from configurators.messages import message
from leads.refusals import FORM, Refused

BODY_LIMIT = 256 * 1024


def refused(status: int, code: str, text: Any, *, name: str = FORM) -> Refused:
    return Refused(status, code, {name: message(text)})


def broken_off() -> Refused:
    return refused(400, "malformed", _("This request broke off before its end."))


def length_of(request: HttpRequest, *, most: int) -> int:
    """What the request says that its body holds. Raises Refused where it does not say, or too much."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        raise refused(411, "length_required", _("The length of this request is missing."))
    if len(length) > len(str(most)) or int(length) > most:
        raise refused(413, "too_large", _("This is more than this form can hold."))
    return int(length)


def read_whole(request: HttpRequest, length: int) -> bytes:
    """The body. Raises Refused where it breaks off."""
    try:
        body = request.read(length + 1)
    except (UnreadablePostError, OSError):
        body = b""
    if len(body) != length:  # half an e-mail address may look like a whole one
        raise broken_off()
    return body
