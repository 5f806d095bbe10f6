"""An organisation leaves: deactivated at once, restorable for 30 days, then everything in it is deleted.

``active → deactivated → purging → purged``, and back to active only from deactivated and only in time
(promises C19, C20, H22). What follows from each step is done by whoever keeps the rows concerned, on
``organisations.signals.lifecycle_changed``. The deletion itself is the privacy engine's.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.links import absolute
from audit import events
from delivery.mail import send_account_mail
from organisations import suspensions
from organisations.models import Membership, Organisation
from organisations.signals import lifecycle_changed
from tenancy.context import tenant
from tenancy.ledger.entries import note

#: What the ledger calls them (privacy.ledger).
DEACTIVATE, REACTIVATE = "deactivate_organisation", "reactivate_organisation"

Lifecycle = Organisation.Lifecycle


class TooLate(ValueError):
    """The time to come back is over, or the organisation was never deactivated."""


class NotLeaving(ValueError):
    """Only a deactivated organisation can be deleted: an active one is deactivated first."""


def deactivate(organisation: Organisation, *, by: UUID) -> Organisation:
    """Take the organisation out of use. Twice is once: a second wish finds the first one's dates.

    Configurators go off line, nobody enters, and no lead is received; nothing is deleted before
    ``restorable_until``.
    """
    with tenant(organisation.pk):
        found = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if found.lifecycle != Lifecycle.ACTIVE:
            return found
        now = timezone.now()
        found.deactivated_at = now
        found.restorable_until = now + timedelta(days=settings.RESTORE_WINDOW_DAYS)
        dates = {"at": now.isoformat(), "until": found.restorable_until.isoformat()}
        note(DEACTIVATE, organisation_id=found.pk, more=dates)
        _move(found, Lifecycle.DEACTIVATED, by=by)
        _tell_owners(found, "organisation_deactivated")
    return found


def restore(organisation: Organisation, *, by: UUID) -> Organisation:
    """Put a deactivated organisation back into use, as it was. Raises TooLate."""
    with tenant(organisation.pk):
        found = Organisation.objects.select_for_update().get(pk=organisation.pk)
        until = found.restorable_until
        if found.lifecycle != Lifecycle.DEACTIVATED or until is None or timezone.now() > until:
            raise TooLate("This organisation cannot come back any more.")
        found.deactivated_at = found.restorable_until = None
        note(REACTIVATE, organisation_id=found.pk)
        _move(found, Lifecycle.ACTIVE, by=by)
        _tell_owners(found, "organisation_restored")
    return found


def deactivate_again(organisation: Organisation, *, at: datetime, until: datetime) -> None:
    """Bring an organisation that a backup shows in use to where it had gone. Runs inside its tenant."""
    found = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if found.lifecycle == Lifecycle.ACTIVE:
        found.deactivated_at, found.restorable_until = at, until
        _move(found, Lifecycle.DEACTIVATED, by=None)


def reactivate_again(organisation: Organisation) -> None:
    """The same for one that had come back since. Runs inside its tenant."""
    found = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if found.lifecycle == Lifecycle.DEACTIVATED:
        found.deactivated_at = found.restorable_until = None
        _move(found, Lifecycle.ACTIVE, by=None)


def give_up_the_rest_of_the_time(organisation: Organisation, *, by: UUID) -> Organisation:
    """The organisation's own instruction to delete now what it may still take back (Art. 28(3)(g) GDPR)."""
    with tenant(organisation.pk):
        found = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if found.lifecycle != Lifecycle.DEACTIVATED:
            raise NotLeaving("Deactivate the organisation first.")
        found.restorable_until = timezone.now()
        found.save(update_fields=["restorable_until"])
        events.record("organisation.purge_asked", actor_id=by, evidence=True)
    return found


def begin_purge(organisation_id: UUID) -> Organisation:
    """End the agreement, once there is no way back. Beginning twice is no error. Raises NotLeaving."""
    with tenant(organisation_id):
        found = Organisation.objects.select_for_update().get(pk=organisation_id)
        if found.lifecycle in (Lifecycle.PURGING, Lifecycle.PURGED):
            return found
        until = found.restorable_until
        if found.lifecycle != Lifecycle.DEACTIVATED or until is None or until > timezone.now():
            raise NotLeaving("This organisation can still come back.")
        found.terminated_at = until
        suspensions.end_with(found)
        _move(found, Lifecycle.PURGING, by=None)
    return found


def end_purge(organisation_id: UUID) -> Organisation:
    """Say that nothing is left."""
    with transaction.atomic():
        found = Organisation.objects.select_for_update().get(pk=organisation_id)
        found.lifecycle = Lifecycle.PURGED
        found.save(update_fields=["lifecycle"])
    return found


def without_a_way_back(now: datetime) -> list[UUID]:
    """The organisations whose time to come back is over, or whose deletion did not come to its end."""
    found = Organisation.objects.filter(
        lifecycle__in=[Lifecycle.DEACTIVATED, Lifecycle.PURGING], restorable_until__lte=now
    )
    return list(found.order_by("restorable_until").values_list("pk", flat=True))


def owners_of(organisation: Organisation) -> list[Membership]:
    return list(organisation.memberships.owners())


def _move(organisation: Organisation, to: Lifecycle, *, by: UUID | None) -> None:
    """One step, on the record, with its news; runs inside the organisation."""
    before, organisation.lifecycle = organisation.lifecycle, to
    organisation.save(
        update_fields=["lifecycle", "deactivated_at", "restorable_until", "terminated_at", "changed_at"]
    )
    events.record(
        f"organisation.{to.value}",
        actor_id=by,
        detail={"from": before, "to": to.value},
        evidence=True,
    )
    lifecycle_changed.send(sender=Organisation, organisation=organisation)


def _tell_owners(organisation: Organisation, template: str) -> None:
    page = "organisations:overview" if organisation.lifecycle == Lifecycle.ACTIVE else "organisations:left"
    for owner in owners_of(organisation):
        send_account_mail(
            user_id=owner.user_id,
            to=owner.user.email,
            template=template,
            context={
                "organisation": organisation.name,
                "name": owner.user.name,
                "until": organisation.restorable_until,
                "url": absolute(page, organisation.slug),
            },
            language=owner.user.language,
        )
