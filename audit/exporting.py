"""The record of an organisation as a file that anybody can check: one JSON object per line."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit import chain, committing, signing, verifier
from audit.models import AccessEvent, Act, Head
from tenancy.context import tenant
from tenancy.keys import PLATFORM

PAGE = 500


def lines(organisation_id: UUID) -> Iterator[str]:
    """A header, the signed heads, the linked evidence, what is not linked yet, the log, and an end.

    Opens the organisation by itself, page by page, for it is sent while it is read.
    """
    written = 0
    for entry in _entries(organisation_id):
        written += 1
        yield _line(entry)
    yield _line({"end": written})


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry, sort_keys=True, ensure_ascii=False) + "\n"


def _entries(organisation_id: UUID) -> Iterator[dict[str, Any]]:
    yield {
        "format": verifier.FORMAT,
        "chain": str(organisation_id),
        "exported_at": timezone.now().isoformat(),
        "public_key": signing.public_key().hex(),
    }
    with tenant(organisation_id):
        heads = [_head(head) for head in Head.objects.order_by("seq")]
    yield from heads
    for page in chain.pages(organisation_id):
        yield from _linked(organisation_id, page)
    with tenant(organisation_id):
        unlinked = list(chain.without_link(organisation_id).order_by("pk"))
        values = _values(event.pk for event in unlinked)
    for event in unlinked:
        yield {"event": chain.as_hashed(event), **values.get(event.pk, {})}
    if organisation_id != PLATFORM:
        yield from _access(organisation_id)


def _head(head: Head) -> dict[str, Any]:
    told = chain.as_head(head)
    return {
        "head": {
            "seq": told.seq,
            "hash": told.hash.hex(),
            "kept_until": told.kept_until,
            "signed_at": told.signed_at,
            "signature": told.signature.hex(),
        }
    }


def _linked(organisation_id: UUID, page: list[verifier.Link]) -> Iterator[dict[str, Any]]:
    with tenant(organisation_id):
        values = _values(UUID(link.event_id) for link in page)
    for link in page:
        told = {
            "seq": link.seq,
            "event_id": link.event_id,
            "event_hash": link.event_hash.hex(),
            "prev": link.prev.hex(),
            "hash": link.hash.hex(),
            "kept_until": link.kept_until,
        }
        yield {"link": told, "event": link.event, **values.get(UUID(link.event_id), {})}


def _access(organisation_id: UUID) -> Iterator[dict[str, Any]]:
    after = UUID(int=0)
    while True:
        with tenant(organisation_id):
            page = list(AccessEvent.objects.filter(pk__gt=after).order_by("pk")[:PAGE])
            values = _values(event.pk for event in page)
        if not page:
            return
        yield from ({"access": _as_told(event), **values.get(event.pk, {})} for event in page)
        after = page[-1].pk


def _as_told(event: Act) -> dict[str, Any]:
    return chain.as_hashed(event)


def _values(events: Iterator[UUID]) -> dict[UUID, dict[str, Any]]:
    """What is still there of personal values, with the salt that proves each."""
    found: dict[UUID, dict[str, Any]] = {}
    for event_id, rows in committing.values_of(events).items():
        told = {row.field: {"value": committing.read(row), "salt": bytes(row.salt).hex()} for row in rows}
        found[event_id] = {
            "personal": {name: each for name, each in told.items() if each["value"] is not None}
        }
    return found
