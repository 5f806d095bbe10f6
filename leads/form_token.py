"""The signed token in every public form: which version and wordings were shown, when, and one submission key.

It proves that a page of ours was rendered for this configurator recently, nothing more: without
cookies there is no ambient authority to forge.
"""

import base64
import binascii
import hmac
import secrets
import struct
from functools import lru_cache
from time import time
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

VALID_SECONDS = 24 * 60 * 60
#: A person needs longer than this to read a page; what is faster is suspected, not refused.
HUMAN_SECONDS = 2
#: Tolerance for the clocks of several servers.
SKEW_SECONDS = 60

_BODY = struct.Struct(">16sI16s32s32s")
_TAG = 16
_PADDING = (b"", b"===", b"==", b"=")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


class BadToken(ValueError):
    """Not a token of ours for this configurator."""


class ExpiredToken(BadToken):
    """Ours, but older than a day: ask again with the answers kept. ``token`` still tells what was shown."""

    def __init__(self, token: "FormToken") -> None:
        super().__init__("expired")
        self.token = token


class FormToken(NamedTuple):
    """What a token says."""

    version_id: UUID
    issued_at: int
    submission_key: str
    notice_sha256: str
    #: The wording beside the box for consent; '' where a token does not say.
    consent_sha256: str = ""

    @property
    def has_expired(self) -> bool:
        return self.age > VALID_SECONDS

    @property
    def age(self) -> float:
        """Seconds since the page was rendered."""
        return time() - self.issued_at


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"leads.form_token", "sha256")


def _tag(secret: str, public_key: str, body: bytes) -> bytes:
    return hmac.digest(_key(secret), public_key.encode() + b"\0" + body, "sha256")[:_TAG]


def issue(public_key: str, *, version_id: UUID, notice_sha256: str, consent_sha256: str = "") -> str:
    """A fresh token for one rendering of one configurator's page."""
    shown = bytes.fromhex(notice_sha256), bytes.fromhex(consent_sha256)
    return _signed(public_key, _BODY.pack(version_id.bytes, int(time()), secrets.token_bytes(16), *shown))


def renew(public_key: str, token: FormToken, *, notice_sha256: str, consent_sha256: str) -> str:
    """The token of the same page, shown again with other wordings: its key and its time stay."""
    shown = bytes.fromhex(notice_sha256), bytes.fromhex(consent_sha256)
    key = bytes.fromhex(token.submission_key)
    return _signed(public_key, _BODY.pack(token.version_id.bytes, token.issued_at, key, *shown))


def _signed(public_key: str, body: bytes) -> str:
    return base64.urlsafe_b64encode(body + _tag(settings.SECRET_KEY, public_key, body)).decode().rstrip("=")


def read(public_key: str, token: str) -> FormToken:
    """Verify a token for this configurator. Raises BadToken or ExpiredToken."""
    try:
        text = token.encode("ascii").translate(_FROM_URL)
        raw = binascii.a2b_base64(text + _PADDING[len(text) % 4], strict_mode=True)
    except (binascii.Error, ValueError):
        raise BadToken("malformed") from None
    if len(raw) != _BODY.size + _TAG:
        raise BadToken("malformed")
    body, tag = raw[: _BODY.size], raw[_BODY.size :]
    if not _is_ours(public_key, body, tag):
        raise BadToken("not ours")
    version, issued_at, nonce, notice, consent = _BODY.unpack(body)
    said = consent.hex() if any(consent) else ""
    found = FormToken(UUID(bytes=version), issued_at, nonce.hex(), notice.hex(), said)
    if found.age < -SKEW_SECONDS:
        raise BadToken("from the future")
    if found.has_expired:
        raise ExpiredToken(found)
    return found


def _is_ours(public_key: str, body: bytes, tag: bytes) -> bool:
    if hmac.compare_digest(tag, _tag(settings.SECRET_KEY, public_key, body)):
        return True
    older = settings.SECRET_KEY_FALLBACKS
    return any(hmac.compare_digest(tag, _tag(secret, public_key, body)) for secret in older)
