"""An append-only file of hash-chained lines in LEDGER_DIR, stored before ``append`` returns.

An object store fits behind the same functions: append, head, entries, compact.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

#: Backups live for 84 days at most; with another fortnight no backup can hold what a line is about.
KEPT = timedelta(days=84 + 14)
CHECKPOINT = "checkpoint"
_BLOCK = 64 * 1024


class LedgerBroken(RuntimeError):
    """The file is not as it was written: a line was changed, removed, added or moved."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the ledger reaches."""

    seq: int = 0
    hash: str = "0" * 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``entry`` names what it is about, ``facts`` hold identifiers and keyed hashes only."""

    seq: int
    at: str
    kind: str
    entry: UUID | None
    facts: Mapping[str, Any]
    prev: str
    hash: str = ""

    @property
    def head(self) -> Head:
        return Head(self.seq, self.hash)

    @property
    def written_at(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def sealed(self) -> "Line":
        """The same line with the hash over everything else in it, the line before included."""
        return replace(self, hash=hashlib.sha256(self._text(hashed=False).encode()).hexdigest())

    def to_bytes(self) -> bytes:
        return self._text(hashed=True).encode() + b"\n"

    def _text(self, *, hashed: bool) -> str:
        told: dict[str, Any] = {
            "seq": self.seq,
            "at": self.at,
            "kind": self.kind,
            "entry": str(self.entry) if self.entry else None,
            "facts": dict(self.facts),
            "prev": self.prev,
        }
        if hashed:
            told["hash"] = self.hash
        return json.dumps(told, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_bytes(cls, text: bytes) -> "Line":
        try:
            told = json.loads(text)
            entry = told.pop("entry")
            return cls(entry=UUID(entry) if entry else None, **told)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise LedgerBroken("A line of the ledger cannot be read.") from None


class FileLedger:
    """``ledger.jsonl`` (mode 0600) in a folder of its own (mode 0700); appenders wait for each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "ledger.jsonl"
        self._head: tuple[tuple[int, int, int], Head] | None = None

    def append(self, *, kind: str, entry: UUID | None, facts: Mapping[str, Any] | None = None) -> Line:
        """Add a line and answer it once it is on the disk.

        What a killed appender left half written was never acknowledged, and is cut off first.
        """
        with self._locked(), self._opened() as file:
            head = _cut_torn_end(file)
            line = Line(
                seq=head.seq + 1,
                at=datetime.now(UTC).isoformat(),
                kind=kind,
                entry=entry,
                facts=facts or {},
                prev=head.hash,
            ).sealed()
            _write_at_end(file, line.to_bytes())
            return line

    def mark(self) -> tuple[int, int, int]:
        """Changes whenever the file does; costs one ``stat``."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return (0, 0, 0)
        return (status.st_ino, status.st_size, status.st_mtime_ns)

    def head(self) -> Head:
        """The last whole line; read from the end, and only when the file has changed."""
        mark = self.mark()
        if self._head is None or self._head[0] != mark:
            lines = self._tail(after=None)
            self._head = (mark, lines[-1].head if lines else Head())
        return self._head[1]

    def entries(self, *, after: int = 0) -> list[Line]:
        """The lines that follow ``after``, a checkpoint included where older ones were dropped.

        Raises LedgerBroken where the chain does.
        """
        lines = self._tail(after=after)
        if after == 0 and lines and lines[0].seq != 1 and lines[0].kind != CHECKPOINT:
            raise LedgerBroken("The ledger has lost its beginning.")
        for number, line in enumerate(lines):
            if not _follows(line, lines[number - 1] if number else None):
                raise LedgerBroken(f"The ledger does not hold together at line {line.seq}.")
        return [line for line in lines if line.seq > after]

    def compact(self, *, now: datetime | None = None) -> int:
        """Drop the lines that no backup can need any more; a checkpoint keeps the chain whole.

        Answers how many went.
        """
        limit = (now or datetime.now(UTC)) - KEPT
        with self._locked():
            if not self._begins_before(limit):
                return 0
            lines = self.entries()
            old = 0
            while old < len(lines) and (lines[old].kind == CHECKPOINT or lines[old].written_at <= limit):
                old += 1
            dropped = lines[:old]
            self._replace([_checkpoint(dropped[-1]), *lines[old:]])
            return sum(line.kind != CHECKPOINT for line in dropped)

    def _begins_before(self, limit: datetime) -> bool:
        """Whether the oldest line that stands in full is that old; reads no further."""
        try:
            with self.path.open("rb") as file:
                first = (Line.from_bytes(text) for text in file if text.endswith(b"\n"))
                return any(line.written_at <= limit for line in islice(first, 2) if line.kind != CHECKPOINT)
        except FileNotFoundError:
            return False

    def begin_after(self, head: Head) -> None:
        """Start an empty ledger that continues another one which is lost for good."""
        with self._locked():
            if self.entries():
                raise LedgerBroken("There is a ledger already.")
            self._replace(
                [_checkpoint(Line(head.seq, datetime.now(UTC).isoformat(), "", None, {}, "", head.hash))]
            )

    # --- The file -------------------------------------------------------------------------------

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        fresh = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if fresh:
                _sync_folder(self.folder)
            yield descriptor
        finally:
            os.close(descriptor)

    def _tail(self, *, after: int | None) -> list[Line]:
        """The end of the file from line ``after`` on, that one included; of None, the last line at least."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return []
        try:
            return _read_back(descriptor, after=after)
        finally:
            os.close(descriptor)

    def _replace(self, lines: list[Line]) -> None:
        draft = self.path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write_all(descriptor, b"".join(line.to_bytes() for line in lines))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.rename(self.path)
        _sync_folder(self.folder)


@lru_cache(maxsize=1)
def ledger() -> FileLedger:
    """The ledger that the settings name (LEDGER_DIR)."""
    return FileLedger(settings.LEDGER_DIR)


@receiver(setting_changed)
def _open_another_ledger(*, setting: str, **kwargs: object) -> None:
    """Under test the settings move while the process runs."""
    if setting == "LEDGER_DIR":
        ledger.cache_clear()


def _follows(line: Line, before: Line | None) -> bool:
    """Whether a line is what was written, after the one that was written before it."""
    if line.kind == CHECKPOINT:
        return before is None
    if line.sealed().hash != line.hash:
        return False
    if before is None and line.seq > 1:  # what came before was not read
        return True
    return (line.seq - 1, line.prev) == (before.seq, before.hash) if before else line.prev == Head().hash


def _checkpoint(last: Line) -> Line:
    """Stands for everything up to ``last`` and keeps its number and hash, to which the next line refers."""
    return Line(
        seq=last.seq, at=last.at, kind=CHECKPOINT, entry=None, facts={}, prev=last.prev, hash=last.hash
    )


def _read_back(descriptor: int, *, after: int | None) -> list[Line]:
    end = os.fstat(descriptor).st_size
    wanted = _BLOCK
    while True:
        start = max(0, end - wanted)
        lines = _whole_lines(os.pread(descriptor, end - start, start), from_the_start=start == 0)
        enough = bool(lines) and (after is None or lines[0].seq <= after)
        if start == 0 or enough:
            first = after if after is not None else 0
            return [line for line in lines if line.seq >= first]
        wanted *= 4


def _whole_lines(block: bytes, *, from_the_start: bool) -> list[Line]:
    """Without a last line that has no end, nor a first one that has no beginning."""
    pieces = block.split(b"\n")[:-1]
    return [Line.from_bytes(piece) for piece in (pieces if from_the_start else pieces[1:])]


def _cut_torn_end(descriptor: int) -> Head:
    end = os.fstat(descriptor).st_size
    wanted = _BLOCK
    while True:
        start = max(0, end - wanted)
        block = os.pread(descriptor, end - start, start)
        if b"\n" in block or start == 0:
            break
        wanted *= 4
    whole = start + block.rfind(b"\n") + 1
    if whole < end:
        os.ftruncate(descriptor, whole)
    lines = _read_back(descriptor, after=None)
    return lines[-1].head if lines else Head()


def _write_at_end(descriptor: int, text: bytes) -> None:
    """All of it, on the disk; or nothing, as when there is no room."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    try:
        _write_all(descriptor, text)
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, end)
        raise


def _write_all(descriptor: int, text: bytes) -> None:
    view = memoryview(text)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
