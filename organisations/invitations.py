"""Asking somebody to join, by mail to an address that they have to prove is theirs."""

import hashlib
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.links import absolute
from accounts.models import User
from audit import events
from delivery.mail import send_account_mail
from organisations.agreements import redate_people
from organisations.allowances import no_room, require_room
from organisations.members import fresh_actor, lock_members, require_owner
from organisations.models import Invitation, Membership, Organisation
from organisations.permissions import GUARDED_ROLES, Role
from tenancy.context import tenant
from tenancy.encryption import normalise_email
from tenancy.ids import random_key

VALID_FOR = timedelta(days=7)
SHOWN_AFTERWARDS = timedelta(days=30)
RESEND_PAUSE = timedelta(minutes=5)
MAX_OPEN = 100
_TOKEN_LENGTH = 32


class InvitationRefused(ValidationError):
    """The invitation cannot be sent; the message says why."""


class InvitationUnusable(LookupError):
    """Unknown, used, withdrawn, expired, or meant for another address: nobody is told which."""


@transaction.atomic
def invite(*, organisation: Organisation, email: str, role: Role, by: Membership) -> Invitation:
    """Send an invitation to an address. Whether that address has an account makes no difference.

    Runs inside the organisation's tenant transaction.
    """
    lock_members(organisation.id)
    actor = fresh_actor(by)
    if role in GUARDED_ROLES:
        require_owner(actor)
    address = normalise_email(email)
    _refuse_superfluous(organisation, address)
    invitation = Invitation(organisation=organisation, email=address, role=role, invited_by_id=actor.user_id)
    token = _renew(invitation)
    invitation.save(force_insert=True)
    _record("invitation.sent", invitation, actor)
    _send(invitation, token, actor.user)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Membership) -> Invitation:
    """Send it again with a new link and seven new days; the earlier link stops working."""
    lock_members(invitation.organisation_id)
    actor, found = fresh_actor(by), _fresh(invitation)
    if found.role in GUARDED_ROLES:
        require_owner(actor)
    if timezone.now() < found.sent_at + RESEND_PAUSE:
        raise InvitationRefused(
            _("This invitation was sent a moment ago. Wait five minutes."), code="too_soon"
        )
    token = _renew(found)
    found.invited_by_id = actor.user_id
    found.save()
    _record("invitation.resent", found, actor)
    _send(found, token, actor.user)
    return found


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Membership) -> None:
    """Make the link useless and forget the address."""
    lock_members(invitation.organisation_id)
    actor, found = fresh_actor(by), _fresh(invitation)
    if found.role in GUARDED_ROLES:
        require_owner(actor)
    _record("invitation.withdrawn", found, actor)
    found.delete()


def find_by_token(token: str) -> Invitation:
    """The open invitation that a link stands for. Raises InvitationUnusable."""
    found = Invitation.objects.open_at(timezone.now()).filter(token_hash=_hash(token)).first()
    if found is None:
        raise InvitationUnusable
    return found


def invitations_for(user: User) -> list[Invitation]:
    """The open invitations to the address that the user has proven to be theirs."""
    if user.email_verified_at is None:
        return []
    found = Invitation.objects.open_at(timezone.now()).filter(email=normalise_email(user.email))
    return list(found.order_by("sent_at"))


def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Make the user a member and use the invitation up, in a tenant transaction of its own.

    Whoever is a member already keeps the role they have. Raises InvitationUnusable, and NoRoom while the team
    is as large as it may be: the invitation then stays open.
    """
    if user.email_verified_at is None or normalise_email(user.email) != invitation.email:
        raise InvitationUnusable
    with tenant(invitation.organisation_id):
        lock_members(invitation.organisation_id)
        found = Invitation.objects.open_at(timezone.now()).filter(pk=invitation.pk).first()
        if found is None or found.token_hash != invitation.token_hash:
            raise InvitationUnusable
        team = Membership.objects.filter(organisation_id=found.organisation_id)
        if not team.filter(user=user).exists():
            require_room(found.organisation_id, "seats", count=team.count)
        membership, is_new = Membership.objects.get_or_create(
            organisation_id=found.organisation_id, user=user, defaults={"role": found.role}
        )
        redate_people([user.id])
        events.record(
            "invitation.accepted",
            actor_id=user.id,
            kind="membership",
            object_id=membership.id,
            detail={"invitation": str(found.id), "role": membership.role, "new": is_new},
            evidence=True,
        )
        found.delete()
    return membership


def full_team(organisation: Organisation) -> str:
    """Why nobody could join at this moment; empty where somebody could."""
    team = Membership.objects.filter(organisation=organisation)
    return no_room(organisation.pk, "seats", count=team.count)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _renew(invitation: Invitation) -> str:
    """Give the invitation a new token and period. Only the token's hash is kept."""
    token = random_key(_TOKEN_LENGTH)
    invitation.token_hash = _hash(token)
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + VALID_FOR
    invitation.purge_after = invitation.expires_at + SHOWN_AFTERWARDS
    return token


def _refuse_superfluous(organisation: Organisation, address: str) -> None:
    if Membership.objects.filter(organisation=organisation, user__email=address).exists():
        raise InvitationRefused(_("This person is already in the team."), code="member")
    if Invitation.objects.filter(organisation=organisation, email=address).exists():
        raise InvitationRefused(
            _("This address has been invited already. Send that invitation again instead."), code="invited"
        )
    if Invitation.objects.filter(organisation=organisation).count() >= MAX_OPEN:
        raise InvitationRefused(
            _("There are already %(count)d invitations open. Withdraw some first.") % {"count": MAX_OPEN},
            code="too_many",
        )


def _fresh(invitation: Invitation) -> Invitation:
    found = Invitation.objects.select_related("organisation").filter(pk=invitation.pk).first()
    if found is None:
        raise InvitationRefused(_("This invitation has been used or withdrawn meanwhile."), code="gone")
    return found


def _record(action: str, invitation: Invitation, actor: Membership) -> None:
    events.record(
        action,
        actor_id=actor.user_id,
        kind="invitation",
        object_id=invitation.id,
        detail={"role": str(invitation.role)},
        evidence=True,
    )


def _send(invitation: Invitation, token: str, inviter: User) -> None:
    language = invitation.organisation.language
    with override(language):
        role = str(Role(invitation.role).label)
    send_account_mail(
        user_id=None,
        to=invitation.email,
        template="organisation_invitation",
        context={
            "organisation": invitation.organisation.name,
            "inviter": inviter.name,
            "role": role,
            "days": VALID_FOR.days,
            "url": absolute("organisations:accept-invitation", token),
        },
        language=language,
    )
