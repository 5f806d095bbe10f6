"""The platform's signature: over the heads of chains, over what it certifies, and over quotes.

One key, which never lies in the database (`tenancy.keys`). What is signed says itself what it is, so that a
signature under the one never passes for a signature under the other.
"""

from cryptography.exceptions import InvalidSignature

from tenancy.keys import key_store


def sign(message: bytes) -> bytes:
    return key_store().signing_key().sign(message)


def is_signed(message: bytes, signature: bytes) -> bool:
    """Whether this platform signed exactly that."""
    try:
        key_store().verifying_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


def public_key() -> bytes:
    """The 32 bytes with which everybody can check."""
    return key_store().verifying_key().public_bytes_raw()
