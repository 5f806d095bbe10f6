"""Requests of data subjects: to an organisation about a lead, and to the platform about an account."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenancy.keys import PLATFORM
from tenancy.models import ControlModel, TenantModel


class Right(models.TextChoices):
    """What a person may ask for (Art. 15 to 21 and 7(3) GDPR)."""

    ACCESS = "access", _("Access")
    RECTIFICATION = "rectification", _("Rectification")
    ERASURE = "erasure", _("Erasure")
    RESTRICTION = "restriction", _("Restriction")
    PORTABILITY = "portability", _("Portability")
    OBJECTION = "objection", _("Objection")
    WITHDRAWAL = "withdrawal", _("Withdrawal of consent")


class Stage(models.TextChoices):
    """Where a request stands. The last seven are its ends."""

    AWAITING_IDENTITY = "awaiting_identity", _("Waiting for proof of who asks")
    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("Being carried out")
    AWAITING_RECIPIENTS = "awaiting_recipients", _("Waiting for recipients")
    FORWARDED = "forwarded", _("Passed on")
    FULFILLED = "fulfilled", _("Fulfilled")
    PARTLY_FULFILLED = "partly_fulfilled", _("Partly fulfilled")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DUPLICATE = "duplicate", _("Duplicate")
    UNVERIFIED = "unverified", _("Never proved who asked")

    @property
    def is_end(self) -> bool:
        return self in ENDS


#: The one table of what may follow what; "" is the beginning. The database holds it as a constraint.
FOLLOWS: dict[str, tuple[Stage, ...]] = {
    "": (Stage.AWAITING_IDENTITY, Stage.OPEN),
    Stage.AWAITING_IDENTITY: (Stage.OPEN, Stage.WITHDRAWN, Stage.DUPLICATE, Stage.UNVERIFIED),
    Stage.OPEN: (
        Stage.AWAITING_IDENTITY,
        Stage.IN_PROGRESS,
        Stage.FORWARDED,
        Stage.FULFILLED,
        Stage.WITHDRAWN,
        Stage.DUPLICATE,
    ),
    Stage.IN_PROGRESS: (
        Stage.AWAITING_RECIPIENTS,
        Stage.FULFILLED,
        Stage.PARTLY_FULFILLED,
        Stage.REFUSED,
    ),
    Stage.AWAITING_RECIPIENTS: (Stage.FULFILLED, Stage.PARTLY_FULFILLED),
}
ENDS = frozenset(stage for stage in Stage if stage not in FOLLOWS)


def _known_step() -> Q:
    """A row stands where its last stage allows."""
    steps = Q()
    for before, after in FOLLOWS.items():
        steps |= Q(stage_before=str(before), stage__in=[str(stage) for stage in after])
    return steps


def _closed_at_an_end() -> Q:
    ends = sorted(str(stage) for stage in ENDS)
    return Q(stage__in=ends, closed_at__isnull=False) | (~Q(stage__in=ends) & Q(closed_at__isnull=True))


class Channel(models.TextChoices):
    """How a request came in."""

    DOOR = "door", _("The page for privacy requests")
    MAIL = "mail", _("E-mail")
    ACCOUNT = "account", _("Signed in")
    DESK = "desk", _("Entered by a colleague")
    ROUTED = "routed", _("Passed on by the platform")


class Regime(models.TextChoices):
    """Whose clock runs."""

    GDPR = "gdpr", "GDPR"
    CCPA = "ccpa", "CCPA"


class ExtensionReason(models.TextChoices):
    """Why two more months (Art. 12(3))."""

    COMPLEX = "complex", _("The request is complex")
    NUMEROUS = "numerous", _("There are many requests")


class IdentityMethod(models.TextChoices):
    """The ladder by which a person proves who they are. No copy of an identity document is on it."""

    SESSION = "session", _("Signed in with a second factor")
    LINK = "link", _("A link by mail to the address we know")
    FACT = "fact", _("One further fact that we both know")


class RequestQuerySet(models.QuerySet):
    def under_way(self) -> Self:
        return self.exclude(stage__in=ENDS)

    def unanswered(self) -> Self:
        """Those whose person still waits, the most pressing first."""
        return self.under_way().filter(answered_at=None).order_by("target_on", "received_at", "id")

    def overdue(self, today: date) -> Self:
        """Those past the day on which we meant to answer, the clock not being suspended."""
        return self.unanswered().filter(target_on__lt=today, suspended_at=None)


class Request(models.Model):
    """What both kinds of request have in common.

    The three dates are stored when the request is received and never derived from "days left": the target
    (28 days, pulled back to a working day), the statutory end (Regulation 1182/71), and the end with an
    extension (receipt and three months; promises H35, D21, D22). ``person``, ``wish`` and ``locators`` are
    sealed JSON and are cut 84 days after the end, when no backup can need them any more.
    """

    reference = models.CharField(max_length=16)
    right = models.CharField(max_length=16, choices=Right)
    #: Somebody reports that the person is under sixteen: a shorter target, and no proof of age (E19).
    about_minor = models.BooleanField(default=False, db_default=False)
    stage = models.CharField(max_length=24, choices=Stage)
    stage_before = models.CharField(max_length=24, blank=True, default="", db_default="")
    channel = models.CharField(max_length=8, choices=Channel)
    regime = models.CharField(max_length=4, choices=Regime, default=Regime.GDPR)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=2)

    received_at = models.DateTimeField()
    target_on = models.DateField()
    statutory_on = models.DateField()
    extended_until = models.DateField(null=True)
    extension_reason = models.CharField(max_length=16, blank=True)
    extended_at = models.DateTimeField(null=True)
    #: While proof of identity, promptly asked for, is outstanding.
    suspended_at = models.DateTimeField(null=True)
    suspended_seconds = models.BigIntegerField(default=0)

    identity_asked_at = models.DateTimeField(null=True)
    identity_method = models.CharField(max_length=16, blank=True)
    identity_at = models.DateTimeField(null=True)
    #: Sealed JSON: {"name", "email", "contact"}.
    person = models.BinaryField(null=True)
    person_index = models.BinaryField(max_length=32, null=True)
    #: Sealed JSON: what the person wrote, and the values asked for in a rectification.
    wish = models.BinaryField(null=True)
    #: Sealed JSON: the keys of the roots found, so that a second try finds them after the first erased.
    locators = models.BinaryField(null=True)

    #: One entry per group of fields: {"group", "outcome", "ground", "until"}.
    decisions = models.JSONField(default=list)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    #: Sealed JSON: what the officer adds to the answer, in their own words.
    remark = models.BinaryField(null=True)
    #: When the answer went to the person. What recipients still owe us does not keep them waiting.
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    identifiers_until = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> UUID:
        """Under whose keys the sealed parts are."""
        return PLATFORM

    @property
    def due_on(self) -> date:
        """The day by which the answer must be there, extension included."""
        return self.extended_until or self.statutory_on


class PrivacyRequest(TenantModel, Request):
    """Somebody asks an organisation about their lead; the organisation decides, as controller."""

    #: The platform's request that was passed on, where there was one.
    routed_from = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "reference"], name="one_request_per_reference"
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "routed_from", "right"],
                condition=Q(routed_from__isnull=False),
                name="a_request_is_passed_on_once",
            ),
            models.CheckConstraint(condition=_known_step(), name="request_takes_a_known_step"),
            models.CheckConstraint(condition=_closed_at_an_end(), name="request_is_closed_at_an_end"),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "stage", "target_on"], name="request_by_target"),
            models.Index(fields=["organisation_id", "person_index"], name="request_by_person"),
            models.Index(
                fields=["organisation_id", "identifiers_until"],
                name="request_by_identifiers",
                condition=Q(identifiers_until__isnull=False),
            ),
            models.Index(fields=["purge_after"], name="request_by_expiry"),
        ]

    @property
    def owner_id(self) -> UUID:
        return self.organisation_id


class Concerns(models.TextChoices):
    """What a request to the platform is about: only of accounts is the platform the controller."""

    ACCOUNT = "account", _("An account")
    LEADS = "leads", _("Requests for an offer, held by organisations")


class AccountRequest(ControlModel, Request):
    """Somebody asks the platform: about their account, or about leads that organisations hold."""

    user_id = models.UUIDField(null=True)
    concerns = models.CharField(
        max_length=8, choices=Concerns, default=Concerns.ACCOUNT, db_default=Concerns.ACCOUNT.value
    )
    #: How many organisations it was passed on to, once they were asked.
    passed_on_to = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="one_account_request_per_reference"),
            models.CheckConstraint(condition=_known_step(), name="account_request_takes_a_known_step"),
            models.CheckConstraint(condition=_closed_at_an_end(), name="account_request_is_closed_at_an_end"),
        ]
        indexes = [
            models.Index(fields=["stage", "target_on"], name="account_request_by_target"),
            models.Index(fields=["person_index"], name="account_request_by_person"),
            models.Index(
                fields=["identifiers_until"],
                name="account_request_by_identifiers",
                condition=Q(identifiers_until__isnull=False),
            ),
            models.Index(fields=["purge_after"], name="account_request_by_expiry"),
        ]


class DeskSettings(TenantModel):
    """How an organisation runs its desk: at most one row each; without one the defaults hold."""

    #: After so many days a correction, restriction, objection or erasure is carried out; off without.
    automatic_after_days = models.PositiveSmallIntegerField(null=True)
    #: A target of its own, shorter than four weeks (promise C24).
    answer_within_days = models.PositiveSmallIntegerField(null=True)
    changed_by = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id"], name="one_desk_per_organisation"),
            models.CheckConstraint(
                condition=Q(answer_within_days__isnull=True) | Q(answer_within_days__range=(1, 28)),
                name="desk_answers_within_four_weeks",
            ),
            models.CheckConstraint(
                condition=Q(automatic_after_days__isnull=True) | Q(automatic_after_days__range=(0, 28)),
                name="desk_acts_by_itself_within_four_weeks",
            ),
        ]

    def __str__(self) -> str:
        return "desk"
