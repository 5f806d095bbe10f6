"""How often one address may submit, counted in this process alone and forgotten soon."""

from typing import Any

from django.conf import settings

from configurators.files import LARGEST_ALTOGETHER
from configurators.price_display import PriceDisplay
from delivery.buckets import Buckets
from leads.addresses import client_address, network

SUSPECT_PER_MINUTE = 6
REFUSE_PER_MINUTE = 120
CHECKS_PER_MINUTE = 30
SAVES_PER_MINUTE = 10
FILES_PER_MINUTE = 20
#: Two requests with as much as one may have.
FILE_BYTES_PER_MINUTE = 2 * LARGEST_ALTOGETHER
#: What one network may leave at one form without sending a request with it: far less than there is room for.
UNCLAIMED_BYTES_PER_DAY = 8 * LARGEST_ALTOGETHER
PRICES_PER_MINUTE = 120

_posts = Buckets()
_leads = Buckets()
_checks = Buckets()
_saves = Buckets()
_files = Buckets()
_file_bytes = Buckets()
_unclaimed_bytes = Buckets(seconds=24 * 60 * 60)
_prices = Buckets()


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


def too_many_files(address: str, public_key: str, size: int) -> bool:
    """Count one file of so many bytes that was handed in; True when nobody would hand in so much."""
    if not _take(_files, address, public_key, FILES_PER_MINUTE):
        return True
    return not _take(_file_bytes, address, public_key, FILE_BYTES_PER_MINUTE, amount=size)


def too_much_unclaimed(address: str, public_key: str, size: int) -> bool:
    """Count one file until a request claims it; True when its network left too much here in a day."""
    return not _take(_unclaimed_bytes, address, public_key, UNCLAIMED_BYTES_PER_DAY, amount=size)


def not_left_unclaimed(address: str, public_key: str, size: int) -> None:
    """Uncount files that were not kept, or that a request claimed."""
    _unclaimed_bytes.give_back(_name(address, public_key), amount=size)


def too_many_prices(address: str, public_key: str) -> bool:
    """Count one price that was asked for where a rounded one is shown; True when nobody chooses as fast."""
    return not _take(_prices, address, public_key, PRICES_PER_MINUTE)


def asks_too_much(meta: dict[str, Any], public_key: str, display: PriceDisplay) -> bool:
    """Who is shown about what it costs may not have the rest worked out by asking on and on."""
    return display.is_rounded and too_many_prices(client_address(meta), public_key)


def forgive(address: str, public_key: str) -> None:
    """Uncount a submission that we could not store: whoever sends it again is no less a person."""
    for buckets in (_posts, _leads):
        buckets.give_back(_name(address, public_key))


def forget_everything() -> None:
    """Empty all buckets: for tests."""
    for buckets in (_posts, _leads, _checks, _saves, _prices, _files, _file_bytes, _unclaimed_bytes):
        buckets.clear()


def _take(buckets: Buckets, address: str, public_key: str, per_minute: int, *, amount: int = 1) -> bool:
    return not address or buckets.take(_name(address, public_key), per_minute=per_minute, amount=amount)


def _name(address: str, public_key: str) -> str:
    return f"{network(address)} {public_key}"
