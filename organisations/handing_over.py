"""Handing over an organisation, by two people: an owner offers, a member accepts. Neither can do it alone.

Whoever is to be owner knows what they take on, and has the second factor that owners must have. The offer
lasts a week, can be withdrawn and declined, and is the only one. Nobody joins by it, so no seat is counted.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.links import absolute
from accounts.models import User
from audit import events
from delivery.jobs import JobCall, enqueue, handler
from delivery.mail import send_account_mail
from organisations.members import change_role, fresh_actor, leave, lock_members, require_owner
from organisations.models import Membership, Organisation, OwnershipOffer
from organisations.permissions import Role
from organisations.signals import bill_readers_asked


class OfferRefused(ValidationError):
    """It cannot be offered, or no longer be answered; the message says why."""


class NeedsSecondStep(Exception):
    """Owners have two-step sign-in; this person sets it up first."""


def open_offer(organisation: Organisation, at: datetime | None = None) -> OwnershipOffer | None:
    """The offer that can still be answered."""
    found = OwnershipOffer.objects.filter(organisation=organisation, purge_after__gt=at or timezone.now())
    return found.select_related("offered_by", "to", "organisation").first()


@transaction.atomic
def offer_ownership(*, to: Membership, afterwards: str, by: Membership) -> OwnershipOffer:
    """Ask a member to become owner, and tell all owners. Runs inside the organisation's transaction."""
    organisation = lock_members(by.organisation_id)
    actor = fresh_actor(by)
    require_owner(actor)
    _refuse_superfluous(organisation, to, actor)
    OwnershipOffer.objects.filter(organisation=organisation).delete()  # one that ended, and was not swept yet
    now = timezone.now()
    offer = OwnershipOffer.objects.create(
        organisation=organisation,
        offered_by=actor.user,
        to=to.user,
        afterwards=afterwards,
        offered_at=now,
        purge_after=now + OwnershipOffer.VALID_FOR,
    )
    _record("ownership.offered", offer, by=actor)
    _tell([to.user], "organisation_ownership_offered", offer)
    _tell(_owners(organisation), "organisation_ownership_open", offer)
    enqueue(
        "organisations.offer_ended",
        organisation_id=organisation.pk,
        ids={"offer": str(offer.pk)},
        due_at=offer.purge_after,
    )
    return offer


@transaction.atomic
def withdraw_offer(*, offer: OwnershipOffer, by: Membership) -> None:
    """Take it back, as any owner may, and tell whoever was asked."""
    lock_members(offer.organisation_id)
    actor, found = fresh_actor(by), _fresh(offer)
    require_owner(actor)
    _record("ownership.withdrawn", found, by=actor)
    _tell([found.to], "organisation_ownership_ended", found, how="withdrawn")
    found.delete()


@transaction.atomic
def decline_offer(*, offer: OwnershipOffer, by: Membership) -> None:
    """Say no; the owners are told, and nothing has changed."""
    lock_members(offer.organisation_id)
    found = _fresh(offer, of=by)
    _record("ownership.declined", found, by=by)
    _tell(_owners(found.organisation), "organisation_ownership_ended", found, how="declined")
    found.delete()


@handler("organisations.offer_ended")
def end_offer(call: JobCall) -> None:
    """Tell both sides of an offer that nobody answered within its week."""
    ended = OwnershipOffer.objects.filter(pk=call.ids["offer"], purge_after__lte=timezone.now())
    found = ended.select_related("offered_by", "to", "organisation").first()
    if found is None:
        return
    _tell([found.to, *_owners(found.organisation)], "organisation_ownership_ended", found, how="unanswered")
    found.delete()


@transaction.atomic
def accept_offer(*, offer: OwnershipOffer, by: Membership) -> Membership:
    """Become owner; whoever offered becomes what the offer says. All owners are told, the former one too.

    Everything is looked at again under the lock: an offer is worth no more than who made it. Raises
    NeedsSecondStep and OfferRefused, changing nothing.
    """
    organisation = lock_members(offer.organisation_id)
    found = _fresh(offer, of=by)
    before = organisation.memberships.owners().filter(user=found.offered_by, user__is_active=True).first()
    if before is None:
        raise OfferRefused(_("Whoever offered this is no longer an owner."), code="not_owner")
    if by.user.authenticator is None:
        raise NeedsSecondStep
    member = change_role(membership=by, role=Role.OWNER, by=before)
    owners = [*_owners(organisation)]
    if found.afterwards == OwnershipOffer.Afterwards.LEAVES:
        leave(membership=before)
    elif not found.keeps_owner:
        change_role(membership=before, role=Role(found.afterwards), by=member)
    _record("ownership.accepted", found, by=member)
    _tell(owners, "organisation_ownership_taken", found)
    found.delete()
    return member


def bills_go_to(organisation: Organisation) -> list[str]:
    """The addresses that get invoices and reminders now; whoever sends bills knows them."""
    answers = bill_readers_asked.send(sender=Organisation, organisation=organisation)
    return [address for _receiver, addresses in answers for address in addresses or []]


def _refuse_superfluous(organisation: Organisation, to: Membership, actor: Membership) -> None:
    if open_offer(organisation):
        raise OfferRefused(_("An offer is open already. Withdraw it first."), code="open")
    member = organisation.memberships.select_related("user").filter(pk=to.pk, user__is_active=True).first()
    if member is None or member.pk == actor.pk:
        raise OfferRefused(_("Choose somebody else of the team."), code="gone")
    if member.is_owner:
        raise OfferRefused(_("This person is an owner already."), code="owner")


def _fresh(offer: OwnershipOffer, *, of: Membership | None = None) -> OwnershipOffer:
    """The offer as it is under the lock, to that member; an answer that comes late finds none."""
    found = open_offer(offer.organisation)
    is_theirs = of is None or (found is not None and of.user_id == found.to_id)
    if found is None or found.pk != offer.pk or not is_theirs:
        raise OfferRefused(_("This offer is not open any more."), code="gone")
    return found


def _owners(organisation: Organisation) -> list[User]:
    return [owner.user for owner in organisation.memberships.owners()]


def _record(action: str, offer: OwnershipOffer, *, by: Membership) -> None:
    events.record(
        action,
        actor_id=by.user_id,
        kind="ownership_offer",
        object_id=offer.pk,
        detail={"afterwards": offer.afterwards, "to": str(offer.to_id), "from": str(offer.offered_by_id)},
        evidence=True,
    )


def _tell(people: list[User], template: str, offer: OwnershipOffer, **more: str) -> None:
    for person in people:
        with override(person.language):
            afterwards = str(OwnershipOffer.Afterwards(offer.afterwards).label)
        send_account_mail(
            user_id=person.pk,
            to=person.email,
            template=template,
            context={
                "name": person.name,
                "organisation": offer.organisation.name,
                "offered_by": offer.offered_by.name,
                "offered_to": offer.to.name,
                "afterwards": offer.afterwards,
                "role": afterwards,
                "until": offer.purge_after,
                "url": absolute("organisations:ownership", offer.organisation.slug),
                **more,
            },
            language=person.language,
        )
