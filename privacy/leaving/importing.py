"""Putting a complete copy into an empty organisation, and proving that nothing is missing.

Every file is compared with the manifest before anything is stored; afterwards each row is read back and made
a line again, and the lines are compared with those of the copy.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.events import record
from privacy.leaving import contents
from privacy.leaving.order import stays
from privacy.leaving.parcel import rows_together
from tenancy.context import tenant

#: What cannot be put elsewhere, and why.
LEFT_OUT = {
    "delivery_suppression": "keyed hashes of addresses, which another organisation's key cannot make",
}


class NotAcceptable(ValueError):
    """The copy is damaged, of another format, or the organisation is not empty."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One table: rows in the copy, rows that came back exactly, and why it was left out if it was."""

    table: str
    rows: int
    equal: int
    left_out: str = ""

    @property
    def is_complete(self) -> bool:
        return bool(self.left_out) or self.rows == self.equal


def import_parcel(path: Path, *, organisation_id: UUID, by: UUID | None = None) -> list[Imported]:
    """Store a copy in an empty organisation, in one transaction, and compare. Raises NotAcceptable."""
    with zipfile.ZipFile(path) as archive:
        manifest = _checked(archive)
        with tenant(organisation_id):
            _require_empty(organisation_id)
            found = [_import_table(archive, table, organisation_id) for table in _tables(manifest)]
            if incomplete := [each.table for each in found if not each.is_complete]:
                raise NotAcceptable(
                    _("What was stored differs from the copy: {tables}").format(tables=", ".join(incomplete))
                )
            rows = sum(each.equal for each in found)
            record("data.imported", actor_id=by, detail={"rows": rows}, evidence=True)
    return found


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    except (KeyError, ValueError):
        raise NotAcceptable(_("This is no complete copy: it has no manifest.")) from None
    if manifest.get("format") != 1:
        raise NotAcceptable(_("This copy is of another format."))
    for name, said in manifest["files"].items():
        with archive.open(name) as file:
            if _sha256(file) != said["sha256"]:
                raise NotAcceptable(_("A file of the copy is damaged: {name}").format(name=name))
    return manifest


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in iter(lambda: file.read(65536), b""):
        digest.update(piece)
    return digest.hexdigest()


def _tables(manifest: dict[str, Any]) -> list[str]:
    """The tables of the copy in the order in which they can be stored. What stays behind is no content."""
    there = {Path(name).stem for name in manifest["files"] if name.startswith("data/")}
    return [table for table in contents.tables() if table in there and not stays(table)]


def _require_empty(organisation_id: UUID) -> None:
    for table, model in contents.tables().items():
        if not stays(table) and model._base_manager.exists():
            raise NotAcceptable(_("The organisation is not empty: {table}").format(table=table))


def _import_table(archive: zipfile.ZipFile, table: str, organisation_id: UUID) -> Imported:
    model, rows = contents.tables()[table], 0
    size = rows_together(table)
    if table in LEFT_OUT:
        with archive.open(f"data/{table}.jsonl") as file:
            return Imported(table, sum(1 for _line in file), 0, LEFT_OUT[table])
    with archive.open(f"data/{table}.jsonl") as file:
        for some in _batches(file, size):
            made = [contents.row(table, text, organisation_id=organisation_id) for text in some]
            model._base_manager.bulk_create(made)
            rows += len(made)
    with archive.open(f"data/{table}.jsonl") as file:
        return Imported(table, rows, sum(_equal(table, some) for some in _batches(file, size)))


def _batches(file: IO[bytes], size: int) -> Iterator[list[str]]:
    some: list[str] = []
    for raw in file:
        some.append(raw.decode().rstrip("\n"))
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


def _equal(table: str, lines: list[str]) -> int:
    """How many rows, read back, make the very lines they were made of."""
    wanted = {_own_key(table, text): _without_owner(text) for text in lines}
    rows = contents.tables()[table]._base_manager.filter(pk__in=list(wanted))
    return sum(_without_owner(contents.line(table, row)) == wanted[str(row.pk)] for row in rows)


def _own_key(table: str, text: str) -> str:
    pk = contents.tables()[table]._meta.pk
    assert pk is not None
    return str(json.loads(text)[pk.column])


def _without_owner(text: str) -> dict[str, Any]:
    return {name: value for name, value in json.loads(text).items() if name != "organisation_id"}
