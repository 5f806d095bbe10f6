"""Data for authorities: only on a lawful demand that is on record, decided by somebody with reasons (E16)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.events import record_platform
from audit.recipients import record_disclosure
from privacy.models import AuthorityDemand
from tenancy.context import current_organisation_id

#: The kind of recipient that an authority is, in the record of who got what.
AUTHORITY = "authority"


class NotGranted(PermissionError):
    """There is no granted demand for what was to be handed over."""


@transaction.atomic
def decide(demand: AuthorityDemand, *, granted: bool, reasons: str, by: UUID) -> None:
    """Grant or refuse a demand, once. Postgres refuses a decision without reasons."""
    locked = AuthorityDemand.objects.select_for_update().get(pk=demand.pk)
    if locked.decision != AuthorityDemand.Decision.OPEN:
        raise NotGranted("This demand was decided already.")
    choice = AuthorityDemand.Decision.GRANTED if granted else AuthorityDemand.Decision.REFUSED
    locked.decision, locked.reasons = choice, reasons
    locked.decided_at, locked.decided_by = timezone.now(), by
    locked.save(update_fields=["decision", "reasons", "decided_at", "decided_by"])
    record_platform(
        "demand.decided",
        user_id=by,
        detail={"demand_id": str(demand.pk), "decision": str(choice)},
        evidence=True,
    )


def hand_over(demand_id: UUID, *, objects: Sequence[UUID], object_kind: str = "leads.Lead") -> int:
    """Record that an authority gets the data of these objects; whoever exports asks here first.

    Runs within the organisation that the demand names. Raises NotGranted without a granted demand for it.
    """
    demand = _granted(demand_id)
    if demand is None:
        raise NotGranted("No granted demand names this organisation.")
    count = record_disclosure(
        AUTHORITY, recipient_id=demand.pk, objects=objects, object_kind=object_kind, batch_id=demand.pk
    )
    AuthorityDemand.objects.filter(pk=demand.pk).update(
        handed_over_at=timezone.now(), handed_over=demand.handed_over + count
    )
    return count


def _granted(demand_id: UUID) -> AuthorityDemand | None:
    """The demand, if it was granted and names the organisation that is entered."""
    return AuthorityDemand.objects.filter(
        pk=demand_id,
        decision=AuthorityDemand.Decision.GRANTED,
        organisation_id=current_organisation_id(),
    ).first()
