"""A lead and its parts. What has a period of its own has a row of its own."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from configurators.models import Configurator, ConfiguratorVersion
from tenancy.models import TenantForeignKey, TenantModel, TenantOneToOne, TenantRow


class Status(models.TextChoices):
    """Where the organisation stands with a lead. Quarantined ones are suspected spam: 30 days, no mail."""

    NEW = "new", _("New")
    CONTACTED = "contacted", _("Contacted")
    QUOTED = "quoted", _("Quote sent")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    QUARANTINED = "quarantined", _("Possible spam")


class LeadsInUse(models.Manager["Lead"]):
    """Leads that may be worked with: what a person had restricted is stored and nothing else (Art. 18(2))."""

    def get_queryset(self) -> models.QuerySet["Lead"]:
        return super().get_queryset().filter(restricted_at=None)


class Lead(TenantModel):
    """One visitor's request for an offer, with the configuration and price as the server computed them.

    Stored by ``leads.capture`` in one statement, never by the ORM.
    """

    reference = models.CharField(max_length=16)
    configurator = TenantForeignKey(Configurator, models.DO_NOTHING, related_name="+")
    version = TenantForeignKey(ConfiguratorVersion, models.DO_NOTHING, related_name="+")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.NEW)
    language = models.CharField(max_length=5)
    source = models.CharField(max_length=10)
    #: Inputs (enumerated and numeric only), price lines, net, VAT, gross, version hash, engine version.
    quote = models.JSONField()
    #: Ours, in base64, over what ``leads.signatures`` says; NULL in leads from before quotes were signed.
    quote_signature = models.CharField(max_length=88, null=True)
    gross = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    #: What the visitor's page said that it costs; NULL where that was the same, or nothing was said.
    shown_gross = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    notice_sha256 = models.CharField(max_length=64)
    #: The hash of the wording beside the box that was ticked; NULL where it was not.
    marketing_sha256 = models.CharField(max_length=64, null=True)
    submission_key = models.CharField(max_length=32)
    body_sha256 = models.BinaryField(max_length=32)
    quarantine_reason = models.CharField(max_length=20, blank=True)
    submitted_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    #: Since when the person has its use restricted; it then shows nowhere and is not mailed about.
    restricted_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    objects = LeadsInUse()
    #: Restricted ones too: for keeping dates, and for nothing that anybody works with.
    stored = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "submission_key"], name="one_lead_per_submission_key"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "status", "-id"], name="lead_by_status"),
            models.Index(fields=["purge_after"], name="lead_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.reference


class LeadContact(TenantRow):
    """Who asked: sealed under the organisation's key, found by blind index."""

    lead = TenantOneToOne(Lead, models.DO_NOTHING, primary_key=True, db_column="id", related_name="contact")
    name = models.BinaryField()
    email = models.BinaryField()
    phone = models.BinaryField(null=True)
    #: The declared text answers as sealed JSON.
    answers = models.BinaryField(null=True)
    email_index = models.BinaryField(max_length=32)
    phone_index = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "email_index"], name="contact_by_email"),
            models.Index(
                fields=["organisation_id", "phone_index"],
                name="contact_by_phone",
                condition=Q(phone_index__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"contact of {self.lead_id}"


class LeadOrigin(TenantRow):
    """The network address a submission came from: the platform's own, 90 days, against fraud."""

    lead = TenantOneToOne(Lead, models.DO_NOTHING, primary_key=True, db_column="id", related_name="origin")
    ip = models.BinaryField()
    purge_after = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["purge_after"], name="origin_by_expiry")]

    def __str__(self) -> str:
        return f"origin of {self.lead_id}"


class LeadNote(TenantModel):
    """What a colleague wrote about a lead, or the person themselves, who may read it all (Art. 15 GDPR)."""

    lead = TenantForeignKey(Lead, models.DO_NOTHING, related_name="notes")
    #: NULL where the person themselves had it added (a supplementary statement, Art. 16 GDPR).
    author_id = models.UUIDField(null=True)
    text = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "lead", "-id"], name="note_by_lead")]

    def __str__(self) -> str:
        return f"note on {self.lead_id}"


class LeadEvent(TenantModel):
    """One step in a lead's life, for its timeline: a kind and values that name no person."""

    lead = TenantForeignKey(Lead, models.DO_NOTHING, related_name="events")
    kind = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "lead", "id"], name="event_by_lead")]

    def __str__(self) -> str:
        return self.kind


class SavedConfiguration(TenantModel):
    """Choices that a visitor kept for later. Nothing in it says whose they are: who has the link opens it."""

    configurator = TenantForeignKey(Configurator, models.DO_NOTHING, related_name="+")
    version = TenantForeignKey(ConfiguratorVersion, models.DO_NOTHING, related_name="+")
    token_hash = models.BinaryField(max_length=32)
    #: Enumerated and numeric answers by the key of their group.
    inputs = models.JSONField()
    created_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "token_hash"], name="token_opens_one_configuration"
            ),
        ]
        indexes = [models.Index(fields=["purge_after"], name="saved_by_expiry")]

    def __str__(self) -> str:
        return f"saved {self.created_at}"


class FileState(models.TextChoices):
    """How far a file that was handed in is."""

    WAITING = "waiting", _("Being looked at")
    READY = "ready", _("Ready")
    #: Nothing that could be opened safely; its bytes are gone.
    UNREADABLE = "unreadable", _("Could not be opened")


class LeadFile(TenantModel):
    """A file that a visitor handed in: first alone, by a receipt, and then with the request that it is for.

    An image waits in it as it was sent until a worker has written it anew, without what it said of itself.
    """

    #: NULL until a request claims it; what none does goes within a day.
    lead = TenantForeignKey(Lead, models.DO_NOTHING, related_name="files", null=True)
    configurator = TenantForeignKey(Configurator, models.DO_NOTHING, related_name="+")
    #: The key of the question.
    question = models.CharField(max_length=60)
    receipt_hash = models.BinaryField(max_length=32)
    #: Of the page that it was chosen on, so that what its visitor takes back goes with the request.
    submission_key = models.CharField(max_length=32)
    #: Keyed, of what was sent: the same file handed in twice is the same answer.
    fingerprint = models.BinaryField(max_length=32)
    name = models.BinaryField()
    content = models.BinaryField(null=True)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    #: As it was handed in, which is what its limits are about.
    sent_size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=FileState, default=FileState.WAITING)
    created_at = models.DateTimeField()
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "receipt_hash"], name="receipt_stands_for_one_file"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "lead", "id"], name="file_by_lead"),
            models.Index(
                fields=["organisation_id", "submission_key"],
                name="unclaimed_file_by_page",
                condition=Q(lead=None),
            ),
            models.Index(fields=["purge_after"], name="file_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"


class ExportState(models.TextChoices):
    """How far an export is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    READY = "ready", _("Ready")
    CANCELLED = "cancelled", _("Cancelled")
    #: Somebody in it was erased, corrected or restricted since.
    WITHDRAWN = "withdrawn", _("Withdrawn")
    FAILED = "failed", _("Failed")

    @classmethod
    def under_way(cls) -> list["ExportState"]:
        """The states in which somebody waits for it."""
        return [cls.WAITING, cls.RUNNING]


class LeadExport(TenantModel):
    """A file of leads that a colleague asked for. ``cursor`` is the last lead in it so far."""

    requested_by = models.UUIDField()
    requested_at = models.DateTimeField()
    language = models.CharField(max_length=5)
    status = models.CharField(max_length=12, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    #: Fixed column names, commas and decimal points.
    for_programs = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.WAITING)
    total = models.PositiveIntegerField(null=True)
    rows = models.PositiveIntegerField(default=0)
    cursor = models.UUIDField(null=True)
    #: How much of the file counts; what a killed worker wrote beyond it does not.
    frames = models.PositiveIntegerField(default=0)
    file_bytes = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "requested_by", "-id"], name="export_by_colleague"),
            models.Index(fields=["purge_after"], name="export_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}: {self.state}"

    @property
    def is_under_way(self) -> bool:
        return self.state in ExportState.under_way()

    @property
    def status_label(self) -> str:
        """The status that was asked for, in words."""
        return str(Status(self.status).label) if self.status else ""


class ConsentMethod(models.TextChoices):
    """How somebody said that they want commercial mail."""

    FORM = "form", _("A tick in the form")
    #: Opened the link in the mail to their address, and pressed the button there.
    DOUBLE_OPT_IN = "double_opt_in", _("Confirmed by e-mail")


#: The one purpose so far for which people are asked.
MARKETING = "marketing"


class ConsentRecord(TenantModel):
    """One act of consent to commercial mail, with the wording that was agreed to (Art. 7(1) GDPR).

    The tick is one record and its confirmation another; neither changes afterwards, but for the moment at
    which it is withdrawn.
    """

    lead = TenantForeignKey(Lead, models.DO_NOTHING, related_name="consents")
    purpose = models.CharField(max_length=20)
    method = models.CharField(
        max_length=20,
        choices=ConsentMethod,
        default=ConsentMethod.FORM,
        db_default=ConsentMethod.FORM,
    )
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    #: The number of the form's published version; NULL in records from before that was kept.
    version = models.PositiveIntegerField(null=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "lead", "purpose", "method"], name="one_consent_per_act"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.lead_id}"


class ConsentLink(TenantModel):
    """A link by which a ticked consent is confirmed from the address itself; it works once."""

    lead = TenantForeignKey(Lead, models.DO_NOTHING, related_name="consent_links")
    purpose = models.CharField(max_length=20)
    token_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "token_hash"], name="consent_token_opens_one_link"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "lead"], name="consent_link_by_lead"),
            models.Index(fields=["purge_after"], name="consent_link_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"consent link of {self.lead_id}"
