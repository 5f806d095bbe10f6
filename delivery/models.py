"""Work that is still to be done, and the mails that were sent."""

from django.db import models
from django.db.models.functions import Now

from tenancy.models import ControlModel, TenantForeignKey, TenantModel


class Job(ControlModel):
    """One piece of work, written in the transaction that needs it. Identifiers only, never personal values.

    ``due_at`` is also the lease: a drain that takes a job pushes it into the future, and may delete
    the row only as long as that very moment still stands there. ``leads.capture`` writes this table
    in SQL.
    """

    task = models.CharField(max_length=60)
    organisation_id = models.UUIDField(null=True)
    ids = models.JSONField(default=dict)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.SmallIntegerField(default=0, db_default=0)
    dedupe_key = models.CharField(max_length=200, null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "organisation_id", "dedupe_key"],
                condition=models.Q(dedupe_key__isnull=False),
                nulls_distinct=False,
                name="one_waiting_job_per_dedupe_key",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="job_by_due")]

    def __str__(self) -> str:
        return self.task


class DeadLetter(ControlModel):
    """A job given up after its last try, kept until somebody has dealt with it."""

    task = models.CharField(max_length=60)
    organisation_id = models.UUIDField(null=True)
    ids = models.JSONField(default=dict)
    #: The name of the last error's class: its text might quote a person.
    error = models.CharField(max_length=120)
    attempts = models.SmallIntegerField()
    created_at = models.DateTimeField()
    died_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["died_at"], name="dead_letter_by_time")]

    def __str__(self) -> str:
        return self.task


class ScheduledRun(ControlModel):
    """The ledger of scheduled work: one row per job and due day, whoever rings and however often."""

    job = models.CharField(max_length=60)
    due_day = models.DateField()
    claimed_until = models.DateTimeField()
    attempts = models.SmallIntegerField(default=1)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "due_day"], name="one_run_per_due_day")]

    def __str__(self) -> str:
        return f"{self.job} of {self.due_day}"


class MailState(models.TextChoices):
    """How far a mail is. *Sending* means: the provider was asked, its answer is not known yet."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    REFUSED = "refused"


class Mail(models.Model):
    """What both kinds of recorded mail have in common. Address and contents are sealed."""

    template = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    recipient = models.BinaryField()
    #: Subject, text, HTML and reply address as sealed JSON.
    content = models.BinaryField()
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    asked_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    provider_message_id = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.template} ({self.state})"


class SentMail(TenantModel, Mail):
    """A mail of an organisation. One about a lead goes with the lead, at the latest after two years."""

    purpose = models.CharField(max_length=40)
    #: Names a stream that a person can refuse; empty where the mail answers what the person did.
    topic = models.CharField(max_length=40, blank=True)
    #: The consent on which a mail with a topic rests.
    consent_id = models.UUIDField(null=True)
    recipient_index = models.BinaryField(max_length=32)
    lead_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "lead_id"], name="sent_mail_by_lead"),
            models.Index(fields=["organisation_id", "recipient_index"], name="sent_mail_by_recipient"),
            models.Index(fields=["purge_after"], name="sent_mail_by_expiry"),
        ]


class AccountMail(ControlModel, Mail):
    """A mail of the platform to somebody about their own account."""

    user_id = models.UUIDField(null=True)
    recipient_index = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["user_id"], name="account_mail_by_user"),
            models.Index(fields=["recipient_index"], name="account_mail_by_recipient"),
            models.Index(fields=["purge_after"], name="account_mail_by_expiry"),
        ]


class Suppression(TenantModel):
    """An address that gets no more mail of a topic from an organisation: its keyed hash, nothing else."""

    recipient_index = models.BinaryField(max_length=32)
    topic = models.CharField(max_length=40)
    reason = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "recipient_index", "topic"], name="one_suppression_per_topic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.reason}"


class MailboxMessage(ControlModel):
    """A mail that arrived in the mailbox page, where the product runs without a provider."""

    #: The mail's own id, so that the same mail handed over twice is one message.
    reference = models.CharField(max_length=80, null=True, unique=True)
    recipient = models.BinaryField()
    recipient_index = models.BinaryField(max_length=32)
    content = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    purge_after = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["recipient_index", "-id"], name="mailbox_by_recipient"),
            models.Index(fields=["purge_after"], name="mailbox_by_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class EndpointState(models.TextChoices):
    """Whether messages go out. *Stopped*: by us, because the other side failed or said that it is gone."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    RETIRED = "retired"


class WebhookEndpoint(TenantModel):
    """Where an organisation's own software is told what happens. A row for each party that was ever told.

    Another host is another recipient: it gets a row of its own, and the former one is retired.
    """

    url = models.CharField(max_length=500)
    secret = models.BinaryField()
    previous_secret = models.BinaryField(null=True)
    previous_until = models.DateTimeField(null=True)
    #: The organisation says that a successful answer means that the data are gone there too.
    erases_by_itself = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=EndpointState, default=EndpointState.ACTIVE)
    stop_reason = models.CharField(max_length=20, blank=True)
    #: Failed tries since the last success.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    #: After a failure everything waits until then, so that a slow receiver holds up nobody else.
    not_before = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id"],
                condition=models.Q(retired_at__isnull=True),
                name="one_webhook_in_use",
            ),
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk}: {self.state}"


class DeliveryState(models.TextChoices):
    """How far a message is. *Dropped*: what it was about is gone, or nobody is there to get it."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class WebhookDelivery(TenantModel):
    """One message to a webhook: what it is about, never what it says."""

    endpoint = TenantForeignKey(WebhookEndpoint, models.DO_NOTHING, related_name="deliveries")
    event = models.CharField(max_length=40)
    object_id = models.UUIDField(null=True)
    #: The notice of Art. 19 that the message gives.
    notice_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "state", "-id"], name="delivery_by_state"),
            models.Index(fields=["purge_after"], name="delivery_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.state}"
