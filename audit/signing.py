"""The key that signs the heads of chains: derived from the platform's own, so never in the database."""

import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tenancy.keys import PLATFORM, key_store


def _key() -> Ed25519PrivateKey:
    seed = hmac.digest(key_store().open(PLATFORM).index, b"opmaat heads of the record", "sha256")
    return Ed25519PrivateKey.from_private_bytes(seed)


def sign(message: bytes) -> bytes:
    return _key().sign(message)


def public_key() -> bytes:
    """What an exported record is checked with."""
    return _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
