"""Usage, counted where the lead is stored and kept apart from it."""

from django.db import models

from tenancy.models import TenantModel


class UsageRecord(TenantModel):
    """One lead received, once for ever.

    ``lead_ref`` is opaque: it outlives the lead, so erasing a person never changes what was counted.
    """

    lead_ref = models.UUIDField()
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "lead_ref"], name="one_usage_record_per_lead"),
        ]

    def __str__(self) -> str:
        return f"usage {self.lead_ref}"
