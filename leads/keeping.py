"""How long leads are kept: the date on which each may go follows the organisation's setting."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from leads.models import Lead, Status
from organisations.models import Organisation


def follow_the_organisation(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    """Move the date of every lead when the period changes; suspected spam keeps its own."""
    days = organisation.lead_retention_days
    moved = Lead.objects.exclude(status=Status.QUARANTINED)
    moved.update(purge_after=F("submitted_at") + timedelta(days=days) if days else None)


def count_of_a_shorter_period(sender: Any, organisation: Organisation, days: int, **kwargs: Any) -> int:
    """How many leads the next sweep would delete, under a period of so many days, that it spares today."""
    now = timezone.now()
    too_old = Lead.objects.exclude(status=Status.QUARANTINED).filter(
        submitted_at__lte=now - timedelta(days=days)
    )
    return too_old.filter(Q(purge_after__isnull=True) | Q(purge_after__gt=now)).count()
