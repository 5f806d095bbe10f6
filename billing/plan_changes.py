"""From when on an organisation had which plan: a month is billed by the best of those that it had."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from billing.models import PlanChange, StripeEvent, Subscription
from tenancy.encryption import unseal
from tenancy.keys import PLATFORM


def plans_within(organisation_id: UUID, start: datetime, end: datetime) -> list[PlanChange]:
    """Those that held at any moment from ``start`` until before ``end``, oldest first; none before the first
    was bought."""
    changes = PlanChange.objects.select_related("plan_version").filter(organisation_id=organisation_id)
    at_start = changes.filter(since__lte=start).order_by("-since", "-id")[:1]
    return [*at_start, *changes.filter(since__gt=start, since__lt=end).order_by("since", "id")]


def note_plan(counts: Subscription) -> None:
    """Write down what a subscription began with and each change within it, as the mirror learns of them.

    What is bought again with the plan of before has a line too: its next change is not as old as itself.
    And so has a change that was seen before Stripe's message of it came, once that says it is older.
    """
    noted = PlanChange.objects.filter(organisation_id=counts.organisation_id)
    since = _since(counts, noted.order_by("-since", "-id").first())
    change = {
        "organisation_id": counts.organisation_id,
        "plan_version_id": counts.plan_version_id,
        "since": since,
    }
    if since and not noted.filter(**change).exists():
        PlanChange.objects.create(**change)


def _since(counts: Subscription, last: PlanChange | None) -> datetime | None:
    """From when on its plan holds, as far as that is news."""
    if last is None or last.since < counts.created:
        return counts.created
    told = _told_at(counts)
    if last.plan_version_id != counts.plan_version_id:
        return told or timezone.now()
    return told if told and counts.created < told < last.since else None


def _told_at(subscription: Subscription) -> datetime | None:
    """When Stripe first said the plan that it says now, however late we hear of it; None until we do."""
    version, since = subscription.plan_version, None
    prices = {version.stripe_monthly, version.stripe_yearly} if version else set()
    told = StripeEvent.objects.filter(
        object_id=subscription.stripe_id, type__startswith="customer.subscription."
    ).exclude(payload=b"")
    for event in told.order_by("-created", "-event_id"):
        if _price(event) not in prices:
            break
        since = event.created
    return since


def _price(event: StripeEvent) -> str:
    text = unseal(PLATFORM, bytes(event.payload), place=f"billing_stripeevent.payload:{event.pk}")
    try:
        return str(json.loads(text)["data"]["object"]["items"]["data"][0]["price"]["id"])
    except (LookupError, TypeError):
        return ""
