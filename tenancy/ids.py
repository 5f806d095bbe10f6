"""Identifiers: ordered ones for rows, unguessable ones for the outside."""

import secrets
import uuid

import uuid_utils.compat

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def uuid7() -> uuid.UUID:
    """A time-ordered UUIDv7 (RFC 9562), made in Python so that a row knows its key before it is stored.

    It shows its time of creation: never use one as a public identifier or a secret.
    """
    return uuid_utils.compat.uuid7()


def random_key(length: int = 22) -> str:
    """An unguessable public identifier in base58; 22 characters hold 128 bits."""
    return "".join(secrets.choice(_BASE58) for _ in range(length))
