"""Mail to privacy@: it opens a request with the time at which it came, or does what a hook says.

Nothing of a mail is kept but who wrote, the subject and the text, as the sealed wish of the request.
Attachments are not read: nobody sends us a copy of an identity document that we then have (D19).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_supported_language_variant

from accounts.models import User
from delivery.letters import BadAddress, address, one_line
from organisations.models import Organisation
from privacy.models.requests import AccountRequest, Channel, Concerns, PrivacyRequest, Right
from privacy.requests import cases
from privacy.requests.sealed import AnyRequest
from tenancy.context import tenant

TEXT_LENGTH = 20_000
#: No header of a mail is read further than this.
HEADER_LENGTH = 1000
#: A date in a header is believed when it is this recent at most, and never when it lies ahead.
BELIEVED = timedelta(days=3)


class NotAMail(ValueError):
    """What was posted is not a mail as the provider describes one; names the field."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is missing, or not what it should be.")
        self.field = field


@dataclass(frozen=True, slots=True)
class InboundMail:
    """What is read of a mail. ``mailbox`` is what stood behind a plus in the address."""

    message_id: str
    email: str
    name: str
    subject: str
    text: str
    mailbox: str
    sent_at: datetime | None
    automatic: bool

    def __repr__(self) -> str:
        return "InboundMail(…)"  # never in a log or a traceback

    @property
    def reference(self) -> str:
        """The same for the same mail delivered twice."""
        digest = hashlib.sha256(self.message_id.encode()).digest()
        return base64.b32encode(digest)[:10].decode()


Hook = Callable[[InboundMail], bool]
_hooks: list[Hook] = []


def handles_mail(hook: Hook) -> Hook:
    """Register a function that looks first, and answers whether the mail was for it (an unsubscription)."""
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def read(posted: Any) -> InboundMail:
    """Postmark's JSON as a mail. Raises NotAMail."""
    if not isinstance(posted, Mapping):
        raise NotAMail("body")
    name, email = _sender(posted)
    return InboundMail(
        message_id=_text(posted, "MessageID", required=True)[:200],
        email=email,
        name=name,
        subject=one_line(_text(posted, "Subject"))[:300],
        text=(_text(posted, "StrippedTextReply") or _text(posted, "TextBody"))[:TEXT_LENGTH],
        mailbox=_text(posted, "MailboxHash")[:60],
        sent_at=_date(_text(posted, "Date")),
        automatic=_is_automatic(posted),
    )


def _text(posted: Mapping[str, Any], field: str, *, required: bool = False) -> str:
    value = posted.get(field) or ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise NotAMail(field)
    return _readable(value)


def _readable(text: str) -> str:
    """Without what neither Postgres nor UTF-8 can hold."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _part(full: Mapping[str, Any], name: str) -> str:
    value = full.get(name) or ""
    if not isinstance(value, str):
        raise NotAMail("FromFull")
    return _readable(value[:HEADER_LENGTH])


def _sender(posted: Mapping[str, Any]) -> tuple[str, str]:
    full = posted.get("FromFull")
    if isinstance(full, Mapping):
        name, email = _part(full, "Name"), _part(full, "Email")
    else:
        name, email = _parsed(_text(posted, "From", required=True)[:HEADER_LENGTH])
    try:
        return one_line(name)[:200], address(email)
    except BadAddress:
        raise NotAMail("From") from None


def _parsed(header: str) -> tuple[str, str]:
    try:
        return parseaddr(header)
    except RecursionError:  # brackets within brackets
        raise NotAMail("From") from None


def _date(text: str) -> datetime | None:
    try:
        sent = parsedate_to_datetime(text[:HEADER_LENGTH])
        return sent.astimezone(UTC) if sent.tzinfo else None
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _is_automatic(posted: Mapping[str, Any]) -> bool:
    """An answer by a machine: answering that would go on for ever (RFC 3834)."""
    headers = posted.get("Headers") or []
    if not isinstance(headers, list):
        raise NotAMail("Headers")
    named = {
        str(h.get("Name", "")).lower(): str(h.get("Value", "")).lower()
        for h in headers
        if isinstance(h, Mapping)
    }
    return named.get("auto-submitted", "no") != "no" or named.get("precedence") in (
        "bulk",
        "junk",
        "auto_reply",
    )


def take_in(mail: InboundMail) -> AnyRequest | None:
    """Open a request, or let a hook take the mail. The same mail twice opens one; a machine's opens none."""
    if mail.automatic:
        return None
    if any(hook(mail) for hook in _hooks):
        return None
    organisation = Organisation.objects.active().filter(slug=mail.mailbox).first() if mail.mailbox else None
    if organisation is None:
        return _at_platform(mail)
    with tenant(organisation.pk):
        known = PrivacyRequest.objects.filter(reference=mail.reference).first()
        return known or cases.receive(**_given(mail, organisation.language))


def _at_platform(mail: InboundMail) -> AccountRequest:
    """About leads or about an account: which, is seen once the address is verified."""
    known = AccountRequest.objects.filter(reference=mail.reference).first()
    if known is not None:
        return known
    user = User.objects.with_email(mail.email)
    language = user.language if user else settings.LANGUAGE_CODE
    return cases.receive_for_account(
        country=settings.PRIVACY_COUNTRY, concerns=Concerns.LEADS, **_given(mail, language)
    )


def _given(mail: InboundMail, language: str) -> dict[str, Any]:
    return {
        "right": right_of(f"{mail.subject}\n{mail.text}"),
        "channel": Channel.MAIL,
        "language": language_of(mail.text) or language,
        "name": mail.name,
        "email": mail.email,
        "wish": f"{mail.subject}\n\n{mail.text}".strip(),
        "received_at": received_at(mail),
        "reference": mail.reference,
    }


def received_at(mail: InboundMail) -> datetime:
    """When it came: as the mail says, if that is lately, for a provider may deliver it hours later."""
    now = timezone.now()
    if mail.sent_at and now - BELIEVED <= mail.sent_at <= now:
        return mail.sent_at
    return now


#: Words by which a mail is sorted until an officer reads it; what none of them says is a request for access.
_WORDS: tuple[tuple[Right, str], ...] = (
    (
        Right.ERASURE,
        r"\b(?:(?:ge)?wis(?:t|sen)?\b|verwijder|vergeet|vergeten|eras|delet|remov|forget|effac|supprim|oubli)",
    ),
    (Right.RECTIFICATION, r"\b(?:verbeter|wijzig|corrig|correct|rectif)"),
    (Right.PORTABILITY, r"\b(?:overdra|meenemen|portab|transfer)"),
    (Right.WITHDRAWAL, r"\b(?:toestemming|consent|nieuwsbrief|newsletter|afmeld|unsubscribe|désabonn)"),
    (Right.RESTRICTION, r"\b(?:beperk|restrict|limit)"),
    (Right.OBJECTION, r"\b(?:bezwaar|object(?:s|ion|ions|ing)?\b|oppos)"),
)
_LANGUAGE_WORDS = {
    "nl": r"\b(de|het|een|mijn|ik|jullie|gegevens|graag|niet)\b",
    "fr": r"\b(le|la|les|mes|je|vous|données|bonjour|merci|pas)\b",
    "en": r"\b(the|my|you|your|data|please|would|like|not)\b",
}


def right_of(text: str) -> Right:
    for right, words in _WORDS:
        if re.search(words, text, re.IGNORECASE):
            return right
    return Right.ACCESS


def language_of(text: str) -> str:
    """The language of ours in which a text seems to be written; "" where nothing tells."""
    counts = {code: len(re.findall(words, text.lower())) for code, words in _LANGUAGE_WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    others = sorted(counts.values())[-2]
    return get_supported_language_variant(best) if counts[best] > others else ""
