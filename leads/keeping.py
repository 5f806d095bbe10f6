"""How long leads are kept: what a shorter period would do, before it is chosen."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from leads.models import Lead, Status
from organisations.models import Organisation


def count_of_a_shorter_period(sender: Any, organisation: Organisation, days: int, **kwargs: Any) -> int:
    """How many leads the next sweep would delete, under a period of so many days, that it spares today."""
    now = timezone.now()
    too_old = Lead.stored.exclude(status=Status.QUARANTINED).filter(
        submitted_at__lte=now - timedelta(days=days)
    )
    return too_old.filter(Q(purge_after__isnull=True) | Q(purge_after__gt=now)).count()
