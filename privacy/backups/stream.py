"""An encrypted stream in chunks: changed, cut, reordered or joined, it does not open.

Header: magic, salt, nonce prefix. Then chunks of AES-256-GCM under a key of their own, derived from
BACKUP_SECRET and the salt; each nonce carries the chunk's number and whether it is the last, each chunk
authenticates the header.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"OPMAATB1"
CHUNK = 1024 * 1024
_SALT, _PREFIX, _TAG = 16, 7, 16
_HEADER = len(MAGIC) + _SALT + _PREFIX


class BackupUnreadable(ValueError):
    """The file was altered or cut off, or BACKUP_SECRET is not the one it was made with."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was written."""

    sha256: str
    size: int
    plain_size: int


def seal(source: IO[bytes], target: IO[bytes], *, secret: str) -> Sealed:
    """Encrypt everything that can be read from ``source``."""
    header = MAGIC + os.urandom(_SALT + _PREFIX)
    cipher, digest = _cipher(secret, header), hashlib.sha256(header)
    target.write(header)
    size, plain_size = len(header), 0
    chunk = _read_full(source, CHUNK)
    for number in range(2**32):
        following = _read_full(source, CHUNK)
        sealed = cipher.encrypt(_nonce(header, number, last=not following), chunk, header)
        target.write(sealed)
        digest.update(sealed)
        size, plain_size = size + len(sealed), plain_size + len(chunk)
        if not following:
            return Sealed(digest.hexdigest(), size, plain_size)
        chunk = following
    raise ValueError("This is more than one file can hold.")


def opened(source: IO[bytes], *, secret: str) -> Iterator[bytes]:
    """The plain chunks, each given out only once it is known to be whole. Raises BackupUnreadable."""
    header = _read_full(source, _HEADER)
    if len(header) != _HEADER or not header.startswith(MAGIC):
        raise BackupUnreadable("This is no backup of ours.")
    cipher = _cipher(secret, header)
    sealed, number = _read_full(source, CHUNK + _TAG), 0
    while True:
        following = _read_full(source, CHUNK + _TAG)
        try:
            yield cipher.decrypt(_nonce(header, number, last=not following), sealed, header)
        except InvalidTag:
            raise BackupUnreadable(
                "The backup does not open: it was altered or cut off, or BACKUP_SECRET is another one."
            ) from None
        if not following:
            return
        sealed, number = following, number + 1


def _cipher(secret: str, header: bytes) -> AESGCM:
    salt = header[len(MAGIC) : len(MAGIC) + _SALT]
    return AESGCM(HKDF(hashes.SHA256(), 32, salt=salt, info=b"opmaat backup").derive(secret.encode()))


def _nonce(header: bytes, number: int, *, last: bool) -> bytes:
    return header[-_PREFIX:] + number.to_bytes(4, "big") + bytes([last])


def _read_full(source: IO[bytes], size: int) -> bytes:
    """As much as asked for, or all there is: a pipe gives less at a time."""
    pieces, left = [], size
    while left and (piece := source.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
