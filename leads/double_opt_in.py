"""Confirming a ticked consent from the address itself (double opt-in).

Whoever ticks the box may have typed somebody else's address. The mail that confirms the request therefore
asks once more. Its link opens a page, since programs that read mail follow links; only the button confirms.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from audit.events import record
from configurators.notices import Wording, remember
from delivery import mailed_tokens
from delivery.mail import lift_suppression
from delivery.mailed_tokens import BadToken
from delivery.webhooks import publish
from leads.hooks import CONSENT_CONFIRMED
from leads.models import (
    MARKETING,
    ConsentLink,
    ConsentMethod,
    ConsentRecord,
    Lead,
    LeadContact,
    LeadEvent,
)
from tenancy.context import current_organisation_id
from tenancy.ids import random_key, uuid7

#: How long a link can be used.
LASTS = timedelta(days=7)
#: How long it is remembered after it was made, so that a late click gets a clear answer.
KEPT = timedelta(days=30)

_PURPOSE = "double_opt_in"
_SECRET_LENGTH, _HASH_BYTES = 32, 32


class State(StrEnum):
    """What a link can still do."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Opened:
    """A followed link: how far it is, and whose."""

    state: State
    link: ConsentLink | None = None
    lead: Lead | None = None
    address_index: bytes = b""
    confirmed_at: datetime | None = None


class NotWaiting(ValueError):
    """The link cannot confirm anything any more; ``state`` says why."""

    def __init__(self, state: State) -> None:
        super().__init__(f"This link is {state}.")
        self.state = state


# --- Asking -----------------------------------------------------------------------------------------


def ask(lead: Lead) -> str:
    """Make the link for the mail of a lead whose box was ticked; '' where there is nothing to confirm."""
    if not _standing(lead).exists():
        return ""
    contact = LeadContact.objects.get(lead=lead)
    secret, now = random_key(_SECRET_LENGTH), timezone.now()
    ConsentLink.objects.create(
        id=uuid7(),
        lead=lead,
        purpose=MARKETING,
        token_hash=_hash_of(secret.encode()),
        created_at=now,
        expires_at=now + LASTS,
        purge_after=now + KEPT,
    )
    rest = bytes(contact.email_index) + secret.encode()
    token = mailed_tokens.make(_PURPOSE, lead.organisation_id, rest)
    return f"{settings.PUBLIC_URL}{reverse('public:confirm', args=[token])}?lang={lead.language}"


def _standing(lead: Lead) -> QuerySet[ConsentRecord]:
    """The tick, where it stands."""
    return ConsentRecord.objects.filter(
        lead=lead, purpose=MARKETING, method=ConsentMethod.FORM, withdrawn_at=None
    )


# --- Opening and confirming -------------------------------------------------------------------------


def organisation_of(token: str) -> UUID:
    """Which organisation to enter. Raises BadToken."""
    organisation_id, rest = mailed_tokens.read(_PURPOSE, token)
    if len(rest) != _HASH_BYTES + _SECRET_LENGTH:
        raise BadToken
    return organisation_id


def open_link(token: str, *, lock: bool = False) -> Opened:
    """What a link of the current organisation can still do."""
    organisation_id, rest = mailed_tokens.read(_PURPOSE, token)
    assert organisation_id == current_organisation_id()
    index, secret = rest[:_HASH_BYTES], rest[_HASH_BYTES:]
    links = ConsentLink.objects.select_for_update() if lock else ConsentLink.objects.all()
    link = links.filter(token_hash=_hash_of(secret)).first()
    lead = Lead.objects.filter(pk=link.lead_id).select_related("version").first() if link else None
    if link is None or lead is None:
        return Opened(State.UNKNOWN)
    state, confirmed_at = _state_of(link, lead, index)
    return Opened(state, link, lead, index, confirmed_at)


def _state_of(link: ConsentLink, lead: Lead, index: bytes) -> tuple[State, datetime | None]:
    if not LeadContact.objects.filter(lead=lead, email_index=index).exists():
        return State.UNKNOWN, None  # the address was corrected since: this one is somebody else's
    if not _standing(lead).exists():
        return State.WITHDRAWN, None
    if link.used_at:
        return State.CONFIRMED, link.used_at
    return (State.WAITING if link.expires_at > timezone.now() else State.EXPIRED), None


def confirm(token: str, *, wording: Wording) -> ConsentRecord:
    """Put on record that the person confirmed, in these words; mail that they had refused may go again.

    Raises NotWaiting for a link that was used, ran out, or whose consent was withdrawn meanwhile.
    """
    opened = open_link(token, lock=True)
    if opened.state != State.WAITING or opened.lead is None or opened.link is None:
        raise NotWaiting(opened.state)
    lead, now = opened.lead, timezone.now()
    remember([wording])
    ConsentLink.objects.filter(pk=opened.link.pk).update(used_at=now)
    consent, made = ConsentRecord.objects.get_or_create(
        lead=lead,
        purpose=MARKETING,
        method=ConsentMethod.DOUBLE_OPT_IN,
        defaults={
            "text_sha256": wording.sha256,
            "language": wording.language,
            "version": lead.version.number,
            "given_at": now,
        },
    )
    lift_suppression(opened.address_index, topic=MARKETING)
    if made:
        _tell(lead)
    return consent


def _tell(lead: Lead) -> None:
    LeadEvent.objects.create(lead=lead, kind="consent_confirmed")
    record("lead.consent_confirmed", actor_id=None, kind="lead", object_id=lead.pk, evidence=True)
    publish(CONSENT_CONFIRMED, object_id=lead.pk)


def _hash_of(secret: bytes) -> bytes:
    """What is stored of a link."""
    return hashlib.sha256(b"consent:" + secret).digest()
