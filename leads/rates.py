"""How often one address may submit, counted in this process alone and forgotten soon."""

from django.conf import settings

from delivery.buckets import Buckets
from leads.addresses import network

SUSPECT_PER_MINUTE = 6
REFUSE_PER_MINUTE = 120
CHECKS_PER_MINUTE = 30
SAVES_PER_MINUTE = 10

_posts = Buckets()
_leads = Buckets()
_checks = Buckets()
_saves = Buckets()


def too_many(address: str, public_key: str) -> bool:
    """Count one post from an address to a configurator; True when it is beyond what is served at all."""
    limit = getattr(settings, "INTAKE_REFUSE_PER_MINUTE", REFUSE_PER_MINUTE)
    return not _take(_posts, address, public_key, limit)


def suspicious(address: str, public_key: str) -> bool:
    """Count one valid submission; True when a person would not send so many."""
    limit = getattr(settings, "INTAKE_SUSPECT_PER_MINUTE", SUSPECT_PER_MINUTE)
    return not _take(_leads, address, public_key, limit)


def too_many_checks(address: str) -> bool:
    """Count one quote that an address has checked; True when it is beyond what is served."""
    return not _take(_checks, address, "", CHECKS_PER_MINUTE)


def too_many_saved(address: str, public_key: str) -> bool:
    """Count one saved configuration; True when nobody would keep so many."""
    return not _take(_saves, address, public_key, SAVES_PER_MINUTE)


def forgive(address: str, public_key: str) -> None:
    """Uncount a submission that we could not store: whoever sends it again is no less a person."""
    for buckets in (_posts, _leads):
        buckets.give_back(_name(address, public_key))


def forget_everything() -> None:
    """Empty all buckets: for tests."""
    for buckets in (_posts, _leads, _checks, _saves):
        buckets.clear()


def _take(buckets: Buckets, address: str, public_key: str, per_minute: int) -> bool:
    return not address or buckets.take(_name(address, public_key), per_minute=per_minute)


def _name(address: str, public_key: str) -> str:
    return f"{network(address)} {public_key}"
