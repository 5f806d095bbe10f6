"""Evidence of backups: that they were taken, checked and removed in time."""

from django.db import models

from tenancy.models import ControlModel


class Backup(ControlModel):
    """One encrypted copy of the database. Nothing of what is in it."""

    name = models.CharField(max_length=60, unique=True)
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    #: When it was last restored into a throw-away database.
    rehearsed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    size = models.BigIntegerField()
    ledger_seq = models.BigIntegerField()

    class Meta:
        ordering = ["-taken_at"]

    def __str__(self) -> str:
        return self.name
