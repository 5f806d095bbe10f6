"""Who buys: one account per organisation, whom to write to, what was granted, and what VIES said."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from billing.access import Access, Billing, Standing
from billing.entitlements import Feature
from billing.models.plans import Interval, PlanVersion
from billing.vat.deciding import IdStatus
from organisations.models import Organisation
from tenancy.models import ControlModel


class BillingAccount(ControlModel):
    """An organisation as a buyer, and what access depends on, computed from the mirror.

    Limits are enforced under a lock on this row. The company's details are what its invoices carry from then
    on; issued ones keep what they said. ``anchor`` is the day from which months of usage count, in ``zone``.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="billing_account"
    )
    company_name = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    registration = models.CharField(max_length=32, blank=True)
    vat_id = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=60, blank=True)

    stripe_customer = models.CharField(max_length=255, blank=True)
    zone = models.CharField(max_length=64, default="Europe/Amsterdam")
    anchor = models.DateField()
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False
    )
    plan_since = models.DateTimeField(null=True)
    overage_agreed_at = models.DateTimeField(null=True)
    #: The end of the month with which that agreement ends, or ended.
    overage_until = models.DateTimeField(null=True)

    billing = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Billing])
    trial_ends_at = models.DateTimeField(null=True)
    overdue_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    least = models.CharField(max_length=16, blank=True, choices=[(one.value, one.value) for one in Access])
    least_until = models.DateTimeField(null=True)
    least_reason = models.CharField(max_length=300, blank=True)
    #: The access that was last told to the people concerned and to public pages.
    told_access = models.CharField(
        max_length=16, default=Access.FULL.value, choices=[(one.value, one.value) for one in Access]
    )
    blank_after = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stripe_customer"],
                condition=~Q(stripe_customer=""),
                name="one_account_per_stripe_customer",
            ),
        ]
        indexes = [models.Index(fields=["blank_after"], name="billing_account_by_blanking")]

    def __str__(self) -> str:
        return f"billing of {self.organisation_id}"

    @property
    def standing(self) -> Standing:
        return Standing(
            billing=Billing(self.billing),
            overdue_since=self.overdue_since,
            ended_at=self.ended_at,
            trial_until=self.trial_ends_at,
            least=Access(self.least) if self.least else None,
            least_until=self.least_until,
            suspended_since=self.organisation.suspended_at,
        )


class BillingContact(ControlModel):
    """Where invoices and reminders go, beside the members who look after the plan.

    Rather "Administration" than a person; an invoice names neither.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="billing_contacts", db_index=False
    )
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=2)
    purge_after = models.DateTimeField(null=True, db_index=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "email"], name="one_billing_contact_per_address"),
        ]

    def __str__(self) -> str:
        return f"billing contact {self.pk}"


class PlanChange(ControlModel):
    """From when on an organisation had which plan: a month is billed by the best of those that it had."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False
    )
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-since"], name="plan_change_by_buyer")]

    def __str__(self) -> str:
        return f"plan of {self.organisation_id} since {self.since:%Y-%m-%d}"


class EntitlementOverride(ControlModel):
    """A limit that somebody of the platform set for one organisation, why, and until when.

    Who did is on the record.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    feature = models.CharField(max_length=32, choices=[(one.value, one.value) for one in Feature])
    value = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="an_override_has_a_reason"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=models.F("since")),
                name="an_override_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feature} of {self.organisation_id}"


class Purchase(ControlModel):
    """Somebody pressed "buy" or "change": one intent, so that pressing twice buys once.

    Its id makes the keys of idempotency at Stripe. Who pressed is on the record.
    """

    class Kind(models.TextChoices):
        CHECKOUT = "checkout"
        CHANGE = "change"

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        LEFT = "left"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False
    )
    interval = models.CharField(max_length=8, choices=Interval, blank=True)
    stripe_session = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=Q(state="open"),
                name="one_open_purchase_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class VatEvidence(ControlModel):
    """What VIES said of a number, and when: the proof behind a rate of zero. No name is kept, only whether
    it matched."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    vat_id = models.CharField(max_length=20)
    status = models.CharField(max_length=8, choices=[(one.value, one.value) for one in IdStatus])
    consultation = models.CharField(max_length=40, blank=True)
    name_matches = models.BooleanField(null=True)
    answer_sha256 = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(db_default=Now())
    #: The end of the last financial year in which an invoice can rest on it.
    books_closed_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "vat_id", "-checked_at"], name="vat_evidence_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.status} at {self.checked_at:%Y-%m-%d}"
