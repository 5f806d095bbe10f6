"""Accounts live on the control plane: a person is known before any organisation is."""

import time
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from tenancy.encryption import normalise_email, seal, unseal
from tenancy.ids import uuid7
from tenancy.keys import PLATFORM
from tenancy.models import ControlModel

MAX_EMAIL_LENGTH = 254


class Language(models.TextChoices):
    DUTCH = "nl", _("Dutch")
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")


class UserManager(BaseUserManager["User"]):
    """Finds people by address in whatever spelling it was typed."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalise_email(username or ""))

    def with_email(self, email: str) -> "User | None":
        """The active person with this address, or None."""
        return self.filter(email=normalise_email(email), is_active=True).first()


class User(AbstractBaseUser, ControlModel):
    """A person who signs in by e-mail address. What they may do is a matter of their memberships."""

    email = models.CharField(_("E-mail"), max_length=MAX_EMAIL_LENGTH, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    language = models.CharField(_("Language"), max_length=2, choices=Language, default=Language.ENGLISH)
    is_active = models.BooleanField(default=True)
    email_verified_at = models.DateTimeField(null=True)
    #: Since a lost second factor was taken off: nothing opens before there is another.
    must_set_up_two_step = models.BooleanField(default=False)
    session_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    #: The three dates of `organisations.agreements`: when the person last left an organisation, when their
    #: last agreement ended, and when the account goes.
    last_left_at = models.DateTimeField(null=True, editable=False)
    agreement_ended_at = models.DateTimeField(null=True, editable=False)
    purge_after = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="account_email_is_lower_case"
            ),
        ]
        indexes = [models.Index(fields=["purge_after"], name="accounts_user_purge")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie every session to the password and to the epoch: raising the epoch ends them all."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def authenticator(self) -> "Authenticator | None":
        """The person's confirmed second factor, or None."""
        return Authenticator.objects.filter(user=self, confirmed=True).first()


class PersonField(models.ForeignKey):
    """A reference to a person. Postgres itself deletes the row with the account, or forgets who it was.

    The constraint is made by ``accounts.operations.PartOfPerson`` in the migration.
    """

    def __init__(self, to: Any = User, on_delete: Any = models.DO_NOTHING, **kwargs: Any) -> None:
        super().__init__(to, on_delete, **{**kwargs, "db_constraint": False})


class Authenticator(TimestampMixin, ThrottlingMixin, Device):
    """A person's authenticator app (TOTP), with its seed sealed.

    One a person, so that "the code from your app" never needs a choice of device.
    """

    TOLERANCE = 1
    MAX_COUNTED_FAILURES = 9  # 2 ** 8 seconds: the wait grows to four minutes and no further

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = PersonField(related_name="+")
    seed = models.BinaryField()
    last_t = models.BigIntegerField(default=-1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], name="one_authenticator_for_a_person"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def persistent_id(self) -> str:
        """django-otp reads the part after the slash with ``int()``."""
        return f"{self.model_label()}/{self.id.int}"

    @property
    def place(self) -> str:
        return f"accounts_authenticator.seed:{self.id}"

    def set_seed(self, secret: str) -> None:
        """Seal a seed given in hexadecimal."""
        self.seed = seal(PLATFORM, secret, place=self.place)

    def key(self) -> bytes:
        """The seed as bytes, for computing codes and for showing it once at setup."""
        return bytes.fromhex(unseal(PLATFORM, bytes(self.seed), place=self.place))

    def get_throttle_factor(self) -> int:
        return 1

    def throttle_increment(self, commit: bool = True) -> None:
        super().throttle_increment(commit=False)
        counted: int = self.throttling_failure_count  # type: ignore[has-type]
        self.throttling_failure_count = min(counted, self.MAX_COUNTED_FAILURES)
        if commit:
            self.save(update_fields=["throttling_failure_count", "throttling_failure_timestamp"])

    def verify_token(self, token: Any) -> bool:
        """Accept each time step's code once. Call it with the row locked (``two_step.verify_code``)."""
        allowed, _reason = self.verify_is_allowed()
        if not allowed or not _is_code(token):
            return False
        totp = TOTP(self.key())
        totp.time = time.time()
        if not totp.verify(int(token), tolerance=self.TOLERANCE, min_t=self.last_t + 1):
            self.throttle_increment()
            return False
        self.last_t = totp.t()
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True


def _is_code(token: Any) -> bool:
    return isinstance(token, str) and len(token) == 6 and token.isascii() and token.isdigit()


class PlatformRole(ControlModel):
    """What somebody does for the platform itself; given by ``manage.py platform_role``."""

    class Role(models.TextChoices):
        PRIVACY_OFFICER = "privacy_officer", _("Privacy officer of the platform")
        SUPPORT = "support", _("Support of the platform")

    user = PersonField(related_name="platform_roles")
    role = models.CharField(max_length=16, choices=Role)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="platform_role_once_for_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"


class RecoveryCode(ControlModel):
    """One way in without the app. The row goes when the code is used."""

    user = PersonField(related_name="recovery_codes")
    code_hash = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once_for_a_person"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class TermsAcceptance(ControlModel):
    """That a person agreed to a text, and to which exact bytes."""

    user = PersonField(related_name="acceptances")
    document = models.CharField(max_length=32)
    version = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=2, choices=Language)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "document", "version", "language"], name="text_accepted_once_by_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.version}"


class LegalPublication(ControlModel):
    """That a version of a text was announced, and from when it counts. Never changed, never deleted."""

    kind = models.CharField(max_length=32)
    version = models.CharField(max_length=16)
    #: The hash of each language's file: {"nl": …, "en": …, "fr": …}.
    sha256 = models.JSONField()
    #: Whether it changes something that matters, so that people are told ahead.
    material = models.BooleanField()
    published_at = models.DateTimeField()
    notice_started_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="text_published_once"),
            models.UniqueConstraint(fields=["kind", "effective_at"], name="one_text_takes_effect_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(material=False)
                | models.Q(effective_at__gte=models.F("notice_started_at") + timedelta(days=14)),
                name="what_matters_is_announced_14_days_ahead",
            ),
            models.CheckConstraint(
                condition=models.Q(material=False) | models.Q(notice_started_at__isnull=False),
                name="what_matters_is_announced",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class LegalNotice(ControlModel):
    """That a person was written to about a version of a text."""

    publication = models.ForeignKey(LegalPublication, on_delete=models.PROTECT, related_name="notices")
    user = PersonField(related_name="+")
    mail_id = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "user"], name="one_notice_to_a_person"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Ticket(ControlModel):
    """What a link in a mail stands for: its token is kept as a hash, and it ends.

    The token is made by the errand that writes the mail, so a row without a hash has no link yet.
    """

    token_hash = models.BinaryField(null=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    purge_after = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)


class TicketQuerySet(models.QuerySet[Any]):
    def usable(self) -> Self:
        return self.filter(expires_at__gt=timezone.now())


class PendingSignUp(Ticket):
    """Someone who asked for an account and has yet to prove the address. It is not an account.

    ``next_path`` is blanked once the mail is written: it may lead to an invitation.
    """

    email = models.CharField(max_length=MAX_EMAIL_LENGTH)
    name = models.CharField(max_length=100)
    password = models.CharField(max_length=128)
    language = models.CharField(max_length=2, choices=Language)
    terms_version = models.CharField(max_length=32)
    terms_sha256 = models.CharField(max_length=64)
    next_path = models.CharField(max_length=1000, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["purge_after"], name="accounts_pending_purge"),
            models.Index(fields=["email"], name="accounts_pending_email"),
        ]


class PasswordReset(Ticket):
    """A wish to choose a new password. The address is blanked once the mail is written."""

    email = models.CharField(max_length=MAX_EMAIL_LENGTH)
    user = PersonField(related_name="+", null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["purge_after"], name="accounts_reset_purge")]


class EmailChange(Ticket):
    """A wish to be known by another address, which has yet to be proved."""

    user = PersonField(related_name="+")
    new_email = models.CharField(max_length=MAX_EMAIL_LENGTH)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["purge_after"], name="accounts_change_purge")]


class LostFactor(Ticket):
    """A wish to sign in without the second factor, by someone who lost the app and the codes.

    The mailed link begins a wait, which ends at ``due_at``; until then whoever has the other link, the
    one that stops it, can delete the row.
    """

    user = PersonField(related_name="+")
    due_at = models.DateTimeField(null=True)
    stop_hash = models.BinaryField(null=True, unique=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], name="one_lost_factor_for_a_person"),
        ]
        indexes = [models.Index(fields=["purge_after"], name="accounts_lost_purge")]


class ThrottleLane(ControlModel):
    """Tries counted under a keyed hash of an account, an address or a device: nothing in clear."""

    key = models.BinaryField(unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_failure_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["purge_after"], name="accounts_lane_purge")]

    def __str__(self) -> str:
        return str(self.id)
