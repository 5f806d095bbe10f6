"""How much an organisation has of what a plan limits. The apps above say how theirs is counted."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from billing.accounts import account_of
from billing.entitlements import Feature
from billing.metering import current_period, usage_between
from delivery.webhooks import endpoint_in_use
from organisations.models import ApiKey, Membership, Organisation

Count = Callable[[Organisation], int]
_COUNTS: dict[Feature, Count] = {}


def counts(feature: Feature) -> Callable[[Count], Count]:
    """Register how something is counted; what nobody counts is shown nowhere."""

    def register(count: Count) -> Count:
        _COUNTS[feature] = count
        return count

    return register


def used(organisation: Organisation, feature: Feature) -> int | None:
    """The count now, in the organisation's transaction; None where nobody counts it."""
    count = _COUNTS.get(feature)
    return count(organisation) if count else None


@counts(Feature.SEATS)
def _seats(organisation: Organisation) -> int:
    return Membership.objects.filter(organisation=organisation).count()


@counts(Feature.API_KEYS)
def _keys(organisation: Organisation) -> int:
    return ApiKey.objects.living().filter(organisation=organisation).count()


@counts(Feature.WEBHOOKS)
def _webhooks(organisation: Organisation) -> int:
    return int(endpoint_in_use() is not None)


@counts(Feature.LEADS_PER_MONTH)
def _leads(organisation: Organisation) -> int:
    now = timezone.now()
    period = current_period(account_of(organisation), now)
    return usage_between(period.start, now).net
