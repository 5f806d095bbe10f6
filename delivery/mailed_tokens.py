"""Tokens in mailed links that say, to us alone, which organisation to enter.

Before the link is followed nobody knows whose it is, so the organisation stands in it, sealed under the
platform's key together with what the link needs. Nobody can make one, read one or alter one; two for the same
purpose differ; and a token for one purpose opens nothing for another.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from tenancy.encryption import Unsealable, seal, unseal
from tenancy.keys import PLATFORM

_UUID_BYTES = 16
#: No token of ours is longer.
_LONGEST = 400


class BadToken(ValueError):
    """Nothing that we made for this purpose."""


def make(purpose: str, organisation_id: UUID, rest: bytes) -> str:
    """A token for one purpose at one organisation."""
    text = urlsafe_b64encode(organisation_id.bytes + rest).decode()
    return urlsafe_b64encode(seal(PLATFORM, text, place=_place(purpose))).decode().rstrip("=")


def read(purpose: str, token: str) -> tuple[UUID, bytes]:
    """The organisation, and what else was put in. Raises BadToken."""
    if len(token) > _LONGEST or not token.isascii():
        raise BadToken
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        content = urlsafe_b64decode(unseal(PLATFORM, sealed, place=_place(purpose)))
    except (ValueError, Unsealable):
        raise BadToken from None
    return UUID(bytes=content[:_UUID_BYTES]), content[_UUID_BYTES:]


def _place(purpose: str) -> str:
    return f"mailed_token.{purpose}"
