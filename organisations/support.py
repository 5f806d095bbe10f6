"""Support looks in only when the organisation lets it, for a while, and everything it reads is on record.

Support asks with a reason; an owner or administrator grants it, to look or to change as well, for an hour or
at most four, and ends it whenever they like (promises C2, D10). Without a live grant an organisation does not
exist for support, as for every other stranger. There is no other way in (C15).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.links import absolute
from accounts.models import PlatformRole, User
from accounts.platform import has_role
from audit import events
from audit.models import AccessEvent
from delivery.jobs import JobCall, enqueue, handler
from delivery.mail import send_account_mail
from organisations.models import Membership, Organisation, SupportGrant
from organisations.permissions import Permission, roles_with

LONGEST = timedelta(hours=4)
#: A wish that nobody answered.
WAITS = timedelta(days=7)
READ = "support.read"

_TO_LOOK = frozenset(
    {
        Permission.ORGANISATION_VIEW,
        Permission.CONFIGURATORS_VIEW,
        Permission.LEADS_VIEW,
    }
)
_TO_CHANGE = _TO_LOOK | {Permission.CONFIGURATORS_EDIT}


class NotGrantable(ValueError):
    """It was answered, withdrawn or left to lie before, or the time asked for is too long."""


@dataclass(frozen=True, slots=True)
class SupportVisit:
    """Stands where a membership stands, for somebody who belongs elsewhere."""

    organisation: Organisation
    user: User
    grant: SupportGrant

    role = "support"
    is_owner = False
    is_guarded = True
    pk = None
    id = None

    @property
    def permissions(self) -> frozenset[Permission]:
        return _TO_CHANGE if self.grant.may_change else _TO_LOOK

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def get_role_display(self) -> Promise:
        return _("Support")


def visit_of(user: User, slug: str) -> SupportVisit | None:
    """The live grant by which somebody of support is in an organisation, or None."""
    if not has_role(user, PlatformRole.Role.SUPPORT):
        return None
    found = live(asked_by=user).filter(
        organisation__slug=slug, organisation__lifecycle=Organisation.Lifecycle.ACTIVE
    )
    grant = found.select_related("organisation").first()
    return SupportVisit(grant.organisation, user, grant) if grant else None


def live(**who: Any) -> QuerySet[SupportGrant]:
    """Grants in force now."""
    now = timezone.now()
    return SupportGrant.objects.filter(starts_at__lte=now, ends_at__gt=now, ended_at=None, **who)


def waiting(organisation: Organisation) -> QuerySet[SupportGrant]:
    """Wishes that nobody has answered yet."""
    return SupportGrant.objects.filter(
        organisation=organisation, starts_at=None, ended_at=None, asked_at__gt=timezone.now() - WAITS
    ).select_related("asked_by")


def ask(*, organisation: Organisation, by: User, reason: str, may_change: bool) -> SupportGrant:
    """Ask the organisation; whoever may grant it gets a mail. One wish at a time: the last one counts."""
    with transaction.atomic():
        SupportGrant.objects.filter(organisation=organisation, asked_by=by, starts_at=None).delete()
        now = timezone.now()
        grant = SupportGrant.objects.create(
            organisation=organisation,
            asked_by=by,
            reason=reason,
            may_change=may_change,
            asked_at=now,
            purge_after=now + SupportGrant.KEPT,
        )
        for member in _who_may_grant(organisation):
            _tell(member.user, "support_asked", grant)
    return grant


def grant(
    wish: SupportGrant, *, by: Membership, hours: int, may_change: bool, unmasked: bool
) -> SupportGrant:
    """Let support in from now on, in the current organisation's transaction. Raises NotGrantable."""
    found = SupportGrant.objects.select_for_update().get(pk=wish.pk)
    now = timezone.now()
    if found.starts_at or found.ended_at or found.asked_at <= now - WAITS or not 1 <= hours <= 4:
        raise NotGrantable("There is nothing to grant.")
    found.granted_by, found.starts_at, found.ends_at = by.user_id, now, now + timedelta(hours=hours)
    found.may_change, found.unmasked = may_change and found.may_change, unmasked
    found.save()
    _record("support.granted", found, actor=by.user_id, hours=hours)
    _tell(found.asked_by, "support_granted", found)
    enqueue(
        "organisations.end_support",
        organisation_id=found.organisation_id,
        ids={"grant": str(found.pk)},
        due_at=found.ends_at,
    )
    return found


def end(found: SupportGrant, *, by: UUID | None) -> None:
    """End it now: the next page that support asks for does not exist. Refusing a wish is ending it."""
    now = timezone.now()
    if SupportGrant.objects.filter(pk=found.pk, ended_at=None).update(ended_at=now):
        _record("support.ended" if found.starts_at else "support.refused", found, actor=by)


@handler("organisations.end_support")
def end_support(call: JobCall) -> None:
    """When the time is over: say so, and tell who granted it what was read."""
    found = SupportGrant.objects.filter(pk=call.ids["grant"]).first()
    if found is None or found.granted_by is None:
        return
    end(found, by=None)
    if person := User.objects.filter(pk=found.granted_by).first():
        _tell(person, "support_ended", found, pages=pages_read(found))


def pages_read(found: SupportGrant) -> int:
    """How many pages support has read under a grant, in the current organisation."""
    return AccessEvent.objects.filter(action=READ, object_id=found.pk).count()


def record_read(visit: SupportVisit, page: str) -> None:
    """One page, in the customer's own record."""
    events.record(
        READ, actor_id=visit.user.pk, kind="support_grant", object_id=visit.grant.pk, detail={"page": page}
    )


def _who_may_grant(organisation: Organisation) -> list[Membership]:
    roles = roles_with(Permission.SUPPORT_GRANT)
    return list(organisation.memberships.filter(role__in=roles).select_related("user"))


def _record(action: str, found: SupportGrant, *, actor: UUID | None, **detail: int) -> None:
    events.record(
        action,
        actor_id=actor,
        kind="support_grant",
        object_id=found.pk,
        detail={"change": found.may_change, "unmasked": found.unmasked, **detail},
        evidence=True,
    )


def _tell(person: User, template: str, found: SupportGrant, **more: Any) -> None:
    page = "platform:support" if person.pk == found.asked_by_id else "organisations:support"
    slug = [] if page == "platform:support" else [found.organisation.slug]
    send_account_mail(
        user_id=person.pk,
        to=person.email,
        template=template,
        context={
            "name": person.name,
            "organisation": found.organisation.name,
            "grant": found,
            "url": absolute(page, *slug),
            **more,
        },
        language=person.language,
    )


def grants_of(organisation: Organisation) -> QuerySet[SupportGrant]:
    """What was granted or refused lately, newest first."""
    answered = Q(starts_at__isnull=False) | Q(ended_at__isnull=False)
    return SupportGrant.objects.filter(answered, organisation=organisation).select_related("asked_by")


def newest_first(grants: QuerySet[SupportGrant], *, most: int) -> list[SupportGrant]:
    return list(grants.order_by("-asked_at")[:most])
