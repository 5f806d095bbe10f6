"""Usage, counted where the lead is stored and kept apart from it; the series of our own numbers."""

from django.db import models

from tenancy.models import ControlModel, TenantModel


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


class Series(ControlModel):
    """The last number that was taken by an entity, in a financial year, for one kind of document."""

    entity = models.CharField(max_length=16)
    financial_year = models.CharField(max_length=7)
    kind = models.CharField(max_length=16)
    last = models.PositiveIntegerField()
    last_issued_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "financial_year", "kind"], name="one_series_per_year_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.financial_year} {self.kind}"
