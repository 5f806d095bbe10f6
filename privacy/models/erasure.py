"""Erasures: what was ordered, what was done, and what proves it. Counts and identifiers alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import NoticeState
from tenancy.models import ControlModel, TenantModel


class ErasureState(models.TextChoices):
    """How far an erasure is. *Stale*: to be approved anew. *Certified*: every recipient has been told too."""

    ORDERED = "ordered", _("Ordered")
    STALE = "stale", _("What would go has changed since it was approved")
    DONE = "done", _("Erased; recipients are being told")
    CERTIFIED = "certified", _("Erased, and every recipient knows")


class Erasure(models.Model):
    """What both kinds of erasure have in common: one for each case.

    ``root_ids`` are the locators: they outlive what they named, so that a second try finds what the first
    one did. ``digest`` commits to the keys of every row that went, under ``salt``. ``addresses`` is sealed
    and stays only until every processor has been told whom to forget.
    """

    case_id = models.UUIDField()
    root_ids = models.JSONField(default=list)
    plan = models.CharField(max_length=64)
    #: Kinds of data that were decided to stay: {"kind": [ground, until]}.
    keeping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ErasureState, default=ErasureState.ORDERED)
    ordered_by = models.UUIDField(null=True)
    ordered_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    #: Rows that went or were emptied, by table.
    counts = models.JSONField(default=dict)
    #: What stays: {"table", "rows", "ground", "until"}.
    kept = models.JSONField(default=list)
    salt = models.CharField(max_length=32, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    ledger_seq = models.BigIntegerField(null=True)
    addresses = models.BinaryField(null=True)
    #: As it was issued, with its signature.
    certificate = models.JSONField(null=True)
    certified_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.case_id}: {self.state}"

    @property
    def is_done(self) -> bool:
        return self.state in {ErasureState.DONE, ErasureState.CERTIFIED}


class LeadErasure(TenantModel, Erasure):
    """Leads of an organisation, erased because it decided so."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "case_id"], name="one_erasure_per_case"),
        ]
        indexes = [models.Index(fields=["purge_after"], name="lead_erasure_by_expiry")]


class AccountErasure(ControlModel, Erasure):
    """An account, erased by the platform as its controller."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id"], name="one_account_erasure_per_case"),
        ]
        indexes = [models.Index(fields=["purge_after"], name="account_erasure_by_expiry")]


class AccountNotice(ControlModel):
    """That a processor of the platform is to be told of the erasure of an account."""

    case_id = models.UUIDField()
    recipient_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.PENDING)
    attempts = models.SmallIntegerField(default=0)
    receipt = models.CharField(max_length=200, blank=True)
    last_error = models.CharField(max_length=120, blank=True)
    deadline_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "recipient_id"], name="one_account_notice_per_recipient"
            ),
        ]
        indexes = [models.Index(fields=["purge_after"], name="account_notice_by_expiry")]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.state}"
