"""What the platform's officer keeps: companies that work for it, demands of authorities, duties."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenancy.models import ControlModel

#: The European Economic Area, where the GDPR itself holds.
EEA = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip


class Task(models.TextChoices):
    """What a company does for us."""

    HOSTING = "hosting", _("Hosting")
    MAIL = "mail", _("Delivering mail")
    PAYMENTS = "payments", _("Payments")
    ACCOUNTING = "accounting", _("Bookkeeping")
    SUPPORT = "support", _("Support")


class Transfer(models.TextChoices):
    """Why data may go outside the EEA (Art. 45 and 46 GDPR)."""

    NONE = "", _("No transfer")
    ADEQUACY = "adequacy", _("Adequacy decision")
    CLAUSES = "clauses", _("Standard contractual clauses")


class CompanyQuerySet(models.QuerySet["Company"]):
    def announced(self) -> CompanyQuerySet:
        """Those that work for us, or will, in the order of their names."""
        return self.exclude(active_from=None).filter(Q(ended_on=None) | Q(ended_on__gte=timezone.localdate()))

    def engaged(self) -> CompanyQuerySet:
        """Those that work for us today."""
        return self.announced().filter(active_from__lte=timezone.localdate())


class Company(ControlModel):
    """A sub-processor (Art. 28(2) and (4) GDPR): engaged only with its contract, and abroad with more."""

    name = models.CharField(_("name"), max_length=120)
    task = models.CharField(_("task"), max_length=16, choices=Task)
    country = models.CharField(_("country"), max_length=2)
    #: The hosts at which the product may reach it; nothing else leaves the house.
    hosts = models.JSONField(default=list)
    contract_signed_on = models.DateField(_("contract signed on"), null=True, blank=True)
    contract_sha256 = models.CharField(_("SHA-256 of the contract"), max_length=64, blank=True)
    transfer = models.CharField(_("transfer"), max_length=12, choices=Transfer, blank=True)
    assessed_on = models.DateField(_("transfer assessed on"), null=True, blank=True)
    assessment_sha256 = models.CharField(_("SHA-256 of the assessment"), max_length=64, blank=True)
    announced_at = models.DateTimeField(null=True)
    active_from = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="company_once"),
            models.CheckConstraint(
                condition=Q(active_from=None)
                | (Q(contract_signed_on__isnull=False) & ~Q(contract_sha256="")),
                name="no_company_works_without_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(active_from=None)
                | Q(country__in=EEA)
                | (~Q(transfer="") & Q(assessed_on__isnull=False)),
                name="no_company_abroad_without_a_ground",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_abroad(self) -> bool:
        return self.country not in EEA


class AuthorityDemand(ControlModel):
    """That an authority asked for data, on what ground, and what was decided (E16)."""

    class Decision(models.TextChoices):
        OPEN = "open", _("Open")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    authority = models.CharField(_("authority"), max_length=120)
    country = models.CharField(_("country"), max_length=2)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    reference = models.CharField(_("reference of the demand"), max_length=80)
    scope = models.CharField(
        _("what is demanded"), max_length=500, help_text=_("Kinds of data and time; name no person.")
    )
    organisation_id = models.UUIDField(null=True)
    received_on = models.DateField(_("received on"))
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.OPEN)
    reasons = models.CharField(_("reasons"), max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    handed_over = models.IntegerField(default=0)

    class Meta:
        ordering = ["-received_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="open") | (Q(decided_by__isnull=False) & ~Q(reasons="")),
                name="a_demand_is_decided_by_somebody_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at=None) | Q(decision="granted"), name="nothing_goes_without_a_grant"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DutyQuerySet(models.QuerySet["Duty"]):
    def open(self) -> DutyQuerySet:
        return self.filter(done_on=None).order_by("due_on")

    def overdue(self) -> DutyQuerySet:
        return self.open().filter(due_on__lt=timezone.localdate())


class Duty(ControlModel):
    """Something that must be done by a day, and may come back: an audit, a scan, a training."""

    class Kind(models.TextChoices):
        AUDIT = "audit", _("Audit")
        SCAN = "scan", _("Security scan")
        UPDATE = "update", _("Updates of software")
        TRAINING = "training", _("Training of staff")
        DRILL = "drill", _("Drill of a breach or a restore")
        REVIEW = "review", _("Review of a register or text")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    subject = models.CharField(_("what"), max_length=160, help_text=_("Names no person."))
    due_on = models.DateField(_("due on"))
    every_months = models.PositiveSmallIntegerField(_("again after so many months"), null=True, blank=True)
    done_on = models.DateField(null=True)
    done_by = models.UUIDField(null=True)
    #: The hash of the report, certificate or list of who took part, which is kept elsewhere.
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(evidence_sha256=""), name="a_duty_is_done_with_evidence"
            ),
        ]
        indexes = [models.Index(F("due_on"), name="duty_by_day", condition=Q(done_on=None))]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_overdue(self) -> bool:
        return self.done_on is None and self.due_on < timezone.localdate()

    def days_left(self, today: date | None = None) -> int:
        return (self.due_on - (today or timezone.localdate())).days
