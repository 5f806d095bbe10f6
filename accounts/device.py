"""The proof that a browser signed in to an account before.

A signed cookie names the account only by a keyed hash. It opens nothing: it keeps strangers' failed
tries from delaying the person, and expires after 180 days.
"""

import hmac
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from tenancy.encryption import blind_index
from tenancy.ids import random_key
from tenancy.keys import PLATFORM

_SALT = "accounts.device"
_LASTS = 180 * 24 * 60 * 60


def cookie_name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def known_device(request: HttpRequest, *, account: str) -> str | None:
    """This browser's random name, if it signed in to this account before."""
    try:
        proof: Any = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=_SALT, max_age=_LASTS)
        name, owner = proof["device"], proof["account"]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return name if hmac.compare_digest(owner, _mark(account)) else None


def remember_device(response: HttpResponse, *, account: str) -> None:
    """Give the browser a proof for this account, under a new random name."""
    response.set_cookie(
        cookie_name(),
        signing.dumps({"device": random_key(), "account": _mark(account)}, salt=_SALT),
        max_age=_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _mark(account: str) -> str:
    return blind_index(PLATFORM, "device", account).hex()
