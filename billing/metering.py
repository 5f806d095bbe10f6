"""What was used, month by month: counted in the lead's own statement, closed once, and billed at most once.

Truth is here and not at Stripe: one row per lead for ever, one that sets it off if it was spam, and one that
outweighs that again if it was not. A month is closed when nothing in it can be set off any more, so its
figures never move afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from billing.accounts import lock_account
from billing.entitlements import Feature
from billing.limits import entitlement
from billing.models import BillingAccount, PlanChange, Subscription, UsageCredit, UsagePeriod, UsageRecord
from billing.overage import leave_to_bill
from billing.periods import Period, period_of
from billing.plan_changes import plans_within
from tenancy.context import tenant

log = structlog.get_logger(__name__)

#: How long after it came a lead may be set off as spam.
CREDIT_DAYS = 7
#: No month is shorter: 28 days, less what the clocks skip and what a zone is ahead of UTC.
SHORTEST_MONTH_DAYS = 27


@dataclass(frozen=True, slots=True)
class Usage:
    """Leads that were counted, and those of them that were set off."""

    counted: int
    set_off: int

    @property
    def net(self) -> int:
        return self.counted - self.set_off


def set_off(lead_ref: UUID) -> bool:
    """Take a lead off the bill because it was spam. Runs in its organisation; answers whether it was in time.

    A second time changes nothing, and the lead's own row stays: a count is never undone, only outweighed.
    """
    since = timezone.now() - timedelta(days=CREDIT_DAYS)
    counted = _counts_as(lead_ref)
    if not UsageRecord.objects.filter(lead_ref=counted, occurred_at__gt=since).exists():
        return False
    UsageCredit.objects.bulk_create([UsageCredit(lead_ref=counted)], ignore_conflicts=True)
    return True


def count_released(lead_ref: UUID) -> None:
    """Count a lead that is no spam after all, from now on. Runs in its organisation; twice is once.

    One that was counted and set off counts again in the month of today, as one does that never counted: the
    month in which it came may be closed, and its figures stay.
    """
    record = UsageRecord(lead_ref=_counts_as(lead_ref), occurred_at=timezone.now())
    UsageRecord.objects.bulk_create([record], ignore_conflicts=True)


def _counts_as(lead_ref: UUID) -> UUID:
    """What the row that counts a lead refers to: to the lead, or to the last credit that set it off."""
    while credit := UsageCredit.objects.filter(lead_ref=lead_ref).first():
        lead_ref = credit.pk
    return lead_ref


def usage_between(start: datetime, end: datetime) -> Usage:
    """What the current organisation used from ``start`` until before ``end``. One query."""
    counted = UsageRecord.objects.filter(occurred_at__gte=start, occurred_at__lt=end)
    credited = UsageCredit.objects.filter(lead_ref__in=counted.values("lead_ref"))
    return Usage(counted.count(), credited.count())


def current_period(account: BillingAccount, now: datetime) -> Period:
    """The month of usage that is running, in the organisation's own zone."""
    return period_of(account.anchor, now, ZoneInfo(account.zone))


# --- Closing --------------------------------------------------------------------------------------


def close_due(now: datetime | None = None) -> int:
    """Close every month of every organisation that can be closed; answers how many. Happy to run twice."""
    moment = now or timezone.now()
    due = _month_may_be_over(moment).order_by("pk").values_list("organisation_id", flat=True)
    return sum(close_months(organisation_id, moment) for organisation_id in due.iterator())


def _month_may_be_over(now: datetime) -> QuerySet[BillingAccount]:
    """All but those whose running month is too young to be closed in any zone: most of them on most days."""
    young = now - timedelta(days=CREDIT_DAYS + SHORTEST_MONTH_DAYS)
    closed_lately = UsagePeriod.objects.filter(organisation=OuterRef("organisation"), ends_at__gt=young)
    return BillingAccount.objects.exclude(Exists(closed_lately)).filter(anchor__lte=young.date())


def close_months(organisation_id: UUID, now: datetime) -> int:
    """Close this organisation's months, oldest first, each with the job that bills it."""
    closed = 0
    with tenant(organisation_id):
        account = lock_account(organisation_id)
        for period in _open_months(account, now):
            _close(account, period)
            closed += 1
    return closed


def _open_months(account: BillingAccount, now: datetime) -> Iterator[Period]:
    zone = ZoneInfo(account.zone)
    last = UsagePeriod.objects.filter(organisation_id=account.organisation_id).order_by("-starts_at").first()
    start = last.ends_at if last else datetime.combine(account.anchor, time(), zone)
    while True:
        period = period_of(account.anchor, start, zone)
        if period.end + timedelta(days=CREDIT_DAYS) > now:
            return
        yield period
        start = period.end


def _close(account: BillingAccount, period: Period) -> None:
    usage = usage_between(period.start, period.end)
    # In UTC, so that an hour that the clocks repeat or skip cannot make two rows of one month.
    start, end = period.start.astimezone(UTC), period.end.astimezone(UTC)
    terms = _terms(account, start, end)
    made = UsagePeriod.objects.create(
        organisation_id=account.organisation_id,
        starts_at=start,
        ends_at=end,
        counted=usage.counted,
        set_off=usage.set_off,
        included=terms.included,
        billable=_billable(account, usage, terms, start, end),
        unit_cents=terms.unit_cents,
    )
    if made.billable:
        leave_to_bill(made)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a month is billed by. ``bills`` is False while nothing was bought, or what nobody here knows."""

    included: int | None
    unit_cents: int
    bills: bool


def _terms(account: BillingAccount, start: datetime, end: datetime) -> Terms:
    """Of the plans that the month had, the most room and the lowest price (decision 31).

    What was bought since has no say: it would bill every request of a month in which it had no room for any.
    """
    held: list[PlanChange | None] = [*plans_within(account.organisation_id, start, end)]
    rooms = [_room(account, one, end) for one in held or [None]]
    versions = [one.plan_version for one in held if one and one.plan_version]
    known = bool(versions) and len(versions) == len(held)
    return Terms(
        included=max((room for room in rooms if room is not None), default=0) if None not in rooms else None,
        unit_cents=min(one.overage_cents for one in versions) if known else 0,
        bills=known,
    )


def _room(account: BillingAccount, plan: PlanChange | None, end: datetime) -> int | None:
    """How much a month that ends then would include under a plan; under none, what the trial has."""
    stood = copy(account)
    stood.plan_version, stood.plan_since = (plan.plan_version, plan.since) if plan else (None, None)
    return entitlement(stood, Feature.LEADS_PER_MONTH, end - timedelta(seconds=1)).value


def _billable(account: BillingAccount, usage: Usage, terms: Terms, start: datetime, end: datetime) -> int:
    """Those beyond the plan, of an organisation that had agreed to pay for them when they came."""
    agreed, until = account.overage_agreed_at, account.overage_until
    if terms.included is None or not terms.bills or agreed is None or agreed >= end:
        return 0
    if until is not None and until <= start:
        return 0  # it ends with a month, never within one
    since, until = max(start, agreed), _ran_until(account, end)
    return max(0, min(usage.net - terms.included, usage_between(since, until).net if since < until else 0))


def _ran_until(account: BillingAccount, end: datetime) -> datetime:
    """``end``, or when the last subscription ended before it: what comes after that was never agreed to."""
    bought = Subscription.objects.began().filter(organisation_id=account.organisation_id, created__lt=end)
    ended = list(bought.values_list("ended_at", flat=True))
    return min(end, max((moment or end for moment in ended), default=end))
