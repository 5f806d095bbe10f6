"""Keys by which an organisation's own programs read its data.

A key is ``opmaat_<prefix>_<secret>``: it is found by its prefix and proved by its secret, of which a hash is
kept. It belongs to the organisation, not to who made it, and ends on a day that is chosen with it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.events import record
from organisations.allowances import require_room
from organisations.models import ApiKey, ApiScope, Organisation

#: Living keys of one organisation.
MOST_KEYS = 20

_NAME = "opmaat"
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_PREFIX_LENGTH = 10
_LONGEST = 120


class TooManyKeys(Exception):
    """The organisation has as many keys as it may."""


def living_keys(organisation: Organisation) -> Sequence[ApiKey]:
    """The keys that open something, newest first."""
    return list(ApiKey.objects.living().filter(organisation=organisation).order_by("-id"))


def make_key(
    *, organisation: Organisation, name: str, scopes: Sequence[ApiScope], days: int, by: User
) -> tuple[ApiKey, str]:
    """Make a key; answers it with its text, which is never to be had again. Raises TooManyKeys, NoRoom."""
    living = ApiKey.objects.living().filter(organisation=organisation)
    require_room(organisation.pk, "api_keys", count=living.count)
    if living.count() >= MOST_KEYS:
        raise TooManyKeys
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(_PREFIX_LENGTH))
    secret = secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        organisation=organisation,
        name=name,
        prefix=prefix,
        secret_sha256=_hash(secret),
        scopes=[str(scope) for scope in scopes],
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    record("api_key.made", actor_id=by.pk, kind="api_key", object_id=key.pk, evidence=True)
    return key, f"{_NAME}_{prefix}_{secret}"


def revoke_key(key: ApiKey, *, by: User) -> None:
    """End a key at once; twice is once."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record("api_key.revoked", actor_id=by.pk, kind="api_key", object_id=key.pk, evidence=True)


def key_of(text: str) -> ApiKey | None:
    """The living key that somebody presents, or None; why not is nobody's business."""
    name, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if name != _NAME or len(text) > _LONGEST or not text.isascii() or "\x00" in text:
        return None
    key = ApiKey.objects.living().select_related("organisation").filter(prefix=prefix).first()
    kept = bytes(key.secret_sha256) if key else bytes(32)
    return key if hmac.compare_digest(kept, _hash(secret)) else None


def note_use(key: ApiKey) -> None:
    """Remember the day, with a statement on the first use of each."""
    today = timezone.localdate()
    if key.last_used_on != today:
        older = Q(last_used_on=None) | Q(last_used_on__lt=today)
        ApiKey.objects.filter(older, pk=key.pk).update(last_used_on=today)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
