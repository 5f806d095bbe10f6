"""Identifiers: ordered ones for rows, unguessable ones for the outside."""

import os
import uuid

import uuid_utils.compat

_BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: Each letter stands for four bytes; the 24 bytes left over are thrown away, or some letters came oftener.
_LETTERS = (_BASE58 * 5)[:256]
_UNFAIR = bytes(range(4 * len(_BASE58), 256))


def uuid7() -> uuid.UUID:
    """A time-ordered UUIDv7 (RFC 9562), made in Python so that a row knows its key before it is stored.

    It shows its time of creation: never use one as a public identifier or a secret.
    """
    return uuid_utils.compat.uuid7()


def random_key(length: int = 22) -> str:
    """An unguessable public identifier in base58; 22 characters hold 128 bits."""
    letters = b""
    while len(letters) < length:
        letters += os.urandom(2 * length).translate(_LETTERS, _UNFAIR)
    return letters[:length].decode()
