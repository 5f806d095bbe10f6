"""The key store: one wrapped key file per organisation, outside the database and its backups.

Destroying an organisation's file makes every older backup of its sealed columns unreadable. It lies in
``history`` for seven days more, so that a purge by mistake can be undone by hand; then it is gone, and
whoever copies the key store keeps no copy for longer. A key management service fits behind the same
functions.
"""

import base64
import contextlib
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

#: Whose keys seal what belongs to no organisation: second factors, account mail, provider payloads.
PLATFORM = UUID(int=0)
_SIGNING = b"signing"

#: How many owners' keys a process keeps opened: a search of every organisation goes round all of them.
OPENED = 16_384

#: How long destroyed keys can still be put back by hand.
HISTORY = timedelta(days=7)


class NoKey(LookupError):
    """The organisation has no key: never founded, or purged."""


class KeyUnreadable(RuntimeError):
    """The key file does not open with this KEY_STORE_SECRET, or belongs to another owner."""


@dataclass(frozen=True, slots=True)
class Keys:
    """An owner's two keys, 32 bytes each, and the cipher under the first."""

    data: bytes
    index: bytes
    cipher: AESGCM = field(repr=False, compare=False)


class FileKeyStore:
    """Key files ``<owner>.key`` (mode 0600) in a folder of their own (mode 0700)."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.folder = folder
        self._wrapping = AESGCM(
            HKDF(hashes.SHA256(), 32, salt=None, info=b"opmaat key store").derive(secret.encode())
        )
        self._opened = lru_cache(maxsize=OPENED)(self._read)
        self._signing = lru_cache(maxsize=1)(self._read_signing_key)
        self._verifying = lru_cache(maxsize=1)(lambda: self._signing().public_key())

    def create(self, owner: UUID) -> Keys:
        """Make the owner's keys, or answer those that exist."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        nonce, material = secrets.token_bytes(12), secrets.token_bytes(64)
        wrapped = nonce + self._wrapping.encrypt(nonce, material, owner.bytes)
        _write_once(
            self._path(owner), json.dumps({"version": 1, "wrapped": base64.b64encode(wrapped).decode()})
        )
        self._opened.cache_clear()
        return self.open(owner)

    def open(self, owner: UUID) -> Keys:
        """The owner's keys. Raises NoKey or KeyUnreadable."""
        return self._opened(owner)

    def destroy(self, owner: UUID) -> date:
        """Take the owner's keys away; answers the day on which their last copy goes.

        Destroying twice is no error, and keeps the first day.
        """
        self.history.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = self.history / f"{owner}.{int(time.time())}.key"
        with contextlib.suppress(FileNotFoundError):
            self._path(owner).rename(kept)
        _sync_folder(self.history)
        _sync_folder(self.folder)
        self._opened.cache_clear()
        return self.history_until(owner) or datetime.now(UTC).date()

    @property
    def history(self) -> Path:
        return self.folder / "history"

    def history_until(self, owner: UUID) -> date | None:
        """The day on which the last copy of destroyed keys goes; None when there is none left."""
        ends = [_destroyed_at(path) + HISTORY for path in self.history.glob(f"{owner}.*.key")]
        return max(ends).date() if ends else None

    def purge_history(self, *, now: datetime | None = None) -> int:
        """Remove destroyed keys whose days are over; answers how many."""
        limit = (now or datetime.now(UTC)) - HISTORY
        old = [path for path in self.history.glob("*.*.key") if _destroyed_at(path) <= limit]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def create_signing_key(self) -> Ed25519PrivateKey:
        """Make the key that signs what the platform certifies, or answer the one that exists."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        nonce, material = secrets.token_bytes(12), secrets.token_bytes(32)
        wrapped = nonce + self._wrapping.encrypt(nonce, material, _SIGNING)
        _write_once(
            self._signing_path, json.dumps({"version": 1, "wrapped": base64.b64encode(wrapped).decode()})
        )
        return self.signing_key()

    def signing_key(self) -> Ed25519PrivateKey:
        """The platform's signing key. Raises NoKey or KeyUnreadable."""
        return self._signing()

    def verifying_key(self) -> Ed25519PublicKey:
        """Its public half. Raises NoKey or KeyUnreadable."""
        return self._verifying()

    @property
    def _signing_path(self) -> Path:
        return self.folder / "signing.key"

    def _path(self, owner: UUID) -> Path:
        return self.folder / f"{owner}.key"

    def _read_signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._unwrapped(self._signing_path, _SIGNING))

    def _read(self, owner: UUID) -> Keys:
        material = self._unwrapped(self._path(owner), owner.bytes)
        return Keys(data=material[:32], index=material[32:], cipher=AESGCM(material[:32]))

    def _unwrapped(self, path: Path, whose: bytes) -> bytes:
        try:
            wrapped = base64.b64decode(json.loads(path.read_text())["wrapped"])
        except FileNotFoundError:
            raise NoKey("There is no such key in the key store.") from None
        try:
            return self._wrapping.decrypt(wrapped[:12], wrapped[12:], whose)
        except InvalidTag:
            raise KeyUnreadable("A key file does not open: is KEY_STORE_SECRET the right one?") from None


@lru_cache(maxsize=1)
def key_store() -> FileKeyStore:
    """The key store that the settings name (KEY_STORE_DIR, KEY_STORE_SECRET)."""
    return FileKeyStore(settings.KEY_STORE_DIR, settings.KEY_STORE_SECRET)


@receiver(setting_changed)
def _open_another_store(*, setting: str, **kwargs: object) -> None:
    """Under test the settings move while the process runs."""
    if setting.startswith("KEY_STORE_"):
        key_store.cache_clear()


def _destroyed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(int(path.name.split(".")[1]), UTC)


def _write_once(path: Path, text: str) -> None:
    """Write and sync under another name, then link: two founders at once leave one whole file."""
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
