"""How long leads are kept: the date on which each may go follows the organisation's setting."""

from datetime import timedelta
from typing import Any

from django.db.models import F

from leads.models import Lead, Status
from organisations.models import Organisation


def follow_the_organisation(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    """Move the date of every lead when the period changes; suspected spam keeps its own."""
    days = organisation.lead_retention_days
    moved = Lead.objects.exclude(status=Status.QUARANTINED)
    moved.update(purge_after=F("submitted_at") + timedelta(days=days) if days else None)
