"""Whose data it is: the organisation, who belongs to it, and who has been asked to."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import PersonField
from organisations.accents import COLOURS, Accent
from organisations.permissions import (
    GUARDED_ROLES,
    INVITABLE_ROLES,
    Permission,
    Role,
    permissions_of,
    roles_with,
)
from organisations.text import one_plain_line
from organisations.web_addresses import public_web_address
from tenancy.encryption import seal, unseal
from tenancy.keys import PLATFORM
from tenancy.models import ControlModel

MAX_RETENTION_DAYS = 3650


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def active(self) -> Self:
        return self.filter(lifecycle=Organisation.Lifecycle.ACTIVE)


class Organisation(ControlModel):
    """A business with configurators and leads of its own; everything under one tenant."""

    class Lifecycle(models.TextChoices):
        ACTIVE = "active", _("Active")
        DEACTIVATED = "deactivated", _("Deactivated")
        PURGING = "purging", _("Purging")
        PURGED = "purged", _("Purged")
        CLOSED = "closed", _("Closed")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120, validators=[one_plain_line])
    country = models.CharField(_("country"), max_length=2)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    currency = models.CharField(_("currency"), max_length=3)
    accent = models.CharField(_("brand colour"), max_length=16, choices=Accent, default=Accent.PINE)

    controller_name = models.CharField(
        _("legal name"), max_length=200, blank=True, validators=[one_plain_line]
    )
    controller_address = models.TextField(_("postal address"), max_length=500, blank=True)
    controller_email = models.EmailField(
        _("e-mail address for privacy questions"), max_length=254, blank=True
    )
    privacy_policy_url = models.URLField(
        _("address of your privacy policy"),
        max_length=500,
        blank=True,
        validators=[
            URLValidator(schemes=["https"], message=_("Enter an address that begins with https://.")),
            public_web_address,
        ],
    )
    lead_retention_days = models.PositiveIntegerField(
        _("days that requests are kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_RETENTION_DAYS)],
    )
    notification_email = models.EmailField(_("e-mail address for new requests"), max_length=254, blank=True)
    embed_domains = models.JSONField(_("sites with your configurators"), default=list, blank=True)
    require_two_step = models.BooleanField(_("two-step sign-in for everyone"), default=False)

    lifecycle = models.CharField(max_length=16, choices=Lifecycle, default=Lifecycle.ACTIVE, editable=False)
    deactivated_at = models.DateTimeField(null=True, editable=False)
    #: Until when a deactivated organisation can come back; then everything in it is deleted.
    restorable_until = models.DateTimeField(null=True, editable=False)
    terminated_at = models.DateTimeField(null=True, editable=False)
    #: While the platform has suspended it; why stands in its ``Suspension``.
    suspended_at = models.DateTimeField(null=True, editable=False)
    #: When what may be a person's in this row is blanked; the row itself stays.
    blank_after = models.DateTimeField(null=True, editable=False)
    created_by = PersonField(null=True, editable=False, related_name="founded_organisations")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: Moves with every change, so that public pages in many processes learn that they are stale.
    changed_at = models.DateTimeField(auto_now=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(lifecycle="deactivated") | Q(restorable_until__isnull=False),
                name="who_has_left_knows_until_when_to_come_back",
            ),
            models.CheckConstraint(
                condition=Q(lead_retention_days__isnull=True)
                | Q(lead_retention_days__range=(1, MAX_RETENTION_DAYS)),
                name="leads_are_kept_one_day_to_ten_years",
            ),
        ]
        indexes = [
            models.Index(fields=["changed_at"], name="organisation_by_change"),
            models.Index(fields=["blank_after"], name="organisation_by_blanking"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def accent_colour(self) -> str:
        """The brand colour as CSS writes it."""
        return COLOURS.get(self.accent, COLOURS[Accent.PINE])

    @property
    def missing_before_publishing(self) -> list[str]:
        """The fields that a configurator's notice to visitors needs and that are still empty.

        Nobody may be asked for their data before they can read who wants it, why, and for how long.
        """
        needed = (
            "controller_name",
            "controller_address",
            "controller_email",
            "privacy_policy_url",
            "lead_retention_days",
        )
        return [name for name in needed if not getattr(self, name)]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def owners(self) -> Self:
        return self.filter(role=Role.OWNER).select_related("user").order_by("user__name", "id")

    def with_people(self) -> Self:
        """Members with their accounts, owners first, then by name."""
        order = Case(
            *(When(role=role, then=place) for place, role in enumerate(Role)),
            default=len(Role),
            output_field=models.IntegerField(),
        )
        return self.select_related("user").order_by(order, "user__name", "id")

    def left(self) -> Self:
        """Memberships of owners in organisations that are deactivated and can still come back."""
        return (
            self.filter(role=Role.OWNER, organisation__lifecycle=Organisation.Lifecycle.DEACTIVATED)
            .select_related("organisation")
            .order_by("organisation__name", "id")
        )

    def in_use(self) -> Self:
        """Memberships of organisations that one can enter, by the organisation's name."""
        return (
            self.filter(organisation__lifecycle=Organisation.Lifecycle.ACTIVE)
            .select_related("organisation")
            .order_by("organisation__name", "id")
        )


class Membership(ControlModel):
    """Somebody's place in one organisation."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    user = PersonField(related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="one_membership_per_person"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_has_a_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.role)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER

    @property
    def is_guarded(self) -> bool:
        """Whether the role needs a second factor, and an owner to change it."""
        return self.role in GUARDED_ROLES


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open_at(self, moment: datetime) -> Self:
        """Invitations that can still be accepted."""
        return (
            self.with_standing()
            .filter(
                inviter_may=True,
                expires_at__gt=moment,
                organisation__lifecycle=Organisation.Lifecycle.ACTIVE,
            )
            .select_related("organisation")
        )

    def with_standing(self) -> Self:
        """Each with ``inviter_may``: whether who sent it could send it today.

        An invitation lasts no longer than the right to invite: somebody who is sent away may have
        left a door open for themselves.
        """
        inviter = Membership.objects.filter(
            organisation=OuterRef("organisation"), user=OuterRef("invited_by"), user__is_active=True
        )
        return self.annotate(
            inviter_may=Case(
                When(role__in=list(GUARDED_ROLES), then=Exists(inviter.filter(role=Role.OWNER))),
                default=Exists(inviter.filter(role__in=roles_with(Permission.MEMBERS_MANAGE))),
                output_field=models.BooleanField(),
            )
        )


class Invitation(ControlModel):
    """A role offered to whoever reads mail at an address.

    The row goes when the invitation is accepted or withdrawn, so a token works once. One that nobody
    used stays in sight for 30 days after it expired, to be sent again.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", db_index=False
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    role = models.CharField(
        _("role"), max_length=16, choices=[(role.value, role.label) for role in INVITABLE_ROLES]
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = PersonField(null=True, editable=False, related_name="+")
    sent_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    purge_after = models.DateTimeField(editable=False, db_index=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "email"], name="one_invitation_per_address"),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in INVITABLE_ROLES]),
                name="invitation_offers_a_role_by_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} until {self.expires_at:%Y-%m-%d}"

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class OwnershipOffer(ControlModel):
    """Ownership offered to a member, who accepts or declines. The row goes with the answer, or when it ends.

    ``afterwards``: what whoever offers becomes once it is accepted.
    """

    VALID_FOR = timedelta(days=7)

    class Afterwards(models.TextChoices):
        OWNER = Role.OWNER.value, _("Stay owner, beside the other")
        ADMIN = Role.ADMIN.value, Role.ADMIN.label
        EDITOR = Role.EDITOR.value, Role.EDITOR.label
        SALES = Role.SALES.value, Role.SALES.label
        BILLING = Role.BILLING.value, Role.BILLING.label
        PRIVACY_OFFICER = Role.PRIVACY_OFFICER.value, Role.PRIVACY_OFFICER.label
        LEAVES = "leaves", _("Leave the organisation")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="ownership_offers", db_index=False
    )
    offered_by = PersonField(editable=False, related_name="+")
    to = PersonField(related_name="+")
    afterwards = models.CharField(max_length=16, choices=Afterwards)
    offered_at = models.DateTimeField(editable=False)
    purge_after = models.DateTimeField(editable=False, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="one_offer_of_ownership_at_a_time"),
            models.CheckConstraint(
                condition=~Q(to=F("offered_by")), name="ownership_is_offered_to_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"until {self.purge_after:%Y-%m-%d}"

    @property
    def keeps_owner(self) -> bool:
        return self.afterwards == self.Afterwards.OWNER


class Agreement(ControlModel):
    """That somebody agreed to a contract for an organisation, and to which exact bytes.

    Never changed, never deleted (H4): the database lets the product add and read. ``user_id`` is no
    reference: an agreement outlives the account of who made it.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="agreements", db_index=False
    )
    document = models.CharField(max_length=32)
    version = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    user_id = models.UUIDField()
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "document", "version"], name="one_agreement_to_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.version}"


class SupportGrant(ControlModel):
    """That support of the platform asked to look into an organisation, and what the organisation answered.

    Known before the organisation is entered, and in force from ``starts_at`` to ``ends_at`` or ``ended_at``.
    """

    KEPT = timedelta(days=730)

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="support_grants", db_index=False
    )
    asked_by = PersonField(related_name="+")
    reason = models.CharField(_("reason"), max_length=300, validators=[one_plain_line])
    may_change = models.BooleanField(_("change things as well"), default=False)
    #: Whether names, addresses and texts of people are readable; else only their shape is.
    unmasked = models.BooleanField(_("see names and addresses"), default=False)
    asked_at = models.DateTimeField()
    granted_by = models.UUIDField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__lte=F("starts_at") + timedelta(hours=4)),
                name="support_is_let_in_for_four_hours_at_most",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-asked_at"], name="support_by_organisation"),
            models.Index(fields=["purge_after"], name="support_by_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_live(self) -> bool:
        now = timezone.now()
        return bool(
            self.starts_at and self.ends_at and self.starts_at <= now < self.ends_at and not self.ended_at
        )


class Suspension(ControlModel):
    """That the platform suspended an organisation, why, and what came of the appeal. Nothing is deleted.

    What it says follows the statement of reasons of Art. 17 of Regulation (EU) 2022/2065 (DSA), the appeal
    its Art. 20: free, by text, answered by a person. Texts are sealed: somebody may be named in them.
    """

    KEPT = timedelta(days=730)
    ANSWERED_WITHIN = timedelta(days=14)

    class Reason(models.TextChoices):
        DECEIVED = "deceived", _("Visitors are misled about who asks for their data, or what for")
        UNLAWFUL = "unlawful", _("What is offered or asked is against the law")
        ABUSED = "abused", _("Pages are used for fraud, phishing or unwanted mail")
        ENDANGERED = "endangered", _("The organisation endangers the service or others who use it")
        TERMS = "terms", _("Our terms are broken in another way")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="suspensions", db_index=False
    )
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    explanation = models.BinaryField()
    suspended_by = models.UUIDField(null=True)
    suspended_at = models.DateTimeField()
    appeal = models.BinaryField(default=b"")
    appealed_by = models.UUIDField(null=True)
    appealed_at = models.DateTimeField(null=True)
    answer = models.BinaryField(default=b"")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ended_at=None), name="one_suspension_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-suspended_at"], name="suspension_by_organisation"),
            models.Index(fields=["purge_after"], name="suspension_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.suspended_at:%Y-%m-%d}"

    def write(self, part: str, text: str) -> None:
        """Seal a text into one of its columns; the caller saves."""
        setattr(self, part, seal(PLATFORM, text, place=self._place(part)))

    def words(self, part: str) -> str:
        sealed = bytes(getattr(self, part))
        return unseal(PLATFORM, sealed, place=self._place(part)) if sealed else ""

    def _place(self, part: str) -> str:
        return f"organisations_suspension.{part}:{self.pk}"

    @property
    def explanation_text(self) -> str:
        return self.words("explanation")

    @property
    def appeal_text(self) -> str:
        return self.words("appeal")

    @property
    def answer_text(self) -> str:
        return self.words("answer")

    @property
    def answer_due_at(self) -> datetime | None:
        return self.appealed_at + self.ANSWERED_WITHIN if self.appealed_at else None

    @property
    def waits_for_an_answer(self) -> bool:
        return bool(self.appealed_at) and not self.answered_at and not self.ended_at

    @property
    def is_late(self) -> bool:
        due = self.answer_due_at
        return self.waits_for_an_answer and due is not None and due < timezone.now()


class ApiScope(models.TextChoices):
    """One thing that a program with a key may do."""

    LEADS_READ = "leads:read", _("Read requests")
    NOTICES = "notices", _("Read whom to erase or correct, and confirm it")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def living(self) -> Self:
        """Keys that open something now."""
        return self.filter(
            revoked_at=None,
            expires_at__gt=timezone.now(),
            organisation__lifecycle=Organisation.Lifecycle.ACTIVE,
        )


class ApiKey(ControlModel):
    """What a program of an organisation shows to read its data. Kept when it has ended: it had data."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.BinaryField(max_length=32)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.prefix

    @property
    def scope_labels(self) -> list[str]:
        return [str(ApiScope(scope).label) for scope in self.scopes]
