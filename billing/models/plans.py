"""What is sold. A version never changes once it stands here: a new price is a new version."""

from django.db import models
from django.db.models.functions import Now

from tenancy.models import ControlModel


class Interval(models.TextChoices):
    MONTH = "month"
    YEAR = "year"


class PlanVersion(ControlModel):
    """One version of a plan: what it costs and allows, for everybody who bought it while it was on sale.

    Amounts in cents, without VAT. ``limits`` by feature, null for as much as they like. ``stripe_monthly``
    and ``stripe_yearly`` are its prices at Stripe, which are made before the row. No role may change a row,
    the owner of the table neither: so nothing refers to one by a constraint, whose check would have to lock
    it as that owner. What cannot be deleted need not be guarded.
    """

    code = models.CharField(max_length=32)
    number = models.PositiveSmallIntegerField()
    monthly_cents = models.PositiveIntegerField()
    yearly_cents = models.PositiveIntegerField()
    #: What each lead beyond the limit costs an organisation that agreed to pay for it.
    overage_cents = models.PositiveIntegerField()
    limits = models.JSONField()
    stripe_monthly = models.CharField(max_length=64, unique=True)
    stripe_yearly = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="one_version_of_a_plan_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.code}, version {self.number}"

    def cents(self, interval: str) -> int:
        return self.yearly_cents if interval == Interval.YEAR else self.monthly_cents

    def stripe_price(self, interval: str) -> str:
        return self.stripe_yearly if interval == Interval.YEAR else self.stripe_monthly


class TaxRate(ControlModel):
    """A rate at Stripe that says what our table of VAT decided. The app may not change one."""

    #: Category, rate and the state that taxes, as in "S:21:NL".
    key = models.CharField(max_length=16, unique=True)
    stripe_id = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.key
