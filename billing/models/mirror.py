"""What Stripe says, as it was last fetched, and the events that told us to fetch it."""

from django.db import models
from django.db.models.functions import Now

from billing.access import Billing
from billing.models.plans import Interval, PlanVersion
from organisations.models import Organisation
from tenancy.models import ControlModel


class Method(models.TextChoices):
    """How a subscription is paid, as far as we need to know: no number of a card or account is kept."""

    NONE = ""
    CARD = "card"
    SEPA = "sepa_debit"
    TRANSFER = "transfer"


#: Never paid for, not even once: as good as never bought, so a trial goes on.
NEVER_BEGAN = (Billing.INCOMPLETE, Billing.INCOMPLETE_EXPIRED)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def began(self) -> "SubscriptionQuerySet":
        return self.exclude(status__in=NEVER_BEGAN)

    def going_on(self) -> "SubscriptionQuerySet":
        """Begun and not ended, however they stand with their payments."""
        return self.began().filter(ended_at=None)


class Subscription(ControlModel):
    """One subscription at Stripe. Its period is that of its item, as Stripe has it since 2025."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="subscriptions")
    stripe_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=20)
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False
    )
    interval = models.CharField(max_length=8, choices=Interval, blank=True)
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    trial_end = models.DateTimeField(null=True)
    cancel_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: What it changes to at the end of the period, and the schedule at Stripe that does so.
    next_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False
    )
    next_interval = models.CharField(max_length=8, choices=Interval, blank=True)
    schedule = models.CharField(max_length=255, blank=True)
    method = models.CharField(max_length=16, choices=Method, blank=True)
    tax_rate = models.CharField(max_length=255, blank=True)
    created = models.DateTimeField()
    fetched_at = models.DateTimeField()

    objects = SubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"subscription {self.status}"


class BillingInvoice(ControlModel):
    """One invoice at Stripe: who owes what, since when in vain, and whether the money came back out.

    ``failed_at``: the first failed attempt while it is open; a debit that is under way (``processing``) has
    not failed. ``reversed_at``: the bank took the money back, and the dispute is not won. ``settled_at``:
    paid after all in another way.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="billing_invoices")
    stripe_id = models.CharField(max_length=255, unique=True)
    subscription = models.CharField(max_length=255, blank=True)
    number = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=16)
    reason = models.CharField(max_length=40, blank=True)
    net_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()
    credited_cents = models.BigIntegerField(default=0)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    created = models.DateTimeField()
    finalized_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    processing = models.BooleanField(default=False)
    action_required = models.BooleanField(default=False)
    failed_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=16, choices=Method, blank=True)
    fetched_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created"], name="billing_invoice_by_buyer")]

    def __str__(self) -> str:
        return f"invoice {self.number or self.status}"


class StripeEvent(ControlModel):
    """A webhook that was received, once. Its payload is read by people alone; we ask Stripe again."""

    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=255)
    object_id = models.CharField(max_length=255, blank=True)
    known = models.BooleanField()
    payload = models.BinaryField(default=b"")
    sha256 = models.CharField(max_length=64)
    created = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    #: When the payload is emptied; the rest stays.
    blank_after = models.DateTimeField(null=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["object_id", "received_at"], name="stripe_event_by_object")]

    def __str__(self) -> str:
        return f"event {self.type}"


class StripeObject(ControlModel):
    """An object at Stripe of which something was heard: ``heard`` counts the news, ``applied`` how much of it
    the last fetch had seen. Equal means the mirror is as fresh as anybody knows."""

    object_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=32)
    heard = models.PositiveIntegerField(default=1)
    applied = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.applied}/{self.heard}"


class DunningNotice(ControlModel):
    """A reminder that went out, once per invoice and step."""

    invoice = models.ForeignKey(
        BillingInvoice, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    step = models.CharField(max_length=16)
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "step"], name="one_notice_per_invoice_and_step"),
        ]

    def __str__(self) -> str:
        return f"notice {self.step}"
