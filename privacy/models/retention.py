"""Evidence that the retention rules were carried out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import ControlModel


class RetentionRun(ControlModel):
    """One sweep of one rule: what it was going to delete, what it deleted, and what it left.

    Holds counts and times only, never anything of the deleted rows.
    """

    class Outcome(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        HELD = "held", _("waiting for an officer")
        APPROVED = "approved", _("approved")
        SUPERSEDED = "superseded", _("superseded by a later run")
        INTERRUPTED = "interrupted", _("interrupted")

    rule = models.CharField(max_length=120)
    table = models.CharField(max_length=63)
    registry = models.CharField(max_length=64, help_text="SHA-256 of the declarations in force")
    due_day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    cutoff = models.DateTimeField(help_text="Rows whose date is later were left alone")
    rows_planned = models.BigIntegerField()
    rows_allowed = models.BigIntegerField(help_text="More than this waits for an officer")
    rows_deleted = models.BigIntegerField(default=0, help_text="Or blanked, where the rule keeps the row")
    rows_held = models.BigIntegerField(default=0, help_text="Overdue but for a legal hold")
    slices = models.IntegerField(default=0)
    longest_slice_ms = models.FloatField(default=0)
    overdue_seconds = models.FloatField(
        default=0, help_text="How far past its date the oldest row was that remained"
    )
    outcome = models.CharField(max_length=12, choices=Outcome)
    approves = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="carried_out_by"
    )

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["rule", "-started_at"], name="retention_run_by_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.due_day} {self.outcome}"
