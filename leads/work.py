"""Working a lead: its status, its notes, its release from quarantine. Every verb leaves an event."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Subquery, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from audit.events import record
from billing import metering
from delivery.jobs import enqueue
from delivery.webhooks import publish
from leads.hooks import STATUS_CHANGED
from leads.models import Lead, LeadEvent, LeadFile, LeadNote, Status
from leads.sealed import seal_note
from organisations.models import Organisation

NOTE_LENGTH = 5000


class TooLate(ValueError):
    """It came too long ago, or is suspected already."""


class NotInQuarantine(ValueError):
    """Only suspected spam can be released."""


def change_status(lead: Lead, *, to: Status, by: UUID) -> None:
    """Move a lead along; the same status again changes nothing. Quarantine is not a step of the work."""
    if lead.status == to or Status.QUARANTINED in (lead.status, to):
        return
    LeadEvent.objects.create(
        lead=lead, kind="status", actor_id=by, detail={"from": lead.status, "to": to.value}
    )
    Lead.objects.filter(pk=lead.pk).update(status=to)
    lead.status = to
    publish(STATUS_CHANGED, object_id=lead.pk)


def mark_read(lead: Lead, *, by: UUID, of_the_team: bool = True) -> None:
    """Remember when a colleague first opened a lead, once; and on record each time that anybody does."""
    if of_the_team and Lead.objects.filter(pk=lead.pk, read_at=None).update(read_at=timezone.now()):
        LeadEvent.objects.create(lead=lead, kind="read", actor_id=by)
    record("lead.viewed", actor_id=by, kind="lead", object_id=lead.pk)


def note_found(leads: Iterable[Lead], *, by: UUID) -> None:
    """Put on record whose requests a search by e-mail address showed."""
    for lead in leads:
        record("lead.found", actor_id=by, kind="lead", object_id=lead.pk)


def note_quote_taken(lead: Lead, *, by: UUID) -> None:
    """Put on record that somebody took a request's quote along as a file."""
    record("lead.quote_downloaded", actor_id=by, kind="lead", object_id=lead.pk)


def note_file_taken(lead: Lead, *, by: UUID) -> None:
    """Put on record that somebody downloaded a file of a request."""
    record("lead.file_downloaded", actor_id=by, kind="lead", object_id=lead.pk)


def add_note(lead: Lead, *, text: str, by: UUID) -> LeadNote:
    """Write a note for colleagues, sealed; the person may ask to read it."""
    note = LeadNote(lead=lead, author_id=by)
    seal_note(note, text)
    note.save()
    return note


def may_be_set_aside(lead: Lead) -> bool:
    """A request is called spam within the days in which it can be taken off the count."""
    fresh = lead.submitted_at > timezone.now() - timedelta(days=metering.CREDIT_DAYS)
    return fresh and lead.status != Status.QUARANTINED


@transaction.atomic
def set_aside(lead: Lead, *, by: UUID) -> None:
    """Say that a request is spam after all: it goes as early as any suspected one, and does not count.

    One that is under a hold keeps having no date. Raises TooLate.
    """
    if not may_be_set_aside(lead):
        raise TooLate
    goes_at = lead.submitted_at + timedelta(days=settings.RETENTION_QUARANTINE_DAYS)
    earlier = Case(When(purge_after=None, then=None), default=Least("purge_after", Value(goes_at)))
    Lead.objects.filter(pk=lead.pk).update(
        status=Status.QUARANTINED, quarantine_reason="marked", purge_after=earlier
    )
    _date_files_like(lead)
    metering.set_off(lead.pk)
    LeadEvent.objects.create(lead=lead, kind="set_aside", actor_id=by)
    record("lead.set_aside", actor_id=by, kind="lead", object_id=lead.pk, evidence=True)


def _date_files_like(lead: Lead) -> None:
    """What was handed in with a request goes on the day on which the request does."""
    date = Lead.stored.filter(pk=lead.pk).values("purge_after")
    LeadFile.objects.filter(lead=lead).update(purge_after=Subquery(date))


def release(lead: Lead, *, by: UUID) -> None:
    """Take a lead out of quarantine: from now on it counts, and is kept like any other.

    It is announced where it was not before. Raises NotInQuarantine when somebody else released it first.
    """
    days = Organisation.objects.get(pk=lead.organisation_id).lead_retention_days or 30
    released = Lead.objects.filter(pk=lead.pk, status=Status.QUARANTINED).update(
        status=Status.NEW, quarantine_reason="", purge_after=lead.submitted_at + timedelta(days=days)
    )
    if not released:
        raise NotInQuarantine
    _date_files_like(lead)
    metering.count_released(lead.pk)
    LeadEvent.objects.create(lead=lead, kind="released", actor_id=by)
    enqueue("leads.announce", organisation_id=lead.organisation_id, ids={"lead": str(lead.pk)})
    record("lead.released", actor_id=by, kind="lead", object_id=lead.pk, evidence=True)
