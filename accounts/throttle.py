"""Slowing down guessers without locking out the person they guess at.

Tries are counted in lanes under keyed hashes. A browser that signed in before (it carries a device
proof) or an address from which this account signed in before is counted in a lane of its own, so
strangers' failures never delay it. Strangers share three lanes: account with address, account,
address. A wait grows with every failure and ends at fifteen minutes; nothing is ever locked.

A try is counted before the password is looked at, and given back when it was right: of a hundred
tries at once, no more are looked at than of a hundred in a row.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ThrottleLane
from tenancy.encryption import blind_index
from tenancy.keys import PLATFORM

FORGOTTEN_AFTER = timedelta(hours=24)
PROOF_LASTS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many failures cost no wait, and between which bounds the wait doubles after them."""

    free: int
    shortest: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=15)

    def wait(self, failures: int) -> timedelta:
        """How long after the last of so many failures the next try may come."""
        if failures < self.free:
            return timedelta(0)
        return min(self.shortest * 2 ** min(failures - self.free, 20), self.longest)


_DEVICE = Pace(free=5)
_PAIR = Pace(free=5)
_ACCOUNT = Pace(free=10)
_ADDRESS = Pace(free=30)
_MAILS_TO_ONE = Pace(free=5, shortest=timedelta(hours=1), longest=timedelta(hours=1))


class TooSoon(Exception):
    """The next try must wait."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, ceil(wait.total_seconds()))
        super().__init__("The next try must wait.")

    @property
    def minutes(self) -> int:
        return ceil(self.seconds / 60)


@dataclass(frozen=True, slots=True)
class Try:
    """One counted try, to be settled with ``succeeded`` when it was right."""

    counted: tuple[bytes, ...]
    pair: bytes


def begin(*, purpose: str, account: str, address: str, device: str | None = None) -> Try:
    """Count a try at a secret, or raise TooSoon without counting it.

    ``device`` is the proof that ``known_device`` read from this account's own browser.
    """
    pair = _key("pair", purpose, account, address)
    strangers = {
        pair: _PAIR,
        _key("account", purpose, account): _ACCOUNT,
        _key("address", purpose, address): _ADDRESS,
    }
    own = {_key("device", purpose, account, device): _DEVICE} if device else {}
    with transaction.atomic():
        lanes = _locked([*strangers, *own])
        paces = own or ({pair: _PAIR} if _is_proved(lanes[pair]) else strangers)
        _count(lanes, paces)
    return Try(counted=tuple(paces), pair=pair)


def succeeded(attempt: Try) -> None:
    """Give the try back, and remember that it was right from there."""
    now = timezone.now()
    with transaction.atomic():
        _locked([*attempt.counted, attempt.pair])
        ThrottleLane.objects.filter(key__in=attempt.counted).update(failures=Greatest(F("failures") - 1, 0))
        ThrottleLane.objects.filter(key=attempt.pair).update(
            failures=0, proved_at=now, purge_after=now + PROOF_LASTS
        )


def forgive(*, purpose: str, account: str) -> None:
    """Forget strangers' failures, once the person has proved themselves by another way."""
    ThrottleLane.objects.filter(key=_key("account", purpose, account)).update(failures=0)


def count_request(*, purpose: str, address: str) -> None:
    """Count a form that anyone may send, by the sender's address. Raises TooSoon."""
    key = _key("requests", purpose, address)
    with transaction.atomic():
        _count(_locked([key]), {key: _ADDRESS})


def may_mail(email: str) -> bool:
    """Count a mail that a stranger asked us to send; False when the address got enough of them lately."""
    key = _key("mail", email)
    with transaction.atomic():
        try:
            _count(_locked([key]), {key: _MAILS_TO_ONE})
        except TooSoon:
            return False
    return True


def client_address(request: HttpRequest) -> str:
    """The sender's network: the address, or for IPv6 its /64, which one subscriber holds.

    An IPv4 address in IPv6 clothes is IPv4: all of them are in one /64.
    """
    hop = request.META.get("REMOTE_ADDR") or ""
    if settings.TRUSTED_PROXIES:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:  # fewer: it did not come through all of ours
            hop = hops[-settings.TRUSTED_PROXIES]
    try:
        address = ipaddress.ip_address(hop.strip())
    except ValueError:
        return "unknown"
    address = getattr(address, "ipv4_mapped", None) or address
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)


def _key(*parts: str) -> bytes:
    return blind_index(PLATFORM, "throttle", "\0".join(parts))


def _locked(keys: Iterable[bytes]) -> dict[bytes, ThrottleLane]:
    """The lanes, made where missing, locked in one order so that two tries never wait for each other."""
    in_order = sorted(set(keys))
    gone = timezone.now() + FORGOTTEN_AFTER
    ThrottleLane.objects.bulk_create(
        [ThrottleLane(key=key, purge_after=gone) for key in in_order], ignore_conflicts=True
    )
    rows = ThrottleLane.objects.select_for_update().filter(key__in=in_order).order_by("key")
    return {bytes(row.key): row for row in rows}


def _is_proved(lane: ThrottleLane) -> bool:
    return lane.proved_at is not None and lane.proved_at > timezone.now() - PROOF_LASTS


def _count(lanes: dict[bytes, ThrottleLane], paces: dict[bytes, Pace]) -> None:
    """Add a failure to each lane, or raise TooSoon for the slowest and add none."""
    now = timezone.now()
    wait = max(_wait(lanes[key], pace, now) for key, pace in paces.items())
    if wait > timedelta(0):
        raise TooSoon(wait)
    counted = [lanes[key] for key in paces]
    for lane in counted:
        lane.failures = 1 if _is_forgotten(lane, now) else lane.failures + 1
        lane.last_failure_at = now
        if lane.proved_at is None:
            lane.purge_after = now + FORGOTTEN_AFTER
    ThrottleLane.objects.bulk_update(counted, ["failures", "last_failure_at", "purge_after"])


def _is_forgotten(lane: ThrottleLane, now: datetime) -> bool:
    return lane.last_failure_at is None or lane.last_failure_at < now - FORGOTTEN_AFTER


def _wait(lane: ThrottleLane, pace: Pace, now: datetime) -> timedelta:
    if lane.last_failure_at is None or _is_forgotten(lane, now):
        return timedelta(0)
    return lane.last_failure_at + pace.wait(lane.failures) - now
