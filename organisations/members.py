"""Who belongs to an organisation, and as what. All verbs run inside its tenant transaction."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.links import absolute
from audit import events
from delivery.mail import send_account_mail
from organisations.agreements import note_leaving
from organisations.models import Membership, Organisation, OwnershipOffer
from organisations.permissions import GUARDED_ROLES, Permission, Role


class NotAllowed(ValidationError):
    """The person may not do this, or may no longer."""


class LastOwner(ValidationError):
    """It would leave the organisation without an owner."""


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Membership) -> Membership:
    """Give a member another role and tell them. The last owner stays owner."""
    lock_members(membership.organisation_id)
    actor, member = fresh_actor(by), _fresh(membership)
    _require_owner_for(actor, member.role, role)
    if member.role == role:
        return member
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    _require_an_owner(member.organisation_id)
    _record("member.role_changed", member, by=actor, detail={"before": before, "after": str(role)})
    with override(member.user.language):
        _tell(member, "organisation_role_changed", {"role": str(role.label)})
    return member


@transaction.atomic
def remove_member(*, membership: Membership, by: Membership) -> None:
    """End somebody's membership and tell them. Their account and other memberships stay."""
    lock_members(membership.organisation_id)
    actor, member = fresh_actor(by), _fresh(membership)
    _require_owner_for(actor, member.role)
    _end(member)
    _record("member.removed", member, by=actor, detail={"role": member.role})
    _tell(member, "organisation_member_removed", {})


@transaction.atomic
def leave(*, membership: Membership) -> None:
    """End one's own membership. The last owner must hand over first."""
    lock_members(membership.organisation_id)
    member = _fresh(membership)
    _end(member)
    _record("member.left", member, by=member, detail={"role": member.role})


def lock_members(organisation_id: UUID) -> Organisation:
    """Make changes to an organisation's team wait for each other until the transaction ends.

    Two owners who remove each other at the same moment would otherwise both succeed. Rows that refer to the
    organisation can be written meanwhile: whoever holds its account writes such, and who counts a seat waits
    for the account under this lock, so that each would wait for the other.
    """
    return Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=organisation_id)


def fresh_actor(by: Membership) -> Membership:
    """Who acts, as they are now that the lock is held: their right may have gone meanwhile."""
    actor = Membership.objects.filter(pk=by.pk, organisation_id=by.organisation_id).first()
    if actor is None or not actor.may(Permission.MEMBERS_MANAGE):
        raise NotAllowed(_("Your role no longer lets you manage the team."), code="not_allowed")
    return actor


def require_owner(actor: Membership) -> None:
    if not actor.is_owner:
        raise NotAllowed(_("Only an owner can make or remove owners and administrators."), code="not_owner")


def _require_owner_for(actor: Membership, *roles: str) -> None:
    if GUARDED_ROLES.intersection(roles):
        require_owner(actor)


def _fresh(membership: Membership) -> Membership:
    found = Membership.objects.select_related("user", "organisation").filter(pk=membership.pk).first()
    if found is None:
        raise NotAllowed(_("This person is no longer in the team."), code="gone")
    return found


def _end(member: Membership) -> None:
    Membership.objects.filter(pk=member.pk).delete()
    # An open offer by or to them is worth nothing, but would be again if they came back.
    offers = OwnershipOffer.objects.filter(organisation_id=member.organisation_id)
    offers.filter(Q(to_id=member.user_id) | Q(offered_by_id=member.user_id)).delete()
    _require_an_owner(member.organisation_id)
    note_leaving(member.user_id)


def _require_an_owner(organisation_id: UUID) -> None:
    """Called after the change: raising undoes it."""
    if not Membership.objects.filter(organisation_id=organisation_id, role=Role.OWNER).exists():
        raise LastOwner(
            _("An organisation needs an owner. Make somebody else owner first."), code="last_owner"
        )


def _record(action: str, member: Membership, *, by: Membership, detail: dict[str, str | int | bool]) -> None:
    events.record(
        action, actor_id=by.user_id, kind="membership", object_id=member.id, detail=detail, evidence=True
    )


def _tell(member: Membership, template: str, context: dict[str, str]) -> None:
    send_account_mail(
        user_id=member.user_id,
        to=member.user.email,
        template=template,
        context={
            "name": member.user.name,
            "organisation": member.organisation.name,
            "url": absolute("organisations:home"),
            **context,
        },
        language=member.user.language,
    )
