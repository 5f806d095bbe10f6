"""Configurators, their immutable versions, and which version the world sees."""

from django.db import models
from django.db.models.functions import Now

from tenancy.ids import random_key
from tenancy.models import ControlModel, TenantForeignKey, TenantModel


class Configurator(TenantModel):
    """A product that visitors assemble: the draft that editors work on."""

    name = models.CharField(max_length=120)
    public_key = models.CharField(max_length=32, default=random_key, editable=False)
    draft = models.JSONField()
    #: Counts saves; an editor who saves over another's work is told instead.
    draft_revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True)
    #: In the owner's order of what stays on line where there is not room for all; None: nobody chose.
    place = models.PositiveSmallIntegerField(null=True)
    #: Since when there is no room for it; nothing of it is lost.
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "name"], name="configurator_by_name")]

    def __str__(self) -> str:
        return self.name


class ConfiguratorVersion(TenantModel):
    """What was published, frozen and hashed; leads point to it as long as they are kept."""

    configurator = TenantForeignKey(Configurator, models.DO_NOTHING, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    compiled = models.JSONField()
    sha256 = models.CharField(max_length=64)
    schema_version = models.PositiveSmallIntegerField()
    engine_version = models.PositiveSmallIntegerField()
    published_by = models.UUIDField()
    published_at = models.DateTimeField(db_default=Now())
    #: The version whose definition this one repeats, when an older one was put back.
    restores_number = models.PositiveIntegerField(null=True)
    notes = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "configurator", "number"], name="version_numbers_count_up"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Notice(TenantModel):
    """The exact text of an Art. 13 notice or consent wording that visitors were shown, by its hash."""

    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    text = models.TextField()
    first_shown_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "sha256"], name="notice_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class Publication(ControlModel):
    """The public key that a visitor's page carries, and the version it stands for. No personal data."""

    public_key = models.CharField(max_length=32, unique=True)
    organisation_id = models.UUIDField()
    configurator_id = models.UUIDField(unique=True)
    version_id = models.UUIDField()
    intake_on = models.BooleanField(default=True)
    #: While the organisation is deactivated: what was on line then is on line again when it comes back.
    suspended_at = models.DateTimeField(null=True)
    #: While nothing is paid; a form that was shown before is still accepted.
    form_hidden = models.BooleanField(default=False)
    #: While the plan has no room for this one; the same goes for its form.
    frozen = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["changed_at"], name="publication_by_change")]

    def __str__(self) -> str:
        return self.public_key
