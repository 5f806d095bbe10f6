"""The mailbox: where mail lands when there is no provider, and the e-mail backend that fills it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from delivery.mail import REFERENCE_HEADER
from delivery.models import MailboxMessage
from tenancy.encryption import blind_index, normalise_email, seal, unseal
from tenancy.ids import uuid7
from tenancy.keys import PLATFORM

KEPT = timedelta(days=14)


class MailboxBackend(BaseEmailBackend):
    """Stores each message, sealed, once per recipient."""

    #: Our own table answers at once whether a message has arrived.
    search_lag = timedelta(0)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for recipient in message.recipients():
                _deliver(message, recipient)
        return len(email_messages)

    def find_sent(self, reference: str) -> str:
        """The id under which a mail arrived, or ''."""
        found = MailboxMessage.objects.filter(reference__startswith=f"{reference}:").first()
        return str(found.id) if found else ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message of the mailbox, readable."""

    id: UUID
    to: str
    subject: str
    text: str
    html: str
    sender: str
    reply_to: str
    sent_at: datetime

    def as_json(self) -> dict[str, str]:
        return {
            "id": str(self.id),
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "sent_at": self.sent_at.isoformat(),
        }


def newest(*, to: str = "", limit: int = 100) -> list[Delivered]:
    """The latest messages, all or those to one address."""
    messages = MailboxMessage.objects.order_by("-id")
    if to:
        messages = messages.filter(recipient_index=_index(to))
    return [_open(message) for message in messages[:limit]]


def find(message_id: UUID) -> Delivered | None:
    """One message, or None."""
    message = MailboxMessage.objects.filter(pk=message_id).first()
    return _open(message) if message else None


def _deliver(message: EmailMessage, recipient: str) -> None:
    row_id, now = uuid7(), timezone.now()
    index = _index(recipient)
    reference = message.extra_headers.get(REFERENCE_HEADER)
    MailboxMessage.objects.bulk_create(
        [
            MailboxMessage(
                id=row_id,
                reference=f"{reference}:{index.hex()[:16]}" if reference else None,
                recipient=seal(PLATFORM, recipient, place=_place("recipient", row_id)),
                recipient_index=index,
                content=seal(PLATFORM, json.dumps(_content(message)), place=_place("content", row_id)),
                created_at=now,
                purge_after=now + KEPT,
            )
        ],
        ignore_conflicts=True,
    )


def _content(message: EmailMessage) -> dict[str, str]:
    alternatives: Iterable[Any] = getattr(message, "alternatives", [])
    html = next((part[0] for part in alternatives if part[1] == "text/html"), "")
    return {
        "subject": str(message.subject),
        "text": str(message.body),
        "html": str(html),
        "sender": message.from_email,
        "reply_to": ", ".join(message.reply_to),
    }


def _open(message: MailboxMessage) -> Delivered:
    content = json.loads(unseal(PLATFORM, bytes(message.content), place=_place("content", message.pk)))
    return Delivered(
        id=message.pk,
        to=unseal(PLATFORM, bytes(message.recipient), place=_place("recipient", message.pk)),
        sent_at=message.created_at,
        **content,
    )


def _index(address: str) -> bytes:
    return blind_index(PLATFORM, "email", normalise_email(address))


def _place(column: str, row_id: UUID) -> str:
    return f"{MailboxMessage._meta.db_table}.{column}:{row_id}"
