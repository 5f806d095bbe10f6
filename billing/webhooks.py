"""Where Stripe posts what happened. It is believed when signed, written down once, and then asked about."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from billing import gateway, stripe_events
from billing.news import hear
from billing.stripe_events import NotAnEvent, Told
from tenancy.encryption import seal
from tenancy.ids import uuid7
from tenancy.keys import PLATFORM

#: The longest message: an invoice with all its lines is far from it.
LARGEST = 1024 * 1024

_INSERT = """
INSERT INTO billing_stripeevent
    (id, event_id, type, object_id, known, payload, sha256, created, received_at, blank_after)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (event_id) DO NOTHING
"""

_REFUSALS = {"unsigned": "Stripe did not sign this just now.", "unreadable": "This is no event."}

log = structlog.get_logger(__name__)


@login_not_required
@never_cache
@require_POST
@transaction.non_atomic_requests
def receive(request: HttpRequest) -> HttpResponse:
    """Answers 200 once the message is stored, and so is the job that acts on it."""
    payload = request.read(LARGEST + 1)
    try:
        told = _believed(payload, request.headers.get("Stripe-Signature", ""))
    except gateway.Forged:
        return _refused("unsigned")
    except NotAnEvent:
        return _refused("unreadable")
    taken = take_in(told, payload)
    outcome = "repeated" if not taken else "known" if told.known else "unknown"
    log.info("stripe_event", kind=told.type, outcome=outcome)
    return HttpResponse("Thank you.\n", content_type="text/plain; charset=utf-8")


def _believed(payload: bytes, signature: str) -> Told:
    """What a message says. Raises Forged or NotAnEvent."""
    if len(payload) > LARGEST:
        raise NotAnEvent
    gateway.verified(payload, signature)
    try:
        return stripe_events.read(json.loads(payload))
    except (ValueError, RecursionError):
        raise NotAnEvent from None


def _refused(reason: str) -> HttpResponse:
    log.warning("stripe_event_refused", reason=reason)
    return HttpResponse(f"{_REFUSALS[reason]}\n", status=400, content_type="text/plain; charset=utf-8")


@transaction.atomic
def take_in(told: Told, payload: bytes) -> bool:
    """Keep a message and leave the job it asks for; False where it is here already, and both were done."""
    if not _keep(told, payload):
        return False
    if told.leads_to:
        hear(*told.leads_to)
    return True


def _keep(told: Told, payload: bytes) -> bool:
    row, now = uuid7(), timezone.now()
    sealed = seal(PLATFORM, payload.decode(), place=f"billing_stripeevent.payload:{row}")
    digest = hashlib.sha256(payload).hexdigest()
    blank_after = now + timedelta(days=settings.RETENTION_STRIPE_EVENT_DAYS)
    about: list[Any] = [row, told.id, told.type, told.object_id, told.known]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*about, sealed, digest, told.created, now, blank_after])
        return bool(cursor.rowcount)
