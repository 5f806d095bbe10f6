"""Breaches of personal data: all of them, also those that are told to nobody (Art. 33(5) GDPR)."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenancy.encryption import seal, unseal
from tenancy.ids import uuid7
from tenancy.keys import PLATFORM
from tenancy.models import ControlModel


class BreachQuerySet(models.QuerySet["Breach"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class Breach(ControlModel):
    """One case, from the first suspicion. What is said of it stands in its entries, only added to."""

    reference = models.CharField(max_length=16, unique=True)
    title = models.CharField(_("short name"), max_length=120)
    suspected_at = models.DateTimeField(_("first suspected"))
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.UUIDField(null=True)
    #: Where to look in the record of who did what: whose doings, within which time.
    actor_id = models.UUIDField(null=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["purge_after"], name="breach_by_expiry")]

    def __str__(self) -> str:
        return self.reference


class EntryKind(models.TextChoices):
    """What an entry says. Its order is that of the form of Art. 33(3)."""

    AWARE = "aware", _("We became aware")
    NATURE = "nature", _("What happened")
    DATA = "data", _("Which people and data, and how many")
    CONSEQUENCES = "consequences", _("What may follow from it")
    MEASURES = "measures", _("What was and will be done")
    AUTHORITY_TOLD = "authority_told", _("The authority was told")
    AUTHORITY_NOT_TOLD = "authority_not_told", _("The authority is not told, because")
    PEOPLE_TOLD = "people_told", _("The people were told (Art. 34)")
    PEOPLE_NOT_TOLD = "people_not_told", _("The people are not told, because (Art. 34(3))")
    CLOSED = "closed", _("Closed")


class BreachEntry(ControlModel):
    """One thing said of a breach, at one moment. Never changed: who was wrong adds another entry."""

    breach = models.ForeignKey(
        Breach, on_delete=models.DO_NOTHING, related_name="entries", db_constraint=False
    )
    kind = models.CharField(max_length=24, choices=EntryKind)
    #: When what is said came about; when it was written is `recorded_at`.
    moment = models.DateTimeField()
    #: Sealed: an officer may have to name somebody.
    text = models.BinaryField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["recorded_at", "id"]
        indexes = [models.Index(fields=["breach", "kind"], name="breach_entry_by_kind")]

    def __str__(self) -> str:
        return self.kind

    @classmethod
    def written(
        cls, breach: Breach, *, kind: str, moment: datetime, text: str, by: UUID | None
    ) -> BreachEntry:
        """An entry with its text sealed, not stored yet."""
        entry_id = uuid7()
        sealed = seal(PLATFORM, text, place=f"privacy_breachentry.text:{entry_id}")
        return cls(id=entry_id, breach=breach, kind=kind, moment=moment, text=sealed, recorded_by=by)

    @property
    def words(self) -> str:
        return unseal(PLATFORM, bytes(self.text), place=f"privacy_breachentry.text:{self.id}")


class BreachOrganisation(ControlModel):
    """An organisation that a breach concerns, what of its data was touched, and since when it knows."""

    breach = models.ForeignKey(
        Breach, on_delete=models.DO_NOTHING, related_name="concerned", db_constraint=False
    )
    organisation_id = models.UUIDField()
    people = models.IntegerField(default=0)
    rows = models.IntegerField(default=0)
    #: The kinds of data that were touched, by the first word of their category.
    categories = models.JSONField(default=list)
    measured_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    mails = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["breach", "organisation_id"], name="one_line_per_organisation"),
        ]
        indexes = [models.Index(fields=["organisation_id"], name="breach_by_organisation")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_late(self) -> bool:
        return (self.told_at or timezone.now()) > self.due_at
