"""Signing a message the way of Standard Webhooks 1.0.0: HMAC-SHA256 over id, time and body."""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh secret in the form in which receivers keep it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def headers(message_id: str, *, at: datetime, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """The three headers; during a change of secret the message is signed under both."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
