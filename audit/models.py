"""What was done, by whom and to what: identifiers and counts, never contact data.

Two classes with a period each: *access* (the log) and *evidence* (exports, erasures, decisions, changes of
rights). The database role of the product may add and read, not change or delete.
"""

from typing import Self

from django.db import models

from tenancy.models import ControlModel, TenantModel


class EventQuerySet(models.QuerySet):
    """Events, in the words in which one asks for them."""

    def newest(self) -> Self:
        """Latest first."""
        return self.order_by("-id")

    def evidence(self) -> Self:
        """Only what accountability asks to keep."""
        return self.filter(evidence=True)

    def about(self, kind: str, object_id: object) -> Self:
        """What happened to one thing."""
        return self.filter(kind=kind, object_id=object_id)

    def by(self, actor_id: object) -> Self:
        """What one person did."""
        return self.filter(actor_id=actor_id)


class Event(TenantModel):
    """One act within an organisation."""

    action = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40, blank=True)
    object_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    evidence = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "kind", "object_id", "-id"], name="event_by_object"),
            models.Index(fields=["purge_after"], name="event_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.action


class PlatformEventQuerySet(models.QuerySet):
    """Acts on the platform, in the words in which one asks for them."""

    def newest(self) -> Self:
        """Latest first."""
        return self.order_by("-id")

    def of_user(self, user_id: object) -> Self:
        """What happened to one account."""
        return self.filter(user_id=user_id)


class PlatformEvent(ControlModel):
    """One act that belongs to no organisation's record: signing in, a change of password, a sweep."""

    action = models.CharField(max_length=60)
    user_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    evidence = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    objects = PlatformEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-id"], name="platform_event_by_user"),
            models.Index(fields=["purge_after"], name="platform_event_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.action


class Disclosure(TenantModel):
    """That a recipient got the data of one object: by an export, a webhook, an API key or a processor.

    Outlives the object, for the recipient must still be told of its erasure; holds identifiers alone.
    """

    recipient_kind = models.CharField(max_length=20)
    recipient_id = models.UUIDField()
    object_kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    batch_id = models.UUIDField(null=True)
    disclosed_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "object_id", "recipient_kind", "recipient_id", "batch_id"],
                nulls_distinct=False,
                name="one_disclosure_per_batch",
            ),
        ]
        indexes = [models.Index(fields=["purge_after"], name="disclosure_by_expiry")]

    def __str__(self) -> str:
        return f"{self.object_id} to {self.recipient_kind}"


class NoticeState(models.TextChoices):
    """How far a notice is. *Manual*: somebody must tell them and say so; *retained*: they may keep it."""

    PENDING = "pending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    RETAINED = "retained"
    FAILED = "failed"
    MANUAL = "manual"


class RecipientNotice(TenantModel):
    """That a recipient is to be told of a correction, a restriction or an erasure (Art. 19 GDPR)."""

    case_id = models.UUIDField()
    event = models.CharField(max_length=40)
    recipient_kind = models.CharField(max_length=20)
    recipient_id = models.UUIDField()
    object_kind = models.CharField(max_length=40)
    object_ids = models.JSONField(default=list)
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
                fields=["organisation_id", "case_id", "event", "recipient_kind", "recipient_id"],
                name="one_notice_per_case_and_recipient",
            ),
        ]
        indexes = [models.Index(fields=["purge_after"], name="notice_by_expiry")]

    def __str__(self) -> str:
        return f"{self.event} to {self.recipient_kind}: {self.state}"
