"""The address of a person's page about commercial mail, which is also the one-click unsubscribe (RFC 8058).

It names the organisation, the request and the keyed hash of the address, sealed. Nothing of it is stored, so
it can be made afresh for every mail, and it goes on working after the request was erased: whoever gets one
more mail can still end them.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from delivery import mailed_tokens
from delivery.mailed_tokens import BadToken
from tenancy.context import current_organisation_id

_PURPOSE = "mail_choices"
_UUID_BYTES, _HASH_BYTES = 16, 32
_NO_LEAD = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose choices an address leads to; ``lead_id`` is None where no request is meant."""

    organisation_id: UUID
    lead_id: UUID | None
    recipient_index: bytes


def choices_url(recipient_index: bytes, *, lead_id: UUID | None, language: str) -> str:
    """A fresh address of the page for one addressee of the current organisation."""
    rest = (lead_id or _NO_LEAD).bytes + recipient_index
    token = mailed_tokens.make(_PURPOSE, current_organisation_id(), rest)
    return f"{settings.PUBLIC_URL}{reverse('door:mail-choices', args=[token])}?lang={language}"


def addressee(token: str) -> Addressee:
    """Whom a token names. Raises BadToken."""
    organisation_id, rest = mailed_tokens.read(_PURPOSE, token)
    if len(rest) != _UUID_BYTES + _HASH_BYTES:
        raise BadToken
    lead_id = UUID(bytes=rest[:_UUID_BYTES])
    return Addressee(organisation_id, None if lead_id == _NO_LEAD else lead_id, rest[_UUID_BYTES:])


def headers(url: str) -> dict[str, str]:
    """By which a mail program shows its own button, and asks with one POST, without login or cookie."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
