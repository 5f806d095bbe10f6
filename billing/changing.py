"""Changing a plan that runs, and ending it. Never within a transaction.

Nothing here grants anything: what came of it is known when the mirror has it from Stripe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from audit import events
from billing import gateway
from billing.accounts import lock_account
from billing.buying import heard_of, living_subscription
from billing.models import PlanVersion, Purchase, Subscription
from billing.price_list import rank
from billing.stripe_objects import FetchedSubscription, Preview
from organisations.models import Organisation
from tenancy.context import tenant


class NothingToChange(ValueError):
    """No living subscription, or it has this plan already."""


class EndsAlready(ValueError):
    """It was cancelled. A change would be paid for beyond its end, so the end is taken back first."""

    def __init__(self, at: datetime) -> None:
        super().__init__("ends")
        self.at = at


@dataclass(frozen=True, slots=True)
class Change:
    """What changing to a plan means: the exact charge if it is now, else the day on which it begins."""

    subscription: FetchedSubscription
    version: PlanVersion
    interval: str
    is_upgrade: bool
    at: datetime
    preview: Preview | None

    @property
    def new_price(self) -> str:
        """At Stripe; a line of the preview that has it is of the new plan."""
        return self.version.stripe_price(self.interval)

    @property
    def is_free_for_now(self) -> bool:
        """During a trial the preview is of the first payment, when the trial is over."""
        return self.subscription.status == "trialing"


def propose_change(
    *, organisation: Organisation, version: PlanVersion, interval: str, at: datetime | None = None
) -> Change:
    """What changing would mean; with ``at`` of an earlier proposal, exactly what that one said.

    More per month, or from months to a year, is now; less begins when the period that is paid for is over.
    Raises NothingToChange, EndsAlready, StripeDown, StripeRefused.
    """
    mine = living_subscription(organisation.pk)
    if mine is None or (mine.plan_version_id, mine.interval) == (version.pk, interval):
        raise NothingToChange
    fetched = gateway.fetch_subscription(mine.stripe_id)
    if fetched.price == version.stripe_price(interval):
        raise NothingToChange
    if fetched.cancel_at:
        raise EndsAlready(fetched.cancel_at)
    is_upgrade = _is_more(mine, version, interval)
    # Just after a renewal our clock may still be before it, and Stripe reckons within a period alone.
    moment = max(at or timezone.now(), fetched.period_start).replace(microsecond=0)
    preview = None
    if is_upgrade:
        preview = gateway.preview_change(fetched, price=version.stripe_price(interval), at=moment)
    return Change(fetched, version, interval, is_upgrade, moment, preview)


def _is_more(mine: Subscription, version: PlanVersion, interval: str) -> bool:
    old = mine.plan_version
    if old is None:
        return True
    places = (rank(version.code), interval == "year"), (rank(old.code), mine.interval == "year")
    return places[0] > places[1]


def carry_out(change: Change, *, organisation: Organisation, by: UUID) -> bool:
    """Change the plan as proposed; False where that waits for a payment, so that nothing has changed yet.

    Raises what the gateway raises.
    """
    with tenant(organisation.pk):
        lock_account(organisation.pk)
        purchase, _ = Purchase.objects.get_or_create(
            organisation=organisation,
            kind=Purchase.Kind.CHANGE,
            state=Purchase.State.OPEN,
            defaults={"plan_version": change.version, "interval": change.interval},
        )
        events.record(
            "billing.plan_change_asked",
            actor_id=by,
            kind="purchase",
            object_id=purchase.pk,
            detail={"plan": change.version.code, "interval": change.interval},
            evidence=True,
        )
    price = change.new_price
    try:
        if change.is_upgrade:
            return _upgrade(change, price, purchase.pk)
        gateway.downgrade_at_end(change.subscription, price=price, purchase_id=purchase.pk)
    finally:
        Purchase.objects.filter(pk=purchase.pk).update(state=Purchase.State.DONE)
        heard_of(change.subscription.id)
    return True


def _upgrade(change: Change, price: str, purchase_id: UUID) -> bool:
    """Stripe changes nothing under a schedule: so that is taken off, and put back where the plan stays."""
    before = change.subscription
    gateway.keep_plan(before)
    try:
        return gateway.upgrade(before, price=price, at=change.at, purchase_id=purchase_id).price == price
    finally:
        if before.next_price:
            _put_back(before.id, price=before.next_price, unless=price, purchase_id=purchase_id)


def _put_back(subscription: str, *, price: str, unless: str, purchase_id: UUID) -> None:
    now = gateway.fetch_subscription(subscription)
    if now.price != unless:
        gateway.downgrade_at_end(now, price=price, purchase_id=purchase_id)


def stay(*, organisation: Organisation, by: UUID) -> None:
    """Take back a change that was to come, or the end. Raises NothingToChange."""
    fetched = _fetched(organisation)
    gateway.cancel_at_end(fetched, cancel=False)
    _recorded("billing.plan_kept", organisation, by, fetched.id)


def cancel(*, organisation: Organisation, by: UUID) -> None:
    """End when the period that is paid for is over. Raises NothingToChange."""
    fetched = _fetched(organisation)
    gateway.cancel_at_end(fetched, cancel=True)
    _recorded("billing.plan_cancelled", organisation, by, fetched.id)


def _fetched(organisation: Organisation) -> FetchedSubscription:
    mine = living_subscription(organisation.pk)
    if mine is None:
        raise NothingToChange
    return gateway.fetch_subscription(mine.stripe_id)


def _recorded(action: str, organisation: Organisation, by: UUID, subscription: str) -> None:
    with tenant(organisation.pk):
        events.record(action, actor_id=by, evidence=True)
        heard_of(subscription)
