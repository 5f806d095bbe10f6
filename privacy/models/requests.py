"""Requests of data subjects: to an organisation about a lead, and to the platform about an account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
    """Where a request stands. The last six are its ends."""

    AWAITING_IDENTITY = "awaiting_identity", _("Waiting for proof of who asks")
    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("Being carried out")
    AWAITING_RECIPIENTS = "awaiting_recipients", _("Waiting for recipients")
    FULFILLED = "fulfilled", _("Fulfilled")
    PARTLY_FULFILLED = "partly_fulfilled", _("Partly fulfilled")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DUPLICATE = "duplicate", _("Duplicate")
    UNVERIFIED = "unverified", _("Never proved who asked")

    @property
    def is_end(self) -> bool:
        return self in ENDS


ENDS = frozenset(
    {
        Stage.FULFILLED,
        Stage.PARTLY_FULFILLED,
        Stage.REFUSED,
        Stage.WITHDRAWN,
        Stage.DUPLICATE,
        Stage.UNVERIFIED,
    }
)


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


class Request(models.Model):
    """What both kinds of request have in common.

    The three dates are stored when the request is received and never derived from "days left": the target
    (28 days, pulled back to a working day), the statutory end (Regulation 1182/71), and the end with an
    extension (receipt and three months; promises H35, D21, D22). ``person``, ``wish`` and ``locators`` are
    sealed JSON and are cut 84 days after the end, when no backup can need them any more.
    """

    reference = models.CharField(max_length=16)
    right = models.CharField(max_length=16, choices=Right)
    stage = models.CharField(max_length=24, choices=Stage)
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

    identity_method = models.CharField(max_length=16, blank=True)
    identity_at = models.DateTimeField(null=True)
    #: Sealed JSON: {"name", "email"}.
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
    closed_at = models.DateTimeField(null=True)
    identifiers_until = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    @property
    def due_on(self):
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
        ]
        indexes = [
            models.Index(fields=["organisation_id", "stage", "target_on"], name="request_by_target"),
            models.Index(fields=["organisation_id", "person_index"], name="request_by_person"),
            models.Index(fields=["purge_after"], name="request_by_expiry"),
        ]


class AccountRequest(ControlModel, Request):
    """Somebody asks the platform: about their account, or about leads that organisations hold."""

    user_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="one_account_request_per_reference"),
        ]
        indexes = [
            models.Index(fields=["stage", "target_on"], name="account_request_by_target"),
            models.Index(fields=["person_index"], name="account_request_by_person"),
            models.Index(fields=["purge_after"], name="account_request_by_expiry"),
        ]
