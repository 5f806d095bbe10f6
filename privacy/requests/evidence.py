"""Each step of a request as an event on the record: identifiers, names of states and dates."""

from __future__ import annotations

from uuid import UUID

from audit.events import Detail, record, record_platform
from privacy.models.requests import PrivacyRequest
from privacy.requests.sealed import AnyRequest

KIND = "privacy.PrivacyRequest"


def note(request: AnyRequest, what: str, *, by: UUID | None, **detail: str | int | bool) -> None:
    """Add "request.<what>" to the organisation's record, or to the platform's."""
    more: Detail = {"reference": request.reference, **detail}
    if isinstance(request, PrivacyRequest):
        record(f"request.{what}", actor_id=by, kind=KIND, object_id=request.pk, detail=more, evidence=True)
        return
    actor: Detail = {"actor": str(by)} if by else {}
    record_platform(f"request.{what}", user_id=request.user_id, detail=more | actor, evidence=True)
