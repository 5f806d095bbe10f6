"""The folder of backups: a file of ciphertext with a manifest beside it that says what it is.

Without its manifest a file is a leftover of a run that died. BACKUP_DIR lies apart from keys and ledger:
one copy of it must never hold all three.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from privacy.backups.stream import BackupUnreadable, opened

DATA, MANIFEST, PART = ".backup", ".json", ".part"


class BackupRunning(RuntimeError):
    """Another process is at the folder."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is, until when it may exist, and how far the ledger reached when it was begun."""

    name: str
    taken_at: str
    expires_at: str
    sha256: str
    size: int
    plain_size: int
    ledger_seq: int
    ledger_hash: str
    schema: dict[str, str]

    @property
    def taken(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)

    @property
    def expires(self) -> datetime:
        return datetime.fromisoformat(self.expires_at)

    @property
    def is_over(self) -> bool:
        return self.expires <= datetime.now(UTC)

    @property
    def data(self) -> Path:
        return folder() / f"{self.name}{DATA}"

    @property
    def path(self) -> Path:
        return folder() / f"{self.name}{MANIFEST}"


def folder() -> Path:
    """BACKUP_DIR, made when it is missing. Raises ImproperlyConfigured where it is not apart."""
    place: Path = settings.BACKUP_DIR.resolve()
    for name in ("KEY_STORE_DIR", "LEDGER_DIR"):
        other = getattr(settings, name).resolve()
        if place == other or place in other.parents or other in place.parents:
            raise ImproperlyConfigured(f"BACKUP_DIR and {name} must lie apart: neither within the other.")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def secret() -> str:
    if len(settings.BACKUP_SECRET) < 32:
        raise ImproperlyConfigured("Set BACKUP_SECRET to at least 32 characters to make or read backups.")
    return settings.BACKUP_SECRET


@contextmanager
def alone() -> Iterator[None]:
    """Be the only process that changes the folder. Raises BackupRunning."""
    descriptor = os.open(folder() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupRunning("Another process is making or removing backups.") from None
        yield
    finally:
        os.close(descriptor)


def manifests() -> list[Manifest]:
    """All that are there, oldest first; one that was altered raises BackupUnreadable."""
    found = [read(path) for path in folder().glob(f"*{MANIFEST}")]
    return sorted(found, key=lambda each: each.taken_at)


def read(path: Path) -> Manifest:
    """The manifest in a file, or beside a backup."""
    path = path.with_suffix(MANIFEST)
    try:
        told = json.loads(path.read_text())
        mac = told.pop("mac")
    except (OSError, ValueError, KeyError):
        raise BackupUnreadable(f"{path.name} is no manifest of a backup.") from None
    if not hmac.compare_digest(mac, _mac(told)):
        raise BackupUnreadable(f"{path.name} was altered, or BACKUP_SECRET is another one.")
    return Manifest(**told)


def write(manifest: Manifest) -> None:
    told = asdict(manifest)
    draft = manifest.path.with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(told | {"mac": _mac(told)}, indent=1, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(manifest.path)
    sync_folder()


def remove(manifest: Manifest) -> None:
    """The data first: a manifest without it is removed by the next run, data without one as well."""
    manifest.data.unlink(missing_ok=True)
    manifest.path.unlink(missing_ok=True)
    sync_folder()


def clear_leftovers() -> int:
    """What runs that died have left. Only for whoever is alone."""
    known = {manifest.name for manifest in manifests()}
    left = [
        path
        for path in folder().iterdir()
        if path.suffix in {PART, ".new"} or (path.suffix == DATA and path.stem not in known)
    ]
    left += [manifest.path for manifest in manifests() if not manifest.data.exists()]
    for path in left:
        path.unlink()
    return len(left)


def plain(data: Path) -> Iterator[bytes]:
    """The dump in a file, chunk by chunk. Raises BackupUnreadable."""
    with data.open("rb") as file:
        yield from opened(file, secret=secret())


def sync_folder() -> None:
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mac(told: dict[str, Any]) -> str:
    key = HKDF(hashes.SHA256(), 32, salt=None, info=b"opmaat backup manifest").derive(secret().encode())
    return hmac.new(key, json.dumps(told, sort_keys=True).encode(), "sha256").hexdigest()
