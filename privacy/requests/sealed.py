"""The parts of a request that only its owner's key opens: who asks, what they wrote, what was found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from privacy.models.requests import AccountRequest, PrivacyRequest
from tenancy.encryption import blind_index, normalise_email, seal, unseal

AnyRequest = PrivacyRequest | AccountRequest

PARTS = ("person", "wish", "locators", "remark")


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. ``contact`` is where else they want their answer, in their own words (promise D20)."""

    name: str = ""
    email: str = ""
    contact: str = ""

    def __repr__(self) -> str:
        return "Person(…)"  # never in a log or a traceback


def seal_part(request: AnyRequest, part: str, value: dict[str, Any]) -> None:
    """Put a part into a request that knows its id; an empty one is not kept."""
    sealed = seal(request.owner_id, json.dumps(value), place=_place(request, part)) if value else None
    setattr(request, part, sealed)


def open_part(request: AnyRequest, part: str) -> dict[str, Any]:
    """A part in the clear; empty where there is none, or where it was cut."""
    sealed = getattr(request, part)
    return json.loads(unseal(request.owner_id, bytes(sealed), place=_place(request, part))) if sealed else {}


def person_of(request: AnyRequest) -> Person:
    return Person(**open_part(request, "person"))


def wish_of(request: AnyRequest) -> dict[str, Any]:
    """{"text": what the person wrote, "values": what they want to read instead}."""
    return open_part(request, "wish")


def index_of(request: AnyRequest, email: str) -> bytes | None:
    """The keyed hash by which a request is found again by its address."""
    return blind_index(request.owner_id, "email", normalise_email(email)) if email else None


def _place(request: AnyRequest, part: str) -> str:
    return f"{request._meta.db_table}.{part}:{request.pk}"
