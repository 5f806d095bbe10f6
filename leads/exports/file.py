"""The file of an export: lists of (lead, line of text), sealed frame by frame.

The row of the export says how much of the file counts. The name of the file says when it may go, so that it
is removed without asking any table.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from leads.models import LeadExport
from organisations.models import Organisation
from tenancy import sealed_file

#: One line of the file and the lead it is about; '' for the heading.
Line = tuple[str, str]

_STAMP = "%Y%m%dT%H%M%SZ"


def append(export: LeadExport, lines: Sequence[Line]) -> None:
    """Add one frame after those that count, and let it count on the export, which the caller saves."""
    export.file_bytes = sealed_file.append(
        path_of(export),
        json.dumps(list(lines)),
        owner=export.organisation_id,
        place=_place(export),
        number=export.frames,
        size=export.file_bytes,
    )
    export.frames += 1


def frames(export: LeadExport) -> Iterator[list[Line]]:
    """The frames that count, opened one at a time. Raises FileMissing before the first one."""
    opened = sealed_file.frames(
        path_of(export),
        owner=export.organisation_id,
        place=_place(export),
        count=export.frames,
        size=export.file_bytes,
    )
    for text in opened:
        yield [(lead, line) for lead, line in json.loads(text)]


def is_whole(export: LeadExport) -> bool:
    """Whether everything that counts is still there."""
    try:
        return path_of(export).stat().st_size >= export.file_bytes
    except FileNotFoundError:
        return False


def remove(export: LeadExport) -> None:
    """Remove the file; removing twice is no error."""
    path_of(export).unlink(missing_ok=True)


def remove_all_of_who_leaves(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    """Remove every file of an organisation that is being purged."""
    if organisation.lifecycle == Organisation.Lifecycle.PURGING:
        for export in LeadExport.objects.exclude(purge_after=None):
            remove(export)


def remove_expired(*, now: datetime) -> int:
    """Remove every file whose time has come, whatever the tables say; answers how many."""
    removed = 0
    for path in settings.EXPORT_DIR.glob("*Z-*"):
        if _expiry(path) <= now:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def path_of(export: LeadExport) -> Path:
    """Where the file of an export is."""
    assert export.purge_after is not None
    return settings.EXPORT_DIR / f"{export.purge_after.astimezone(UTC):{_STAMP}}-{export.pk}"


def _expiry(path: Path) -> datetime:
    return datetime.strptime(path.name.partition("-")[0], _STAMP).replace(tzinfo=UTC)


def _place(export: LeadExport) -> str:
    return f"leads_leadexport.file:{export.pk}"
