"""Usage, counted where the lead is stored and kept apart from it."""

from django.db import models
from django.db.models.functions import Now

from organisations.models import Organisation
from tenancy.models import ControlModel, TenantModel


class UsageRecord(TenantModel):
    """One lead received, once for ever.

    ``lead_ref`` is opaque: it outlives the lead, so erasing a person never changes what was counted. Where a
    lead was set off and is no spam after all, one more row refers to the credit that it outweighs.
    """

    lead_ref = models.UUIDField()
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "lead_ref"], name="one_usage_record_per_lead"),
        ]

    def __str__(self) -> str:
        return f"usage {self.lead_ref}"


class UsageCredit(TenantModel):
    """A counted lead that turned out to be spam, within the days for that: it is set off, never uncounted.

    ``lead_ref`` is that of the row which it outweighs.
    """

    lead_ref = models.UUIDField()
    credited_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "lead_ref"], name="one_usage_credit_per_lead"),
        ]

    def __str__(self) -> str:
        return f"credit {self.lead_ref}"


class UsagePeriod(ControlModel):
    """A month of usage that is over: what was counted, set off and included, and the item it was billed by.

    It is closed when none of its leads can be set off any more. Each begins where the one before ended.
    ``invoice_item`` is empty where nothing was to be billed, or until it is.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="usage_periods", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    counted = models.PositiveIntegerField()
    set_off = models.PositiveIntegerField()
    included = models.PositiveIntegerField(null=True)
    billable = models.PositiveIntegerField()
    unit_cents = models.PositiveIntegerField()
    invoice_item = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "starts_at"], name="one_usage_period_per_start"),
        ]

    def __str__(self) -> str:
        return f"usage from {self.starts_at:%Y-%m-%d}"
