"""What an organisation takes along, and the end of its data: what was deleted, and what proves it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import ControlModel, TenantModel


class OrganisationPurge(ControlModel):
    """One organisation's purge. Counts and identifiers alone; a killed one goes on from here."""

    organisation_id = models.UUIDField(unique=True)
    began_at = models.DateTimeField()
    #: Rows that went, by table.
    counts = models.JSONField(default=dict)
    #: Rows that stay, by table.
    kept = models.JSONField(default=dict)
    keys_destroyed_at = models.DateTimeField(null=True)
    #: From then on no copy of the keys is left, and older backups cannot be read.
    unreadable_from = models.DateTimeField(null=True)
    #: The last day on which a backup may hold the rows.
    backups_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    certificate = models.JSONField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["purge_after"], name="purge_by_expiry")]

    def __str__(self) -> str:
        return str(self.organisation_id)

    @property
    def is_done(self) -> bool:
        """Whether there is something to prove."""
        return self.certificate is not None


class ParcelState(models.TextChoices):
    """How far a complete copy is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Parcel(TenantModel):
    """A complete copy of what an organisation keeps here, in a sealed file.

    ``table`` and ``cursor`` are the last row in it so far; a killed worker is followed by one that goes on.
    """

    requested_by = models.UUIDField()
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ParcelState, default=ParcelState.WAITING)
    table = models.CharField(max_length=63, blank=True)
    cursor = models.UUIDField(null=True)
    #: Rows so far, by table.
    rows = models.JSONField(default=dict)
    frames = models.PositiveIntegerField(default=0)
    file_bytes = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["purge_after"], name="parcel_by_expiry")]

    def __str__(self) -> str:
        return f"parcel {self.pk}: {self.state}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (ParcelState.WAITING, ParcelState.RUNNING)

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())
