"""Sealing personal values, and finding them again without reading them.

AES-256-GCM under the owner's data key. The associated data names the place, ``table.column:row``,
so a ciphertext moved to another row or column does not open. Equality is found by an HMAC-SHA256
under a second key of the owner, so one organisation's index says nothing about another's.
"""

import hmac
import os
import unicodedata
from uuid import UUID

from cryptography.exceptions import InvalidTag

from tenancy.keys import key_store

_FORMAT = b"\x01"


class Unsealable(ValueError):
    """The ciphertext was altered, moved, or sealed under another key."""


def seal(owner: UUID, value: str, *, place: str) -> bytes:
    """Encrypt one value for one place: ``b"\\x01" + nonce (12) + ciphertext and tag``."""
    return seal_bytes(owner, value.encode(), place=place)


def seal_bytes(owner: UUID, value: bytes, *, place: str) -> bytes:
    """The same for what is no text."""
    nonce = os.urandom(12)
    return _FORMAT + nonce + key_store().open(owner).cipher.encrypt(nonce, value, place.encode())


def unseal(owner: UUID, sealed: bytes, *, place: str) -> str:
    """Decrypt what ``seal`` made for the same place. Raises Unsealable."""
    return unseal_bytes(owner, sealed, place=place).decode()


def unseal_bytes(owner: UUID, sealed: bytes, *, place: str) -> bytes:
    """Decrypt what ``seal_bytes`` made for the same place. Raises Unsealable."""
    data = bytes(sealed)
    if data[:1] != _FORMAT:
        raise Unsealable("This value was not sealed in a known format.")
    try:
        return key_store().open(owner).cipher.decrypt(data[1:13], data[13:], place.encode())
    except InvalidTag:
        raise Unsealable("This value does not open in this place.") from None


def blind_index(owner: UUID, kind: str, value: str) -> bytes:
    """A keyed hash (32 bytes) of an already normalised value; ``kind`` keeps e-mail and phone apart."""
    key = key_store().open(owner).index
    return hmac.digest(key, f"{kind}:{value}".encode(), "sha256")


def normalise_email(value: str) -> str:
    """The form in which two spellings of one address are equal: NFKC, trimmed, lower case."""
    return unicodedata.normalize("NFKC", value).strip().lower()


def normalise_phone(value: str) -> str:
    """Digits with a leading plus where there was one."""
    trimmed = value.strip()
    return ("+" if trimmed.startswith("+") else "") + "".join(c for c in trimmed if c.isdigit())
