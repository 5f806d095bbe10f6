"""The file of an export: frames sealed under the organisation's key, one after another.

A frame is a length of four bytes and a sealed list of (lead, line of text). The row of the export says how
many frames and bytes count: what a killed worker wrote beyond that is cut off by the next one. The name of
the file says when it may go, so that it is removed without asking any table.
"""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from leads.models import LeadExport
from organisations.models import Organisation
from tenancy.encryption import seal, unseal

#: One line of the file and the lead it is about; '' for the heading.
Line = tuple[str, str]

_STAMP = "%Y%m%dT%H%M%SZ"
_LENGTH = 4


class FileMissing(Exception):
    """The file is not there, or shorter than its export says."""


def append(export: LeadExport, lines: Sequence[Line]) -> None:
    """Add one frame after those that count, and let it count on the export, which the caller saves."""
    path = path_of(export)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = seal(export.organisation_id, json.dumps(list(lines)), place=_place(export, export.frames))
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.truncate(export.file_bytes)
        file.seek(export.file_bytes)
        file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        file.flush()
        os.fsync(file.fileno())
    export.frames += 1
    export.file_bytes += _LENGTH + len(sealed)


def frames(export: LeadExport) -> Iterator[list[Line]]:
    """The frames that count, opened one at a time. Raises FileMissing before the first one."""
    try:
        file = path_of(export).open("rb")
    except FileNotFoundError:
        raise FileMissing from None
    with file:
        if os.fstat(file.fileno()).st_size < export.file_bytes:
            raise FileMissing
        for number in range(export.frames):
            sealed = file.read(int.from_bytes(file.read(_LENGTH), "big"))
            opened = unseal(export.organisation_id, sealed, place=_place(export, number))
            yield [(lead, line) for lead, line in json.loads(opened)]


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


def _place(export: LeadExport, number: int) -> str:
    return f"leads_leadexport.file:{export.pk}:{number}"
