"""Asking for an export, cancelling it, and reading it back."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from audit.events import record
from delivery.jobs import enqueue
from leads import inbox
from leads.exports import file
from leads.exports.spreadsheet import BYTE_ORDER_MARK
from leads.models import ExportState, LeadExport
from tenancy.context import current_organisation_id, tenant

#: How long an export can be downloaded; its file and its row then go.
KEPT = timedelta(days=7)
#: Files of one organisation at one time.
MOST_KEPT = 20


class ExportUnderWay(Exception):
    """The organisation has an export that is still being made."""


class TooManyExports(Exception):
    """The organisation keeps as many files as it may."""


def exports_of(member_id: UUID) -> QuerySet[LeadExport]:
    """What one colleague asked for within the last days, newest first."""
    return LeadExport.objects.filter(requested_by=member_id, purge_after__gt=timezone.now()).order_by("-id")


def ask_for_export(
    *,
    by: UUID,
    language: str,
    status: str = "",
    since: date | None = None,
    until: date | None = None,
    for_programs: bool = False,
) -> LeadExport:
    """Note what is wanted and leave the job that makes it; one at a time in each organisation.

    Raises ExportUnderWay or TooManyExports.
    """
    kept = LeadExport.objects.filter(purge_after__gt=timezone.now())
    if kept.filter(state__in=ExportState.under_way()).exists():
        raise ExportUnderWay
    if kept.count() >= MOST_KEPT:
        raise TooManyExports
    now = timezone.now()
    export = LeadExport.objects.create(
        requested_by=by,
        language=language,
        status=status,
        since=since,
        until=until,
        for_programs=for_programs,
        requested_at=now,
        purge_after=now + KEPT,
    )
    enqueue("leads.export", organisation_id=current_organisation_id(), ids={"export": str(export.pk)})
    record("lead.export_asked", actor_id=by, kind="export", object_id=export.pk, evidence=True)
    return export


def cancel_export(export: LeadExport, *, by: UUID) -> None:
    """Stop making an export, or throw a finished one away; its file goes at once."""
    stopped = LeadExport.objects.filter(pk=export.pk).exclude(state=ExportState.CANCELLED)
    if stopped.update(state=ExportState.CANCELLED, finished_at=timezone.now()):
        record("lead.export_cancelled", actor_id=by, kind="export", object_id=export.pk)
    file.remove(export)


def note_download(export: LeadExport, *, by: UUID) -> None:
    """Evidence that the file left the house, before it does."""
    LeadExport.objects.filter(pk=export.pk, downloaded_at=None).update(downloaded_at=timezone.now())
    record("lead.export_downloaded", actor_id=by, kind="export", object_id=export.pk, evidence=True)


def contents(export: LeadExport) -> Iterator[bytes]:
    """The file in pieces, without leads that were deleted, restricted or set aside since it was made.

    Runs while the answer is being sent, when the request's transaction has ended.
    """
    yield BYTE_ORDER_MARK.encode()
    for lines in file.frames(export):
        with tenant(export.organisation_id):
            leads = [UUID(lead) for lead, _ in lines if lead]
            alive = {str(pk) for pk in inbox.received().filter(pk__in=leads).values_list("pk", flat=True)}
        yield "".join(text for lead, text in lines if not lead or lead in alive).encode()
