"""Saying in time that a trial ends. What ends is only what can be added; nothing is deleted for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from billing.access import Access, Billing
from billing.models import BillingAccount
from billing.recipients import write_to_readers
from organisations.models import Organisation

#: Days before the end.
NOTICE_DAYS = 3
_CLOCK = ZoneInfo("Europe/Amsterdam")


def remind_of_the_end(day: date) -> int:
    """Write to everybody whose trial ends so many days after this one; answers to how many organisations."""
    begins = datetime.combine(day + timedelta(days=NOTICE_DAYS), time(), _CLOCK)
    ending = BillingAccount.objects.select_related("organisation").filter(
        billing=Billing.NONE,
        trial_ends_at__gte=begins,
        trial_ends_at__lt=begins + timedelta(days=1),
        organisation__lifecycle=Organisation.Lifecycle.ACTIVE,
    )
    ending = ending.exclude(least=Access.FULL, least_until__gt=begins)
    for account in ending.order_by("pk"):
        write_to_readers(account.organisation, "billing_trial_ends", until=account.trial_ends_at)
    return len(ending)
