"""What was done, by whom and to what: identifiers and counts, never contact data.

Two classes in tables of their own. *Evidence* (exports, erasures, decisions, changes of rights) is kept as
long as accountability asks. *Access* (who looked at what, who signed in) is a log of ninety days, kept in
partitions of one day. The product may add and read; nobody may change, not even the tables' owner.
"""

from typing import ClassVar, Self

from django.db import models

from tenancy.models import ControlModel, TenantModel


class EventQuerySet(models.QuerySet):
    """Events, in the words in which one asks for them."""

    def newest(self) -> Self:
        """Latest first."""
        return self.order_by("-id")

    def about(self, kind: str, object_id: object) -> Self:
        """What happened to one thing."""
        return self.filter(kind=kind, object_id=object_id)

    def by(self, actor_id: object) -> Self:
        """What one person did."""
        return self.filter(actor_id=actor_id)


class Act(TenantModel):
    """One act within an organisation. The key holds the moment, to the microsecond."""

    action = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40, blank=True)
    object_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.action


class Event(Act):
    """An act that must be shown later: the evidence."""

    evidence: ClassVar[bool] = True

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "kind", "object_id", "-id"], name="event_by_object"),
            models.Index(fields=["purge_after"], name="event_by_expiry"),
        ]


class AccessEvent(Act):
    """An act of the access log: who looked at what."""

    evidence: ClassVar[bool] = False

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "kind", "object_id", "-id"], name="access_by_object"),
            models.Index(fields=["purge_after"], name="access_by_expiry"),
        ]


class PlatformEventQuerySet(models.QuerySet):
    """Acts on the platform, in the words in which one asks for them."""

    def newest(self) -> Self:
        """Latest first."""
        return self.order_by("-id")

    def of_user(self, user_id: object) -> Self:
        """What happened to one account."""
        return self.filter(user_id=user_id)


class PlatformAct(ControlModel):
    """One act that belongs to no organisation's record."""

    action = models.CharField(max_length=60)
    user_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    objects = PlatformEventQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.action


class PlatformEvent(PlatformAct):
    """Evidence of the platform: a change of password, a role given, a second factor taken off."""

    evidence: ClassVar[bool] = True

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-id"], name="platform_event_by_user"),
            models.Index(fields=["purge_after"], name="platform_event_by_expiry"),
        ]


class PlatformAccessEvent(PlatformAct):
    """The platform's access log: signing in and out, and failing to."""

    evidence: ClassVar[bool] = False

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-id"], name="platform_access_by_user"),
            models.Index(fields=["purge_after"], name="platform_access_by_expiry"),
        ]


class Link(TenantModel):
    """One link of the chain over an organisation's evidence; the platform's lie under its own identifier."""

    seq = models.BigIntegerField()
    event_id = models.UUIDField()
    event_hash = models.BinaryField(max_length=32)
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    #: Until when the event is kept, as it was when it was linked: part of the hash.
    kept_until = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "seq"], name="one_link_per_place"),
            models.UniqueConstraint(fields=["organisation_id", "prev"], name="a_chain_never_forks"),
            models.UniqueConstraint(fields=["organisation_id", "event_id"], name="one_link_per_event"),
        ]
        indexes = [models.Index(fields=["purge_after"], name="link_by_expiry")]

    def __str__(self) -> str:
        return f"link {self.seq}"


class Head(TenantModel):
    """Where a chain stood when this was signed: what the end and the beginning are held against."""

    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    kept_until = models.DateTimeField(null=True)
    signed_at = models.DateTimeField()
    signature = models.BinaryField(max_length=64)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "seq"], name="one_head_per_link")]
        indexes = [models.Index(fields=["purge_after"], name="head_by_expiry")]

    def __str__(self) -> str:
        return f"head at {self.seq}"


class Verification(ControlModel):
    """What the last look at a chain found. An empty problem is a whole chain."""

    chain_id = models.UUIDField(unique=True)
    checked_at = models.DateTimeField()
    links = models.BigIntegerField()
    problem = models.CharField(max_length=40, blank=True)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.problem or "whole"


class PersonalValue(TenantModel):
    """What an event says about a person, apart from the event, which holds only a commitment to it.

    Erasing this row leaves the chain as it was, and the commitment unguessable: the salt goes with it.
    """

    event_id = models.UUIDField()
    field = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    object_id = models.UUIDField(null=True)
    salt = models.BinaryField(max_length=32)
    value = models.BinaryField()
    occurred_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "event_id", "field"], name="one_value_per_event_and_field"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "object_id"], name="personal_value_by_object"),
            models.Index(fields=["purge_after"], name="personal_value_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.field


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
