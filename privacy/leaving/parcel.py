"""A complete copy of an organisation's data: made in the background, taken along as one ZIP.

In the ZIP: a file of JSON lines for each table, the organisation's own settings and team, the schema of the
lines, and a manifest with a hash and a count for each file (promises C22, H30).
"""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from audit.events import record
from delivery.jobs import JobCall, TryLater, enqueue, handler
from delivery.leases import MAX_ATTEMPTS
from organisations.models import Membership, Organisation
from privacy.leaving import contents
from privacy.models import Parcel, ParcelState
from tenancy import sealed_file
from tenancy.context import current_organisation_id, tenant

KEPT = timedelta(days=7)
BATCH = 500
#: Of tables whose rows are files themselves: a batch is held in memory as a whole.
FEWER = {"configurators_image": 20}
SLICE_SECONDS = 8.0
FORMAT = 1

_STAMP = "%Y%m%dT%H%M%SZ"


class BeingMade(Exception):
    """A copy is under way already."""


def parcels() -> QuerySet[Parcel]:
    """The copies that can be taken along, or are being made; newest first."""
    return Parcel.objects.filter(purge_after__gt=timezone.now()).order_by("-id")


def ask_for_parcel(*, by: UUID) -> Parcel:
    """Leave the job that makes a complete copy; one at a time. Raises BeingMade."""
    if parcels().filter(state__in=[ParcelState.WAITING, ParcelState.RUNNING]).exists():
        raise BeingMade
    now = timezone.now()
    parcel = Parcel.objects.create(requested_by=by, requested_at=now, purge_after=now + KEPT)
    enqueue("privacy.make_parcel", organisation_id=current_organisation_id(), ids={"parcel": str(parcel.pk)})
    record("data.export_asked", actor_id=by, kind="parcel", object_id=parcel.pk, evidence=True)
    return parcel


@handler("privacy.make_parcel", external=True)
def make_parcel(call: JobCall) -> None:
    """Go on with one copy for a while."""
    assert call.organisation_id is not None
    until, pk = time.monotonic() + SLICE_SECONDS, UUID(call.ids["parcel"])
    try:
        while _next_batch(call.organisation_id, pk):
            if time.monotonic() >= until:
                raise TryLater(timedelta(0))
    except TryLater:
        raise
    except Exception:
        if call.attempt >= MAX_ATTEMPTS:
            with tenant(call.organisation_id):
                Parcel.objects.filter(pk=pk).update(state=ParcelState.FAILED)
        raise


def _next_batch(organisation_id: UUID, parcel_id: UUID) -> bool:
    """Add some rows of one table; False when nothing is left to do."""
    with tenant(organisation_id):
        waiting = Parcel.objects.filter(pk=parcel_id, state__in=[ParcelState.WAITING, ParcelState.RUNNING])
        parcel = waiting.select_for_update().first()
        if parcel is None:
            return False
        names = list(contents.tables())
        if parcel.state == ParcelState.WAITING:
            parcel.state, parcel.table = ParcelState.RUNNING, names[0]
        if not _add_rows(parcel):
            _next_table(parcel, names)
        parcel.save()
        return parcel.state == ParcelState.RUNNING


def _add_rows(parcel: Parcel) -> bool:
    """Whether there may be more of this table."""
    most = rows_together(parcel.table)
    rows = contents.tables()[parcel.table]._base_manager.order_by("pk")
    batch = list(rows.filter(pk__gt=parcel.cursor)[:most] if parcel.cursor else rows[:most])
    if batch:
        _append(parcel, parcel.table, [contents.line(parcel.table, row) for row in batch])
        parcel.cursor = batch[-1].pk
        parcel.rows[parcel.table] = parcel.rows.get(parcel.table, 0) + len(batch)
    return len(batch) == most


def _next_table(parcel: Parcel, names: list[str]) -> None:
    place = names.index(parcel.table) + 1
    parcel.cursor = None
    if place < len(names):
        parcel.table = names[place]
        return
    parcel.state, parcel.finished_at = ParcelState.READY, timezone.now()
    record(
        "data.exported",
        actor_id=parcel.requested_by,
        kind="parcel",
        object_id=parcel.pk,
        detail={"rows": parcel.row_count},
        evidence=True,
    )


def rows_together(table: str) -> int:
    """How many of its rows are held in memory at once."""
    return 1 if contents.has_files(table) else FEWER.get(table, BATCH)


def _append(parcel: Parcel, table: str, lines: list[str]) -> None:
    parcel.file_bytes = sealed_file.append(
        path_of(parcel),
        json.dumps([table, lines]),
        owner=parcel.organisation_id,
        place=_place(parcel),
        number=parcel.frames,
        size=parcel.file_bytes,
    )
    parcel.frames += 1


def path_of(parcel: Parcel) -> Path:
    """Where its file is; the name says when it may go."""
    assert parcel.purge_after is not None
    return Path(settings.EXPORT_DIR) / f"{parcel.purge_after.astimezone(UTC):{_STAMP}}-{parcel.pk}"


def _place(parcel: Parcel) -> str:
    return f"privacy_parcel.file:{parcel.pk}"


# --- Taking it along --------------------------------------------------------------------------------


def archive(parcel: Parcel, *, organisation: Organisation) -> Iterator[bytes]:
    """The ZIP in pieces, opened while it is sent. Raises sealed_file.FileMissing before the first one.

    Runs when the request's transaction has ended: it needs no table but what is read here first.
    """
    own = _own_files(organisation)
    frames = sealed_file.frames(
        path_of(parcel),
        owner=parcel.organisation_id,
        place=_place(parcel),
        count=parcel.frames,
        size=parcel.file_bytes,
    )
    return _zip(parcel, own, (tuple(json.loads(text)) for text in frames))


def _own_files(organisation: Organisation) -> dict[str, str]:
    """The settings, the team and the schema: small enough to be made at once."""
    names = ("name", "country", "language", "currency", "controller_name", "controller_address",
             "controller_email", "privacy_policy_url", "lead_retention_days", "notification_email",
             "embed_domains", "created_at")  # fmt: skip
    team = [
        {"name": each.user.name, "email": each.user.email, "role": each.role}
        for each in Membership.objects.filter(organisation=organisation).with_people()
    ]
    settings_of_it = {name: getattr(organisation, name) for name in names}
    return {
        "organisation.json": _pretty(settings_of_it),
        "team.json": _pretty(team),
        "schema.json": _pretty(contents.schema()),
    }


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


class _Pipe(io.RawIOBase):
    """What the ZIP writes, until it is sent."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        found, self.pieces = b"".join(self.pieces), []
        return found


def _zip(parcel: Parcel, own: dict[str, str], frames: Iterator[tuple[str, list[str]]]) -> Iterator[bytes]:
    pipe = _Pipe()
    files: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in own.items():
            archive.writestr(name, text)
            files[name] = {"sha256": hashlib.sha256(text.encode()).hexdigest()}
        yield pipe.taken()
        for table, lines in _by_table(frames):
            name, digest, rows = f"data/{table}.jsonl", hashlib.sha256(), 0
            with archive.open(name, "w", force_zip64=True) as file:
                for some in lines:
                    data = "".join(f"{each}\n" for each in some).encode()
                    digest.update(data)
                    file.write(data)
                    rows += len(some)
                    yield pipe.taken()
            files[name] = {"sha256": digest.hexdigest(), "rows": rows}
        archive.writestr("manifest.json", _pretty(_manifest(parcel, files)))
    yield pipe.taken()


def _by_table(frames: Iterator[tuple[str, list[str]]]) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Frames of one table stand together; every table has a file, an empty one too."""
    waiting = next(frames, None)

    def of(table: str) -> Iterator[list[str]]:
        nonlocal waiting
        while waiting is not None and waiting[0] == table:
            yield waiting[1]
            waiting = next(frames, None)

    for table in contents.tables():
        yield table, of(table)


def _manifest(parcel: Parcel, files: dict[str, dict[str, Any]]) -> dict[str, Any]:
    made: datetime = parcel.finished_at or parcel.requested_at
    return {
        "format": FORMAT,
        "organisation": str(parcel.organisation_id),
        "made_at": made.isoformat(),
        "files": files,
    }
