"""Identifiers: ordered ones for rows, unguessable ones for the outside."""

import os
import uuid
from datetime import UTC, date, datetime, timedelta

import uuid_utils.compat

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: Each letter stands for four bytes; the 24 bytes left over are thrown away, or some letters came oftener.
_LETTERS = (_BASE58 * 5)[:256]
_UNFAIR = bytes(range(4 * len(_BASE58), 256))


def uuid7() -> uuid.UUID:
    """A time-ordered UUIDv7 (RFC 9562), made in Python so that a row knows its key before it is stored.

    It shows its time of creation: never use one as a public identifier or a secret.
    """
    return uuid_utils.compat.uuid7()


def uuid7_at(moment: datetime) -> uuid.UUID:
    """A UUIDv7 of a given moment, to the microsecond: two of one process sort like their moments."""
    micros = int((moment - _EPOCH) / timedelta(microseconds=1))
    millis, rest = divmod(micros, 1000)
    fraction = rest * 4096 // 1000
    chance = int.from_bytes(os.urandom(8)) >> 2
    return uuid.UUID(int=millis << 80 | 7 << 76 | fraction << 64 | 2 << 62 | chance)


def first_uuid7_of(day: date) -> uuid.UUID:
    """The bound that no UUIDv7 of this day (in UTC) lies below, and all of the day before do."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return uuid.UUID(int=int(midnight.timestamp()) * 1000 << 80)


def random_key(length: int = 22) -> str:
    """An unguessable public identifier in base58; 22 characters hold 128 bits."""
    letters = b""
    while len(letters) < length:
        letters += os.urandom(2 * length).translate(_LETTERS, _UNFAIR)
    return letters[:length].decode()
