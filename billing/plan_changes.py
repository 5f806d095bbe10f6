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
    """
    owner = counts.organisation_id
    last = PlanChange.objects.filter(organisation_id=owner).order_by("-since", "-id").first()
    if last is None or last.since < counts.created:
        since = counts.created
    elif last.plan_version_id != counts.plan_version_id:
        since = _changed_at(counts)
    else:
        return
    PlanChange.objects.create(organisation_id=owner, plan_version_id=counts.plan_version_id, since=since)


def _changed_at(subscription: Subscription) -> datetime:
    """When Stripe first said the plan that it says now, however late we hear of it; else now."""
    version, since = subscription.plan_version, None
    prices = {version.stripe_monthly, version.stripe_yearly} if version else set()
    told = StripeEvent.objects.filter(
        object_id=subscription.stripe_id, type__startswith="customer.subscription."
    ).exclude(payload=b"")
    for event in told.order_by("-created", "-event_id"):
        if _price(event) not in prices:
            break
        since = event.created
    return since or timezone.now()


def _price(event: StripeEvent) -> str:
    text = unseal(PLATFORM, bytes(event.payload), place=f"billing_stripeevent.payload:{event.pk}")
    try:
        return str(json.loads(text)["data"]["object"]["items"]["data"][0]["price"]["id"])
    except (LookupError, TypeError):
        return ""
