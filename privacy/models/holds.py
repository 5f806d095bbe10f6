"""A legal hold: what may not be deleted while a claim, a dispute or an order is open (promise C8)."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenancy.encryption import seal, unseal
from tenancy.models import TenantModel


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    """Holds, in the words in which one asks for them."""

    def active(self) -> Self:
        return self.filter(released_at=None)

    def overdue(self) -> Self:
        """Active holds whose review is due."""
        return self.active().filter(review_on__lte=timezone.localdate())


class LegalHold(TenantModel):
    """An organisation keeps something back, as narrowly as it can say, with a day to look at it again."""

    class Scope(models.TextChoices):
        """From the narrowest to the widest."""

        ROW = "row", _("One row")
        PERSON = "person", _("One person")
        CATEGORY = "category", _("One kind of data")
        ORGANISATION = "organisation", _("Everything the organisation keeps here")

    class Ground(models.TextChoices):
        CLAIM = "claim", _("A legal claim, made or expected")
        ORDER = "order", _("An order of a court or an authority")
        DISPUTE = "dispute", _("A dispute about a request or an agreement")

    scope = models.CharField(max_length=12, choices=Scope)
    #: The table: the root for a person, any for a row or a kind of data ("leads.Lead"); blank for everything.
    label = models.CharField(max_length=80, blank=True)
    object_id = models.UUIDField(null=True)
    ground = models.CharField(max_length=8, choices=Ground)
    #: Sealed text.
    reason = models.BinaryField()
    author_id = models.UUIDField()
    placed_at = models.DateTimeField()
    review_on = models.DateField()
    reminded_on = models.DateField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)
    purge_after = models.DateTimeField(null=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = [F("released_at").asc(nulls_first=True), "review_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="organisation", label="", object_id=None)
                | (Q(scope="category", object_id=None) & ~Q(label=""))
                | (Q(scope__in=["row", "person"], object_id__isnull=False) & ~Q(label="")),
                name="hold_says_what_it_covers",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "released_at"], name="hold_by_release"),
            models.Index(fields=["purge_after"], name="hold_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.label}"

    @property
    def is_active(self) -> bool:
        return self.released_at is None

    @property
    def needs_review(self) -> bool:
        return self.is_active and self.review_on <= timezone.localdate()

    @property
    def why(self) -> str:
        return unseal(self.organisation_id, bytes(self.reason), place=self._place)

    @why.setter
    def why(self, text: str) -> None:
        self.reason = seal(self.organisation_id, text, place=self._place)

    @property
    def _place(self) -> str:
        return f"privacy_legalhold.reason:{self.pk}"
