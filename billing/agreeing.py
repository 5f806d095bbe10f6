"""Agreeing to pay for requests beyond the plan, and ending that: with the month that runs, never before."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from billing.metering import CREDIT_DAYS, current_period
from billing.models import BillingAccount, UsagePeriod


class MonthNotClosed(ValueError):
    """What was agreed before still has a month to bill; ``until``: when that is done."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"A month is open until {until:%Y-%m-%d}.")
        self.until = until


def holds(account: BillingAccount, at: datetime | None = None) -> bool:
    """Whether what comes then beyond the plan is billed."""
    moment, until = at or timezone.now(), account.overage_until
    return account.overage_agreed_at is not None and (until is None or moment < until)


def agree(account: BillingAccount) -> bool:
    """From now on, or go on with what was to end; whether that is new. Under the account's lock.

    Raises MonthNotClosed: what was agreed earlier is one span of time, forgotten only once it is billed.
    """
    if holds(account):
        changed = account.overage_until is not None
    else:
        _require_closed(account)
        account.overage_agreed_at, changed = timezone.now(), True
    account.overage_until = None
    account.save(update_fields=["overage_agreed_at", "overage_until", "changed_at"])
    return changed


def _require_closed(account: BillingAccount) -> None:
    until = account.overage_until
    if until is None:
        return
    closed = UsagePeriod.objects.filter(organisation_id=account.organisation_id, ends_at__gte=until)
    if not closed.exists():
        raise MonthNotClosed(until + timedelta(days=CREDIT_DAYS + 1))


def end(account: BillingAccount) -> bool:
    """No longer, from the end of the month that runs; whether that is new. Under the account's lock.

    At once would take back what was agreed when this month's requests came.
    """
    if not holds(account) or account.overage_until is not None:
        return False
    account.overage_until = current_period(account, timezone.now()).end
    account.save(update_fields=["overage_until", "changed_at"])
    return True
