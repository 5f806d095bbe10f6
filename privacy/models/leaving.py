"""The end of an organisation's data: what was deleted, and what proves it."""

from django.db import models

from tenancy.models import ControlModel


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
