"""Making an export in the background: a batch at a time, each in a transaction of its own.

What is in the file, who got whose data and how far the export is are committed together, so a killed worker
is followed by another one that goes on where the last batch ended.
"""

import time
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from audit.events import record
from audit.recipients import record_disclosure
from configurators.models import Configurator
from delivery.jobs import JobCall, TryLater, handler
from delivery.leases import MAX_ATTEMPTS
from leads import inbox
from leads.consents import standings
from leads.exports import file, spreadsheet
from leads.exports.spreadsheet import Entry, Writing
from leads.models import ExportState, Lead, LeadContact, LeadExport
from leads.quotes import compiled_version
from leads.sealed import open_contact
from tenancy.context import tenant

#: The kind of recipient that a colleague with a copy is.
RECIPIENT = "export"
BATCH = 500
#: A job gives its worker back after so long, and comes back at once.
SLICE_SECONDS = 8.0


@handler("leads.export", external=True)
def make_export(call: JobCall) -> None:
    """Go on with one export for a while."""
    assert call.organisation_id is not None
    until = time.monotonic() + SLICE_SECONDS
    try:
        while _next_batch(call.organisation_id, UUID(call.ids["export"])):
            if time.monotonic() >= until:
                raise TryLater(timedelta(0))
    except TryLater:
        raise
    except Exception:
        if call.attempt >= MAX_ATTEMPTS:
            _give_up(call)
        raise


def _next_batch(organisation_id: UUID, export_id: UUID) -> bool:
    """Write one batch; False when nothing is left to do."""
    with tenant(organisation_id):
        under_way = LeadExport.objects.filter(pk=export_id, state__in=ExportState.under_way())
        export = under_way.select_for_update().first()
        if export is None:
            return False
        with override(export.language):
            return _write_batch(export)


def _write_batch(export: LeadExport) -> bool:
    writing = Writing.of(export.language, for_programs=export.for_programs)
    if export.state == ExportState.WAITING:
        export.state, export.total = ExportState.RUNNING, wanted(export).count()
        file.append(export, [("", spreadsheet.heading(writing))])
    leads = wanted(export).order_by("pk")
    batch = list(leads.filter(pk__gt=export.cursor)[:BATCH] if export.cursor else leads[:BATCH])
    if batch:
        lines = [(str(entry.lead.pk), spreadsheet.line(entry, writing)) for entry in _entries(batch)]
        file.append(export, lines)
        handed_over = [lead.pk for lead in batch]
        record_disclosure(
            RECIPIENT, recipient_id=export.requested_by, objects=handed_over, batch_id=export.pk
        )
        export.cursor, export.rows = batch[-1].pk, export.rows + len(batch)
    if len(batch) < BATCH:
        _finish(export)
    export.save()
    return export.state == ExportState.RUNNING


def wanted(export: LeadExport) -> QuerySet[Lead]:
    """The leads that an export is about: none that came after it was asked for."""
    leads = inbox.received().filter(submitted_at__lte=export.requested_at)
    if export.status:
        leads = leads.filter(status=export.status)
    if export.since:
        leads = leads.filter(submitted_at__gte=_midnight(export.since))
    if export.until:
        leads = leads.filter(submitted_at__lt=_midnight(export.until + timedelta(days=1)))
    return leads


def _midnight(day: object) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def _entries(batch: list[Lead]) -> list[Entry]:
    rows = {row.pk: row for row in LeadContact.objects.filter(pk__in=[lead.pk for lead in batch])}
    standing = standings(batch, rows)
    contacts = {key: open_contact(row) for key, row in rows.items()}
    names = dict(Configurator.objects.values_list("pk", "name"))
    return [
        spreadsheet.entry_of(
            lead,
            names=names,
            contact=contacts.get(lead.pk),
            compiled=compiled_version(lead.version_id),
            standing=standing[lead.pk],
        )
        for lead in batch
    ]


def _finish(export: LeadExport) -> None:
    export.state, export.finished_at = ExportState.READY, timezone.now()
    record(
        "lead.exported",
        actor_id=export.requested_by,
        kind="export",
        object_id=export.pk,
        detail={"rows": export.rows},
        evidence=True,
    )


def _give_up(call: JobCall) -> None:
    """Nothing tries again after the last attempt: say so to who waits, and leave no half a file."""
    assert call.organisation_id is not None
    with tenant(call.organisation_id):
        for export in LeadExport.objects.filter(pk=call.ids["export"], state__in=ExportState.under_way()):
            LeadExport.objects.filter(pk=export.pk).update(state=ExportState.FAILED)
            file.remove(export)
