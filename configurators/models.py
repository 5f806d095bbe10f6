"""Configurators, their immutable versions, and which version the world sees."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from configurators.definition.migrating import lifted
from configurators.images.sizes import sizes_of
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

    @property
    def lifted_draft(self) -> dict[str, Any]:
        """In the schema of now, whatever it was last saved in."""
        return lifted(self.draft)


class ConfiguratorVersion(TenantModel):
    """What was published, frozen and hashed; leads point to it as long as they are kept."""

    configurator = TenantForeignKey(Configurator, models.DO_NOTHING, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    compiled = models.JSONField()
    sha256 = models.CharField(max_length=64)
    schema_version = models.PositiveSmallIntegerField()
    engine_version = models.PositiveSmallIntegerField()
    #: None where it was published by itself, because the price of a book changed.
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(db_default=Now())
    #: The version whose definition this one repeats, when an older one was put back.
    restores_number = models.PositiveIntegerField(null=True)
    notes = models.CharField(max_length=500, blank=True)
    #: What it took from price books, as [book, article, amount]; its compiled form has the figures alone.
    prices = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "configurator", "number"], name="version_numbers_count_up"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def lifted_definition(self) -> dict[str, Any]:
        """In the schema of now; the row keeps the document that was published."""
        return lifted(self.definition)


class Scenario(TenantModel):
    """A configuration of which somebody knows what it must cost, or that it may not be had at all."""

    class Expects(models.TextChoices):
        """What must come of it."""

        GROSS = "gross", _("This price, including VAT")
        NET = "net", _("This price, excluding VAT")
        REFUSED = "refused", _("That it cannot be ordered")

    configurator = TenantForeignKey(Configurator, models.DO_NOTHING, related_name="scenarios")
    name = models.CharField(max_length=120)
    #: The enumerated and numeric answers, as a quote keeps them.
    inputs = models.JSONField()
    expects = models.CharField(max_length=8, choices=Expects.choices, default=Expects.GROSS)
    #: A decimal as text; empty where it must be refused.
    amount = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "configurator", "name"], name="scenario_names_differ"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Examination(TenantModel):
    """What a worker finds out about one draft that takes longer than a page may: the latest of each kind."""

    #: All tries of a job together take less.
    PATIENCE = timedelta(hours=1)

    class Kind(models.TextChoices):
        """What is looked at."""

        PROOF = "proof", "proof"
        REPLAY = "replay", "replay"

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    configurator = TenantForeignKey(Configurator, models.DO_NOTHING, related_name="examinations")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    #: The hash of the definition that it is about: of another draft it says nothing.
    sha256 = models.CharField(max_length=64)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    #: Figures about a product; of what visitors asked only sums and counts.
    result = models.JSONField(default=dict)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "configurator", "kind"], name="one_examination_of_each_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether somebody looks. A worker that was killed each time leaves it as it was."""
        waits = self.state in (self.State.WAITING, self.State.RUNNING)
        return waits and self.asked_at > timezone.now() - self.PATIENCE

    @property
    def has_failed(self) -> bool:
        return self.state != self.State.DONE and not self.is_under_way


class PlannedPublication(TenantModel):
    """A draft as it was when somebody said at which time it goes live. Gone once it is live or called off."""

    #: A worker that is busy takes less.
    PUNCTUAL = timedelta(minutes=10)

    configurator = TenantForeignKey(Configurator, models.DO_NOTHING, related_name="plans")
    definition = models.JSONField()
    goes_live_at = models.DateTimeField()
    planned_by = models.UUIDField()
    planned_at = models.DateTimeField(db_default=Now())
    notes = models.CharField(max_length=500, blank=True)
    #: When it was its time and it did not go live, because something stood in the way.
    refused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "configurator", "goes_live_at"], name="one_plan_for_each_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"planned for {self.goes_live_at}"

    @property
    def lifted_definition(self) -> dict[str, Any]:
        """In the schema of now, whatever it was planned in."""
        return lifted(self.definition)

    @property
    def is_late(self) -> bool:
        """Whether it should have been live for a while."""
        return self.refused_at is None and self.goes_live_at < timezone.now() - self.PUNCTUAL


class PriceBook(TenantModel):
    """Prices that several configurators share."""

    #: How definitions call it; it never changes, nor does its currency.
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "key"], name="price_book_keys_differ"),
        ]

    def __str__(self) -> str:
        return self.name


class PriceEntries(models.QuerySet["PriceEntry"]):
    """Entries of price books."""

    def touching(self, first: date, last: date | None) -> "PriceEntries":
        """Those that hold on some day of a period, which may have no end."""
        found = self.filter(models.Q(valid_until=None) | models.Q(valid_until__gte=first))
        return found.filter(valid_from__lte=last) if last else found

    def on(self, day: date) -> "PriceEntries":
        """Those that hold on that day: no more than one of an article."""
        return self.touching(day, day)


class PriceEntry(TenantModel):
    """What an article costs from its first day up to and including its last."""

    book = TenantForeignKey(PriceBook, models.DO_NOTHING, related_name="entries")
    sku = models.CharField(max_length=60)
    label = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=6)
    valid_from = models.DateField()
    #: None: until further notice.
    valid_until = models.DateField(null=True)

    objects = PriceEntries.as_manager()

    class Meta:
        constraints = [
            # That periods do not overlap either is seen to under the lock of their book (price_books.books).
            models.UniqueConstraint(
                fields=["organisation_id", "book", "sku", "valid_from"], name="one_price_begins_each_day"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="a_price_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.sku

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class StalePrices(TenantModel):
    """A configurator that could not be published anew with the prices of the day, so that it is told once."""

    configurator = TenantForeignKey(Configurator, models.DO_NOTHING, related_name="stale_prices")
    #: Of the live version and the prices of the day: the same is told once.
    sha256 = models.CharField(max_length=64)
    refused_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "configurator"], name="prices_are_stale_once"),
        ]

    def __str__(self) -> str:
        return f"stale since {self.refused_at}"


class Image(TenantModel):
    """An image of the organisation's own: two pictures that we wrote of it, and nothing of the upload."""

    #: Of the wide picture; by it a definition names the image.
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    wide = models.BinaryField()
    #: Empty where the image is no larger than that.
    small = models.BinaryField(default=b"")
    #: Of both pictures, in bytes.
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField(db_default=Now())
    #: Since when no draft, version or plan refers to it, as the clock found.
    unused_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "sha256"], name="image_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"image {self.sha256[:12]}"

    def picture(self, width: int) -> bytes | None:
        """The one of this width; None where there is none."""
        kept = (self.small, self.wide) if self.small else (self.wide,)
        widths = (width for width, _height in sizes_of(self.width, self.height))
        return next((bytes(each) for each, own in zip(kept, widths, strict=True) if own == width), None)


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
