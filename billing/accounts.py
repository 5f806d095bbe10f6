"""An organisation as a buyer: made when it is founded, locked where something is counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from billing import gateway
from billing.access import Access, Billing, Standing, access
from billing.models import BillingAccount
from organisations.models import Organisation


def open_account(organisation: Organisation) -> BillingAccount:
    """The organisation's account; the first time it begins a trial. Nothing is told to Stripe yet."""
    now = timezone.now()
    found, _ = BillingAccount.objects.get_or_create(
        organisation=organisation,
        defaults={
            "billing": Billing.NONE,
            "anchor": timezone.localdate(now),
            "country": organisation.country,
            "trial_ends_at": now + timedelta(days=settings.TRIAL_DAYS),
        },
    )
    return found


def on_founding(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    open_account(organisation)


def account_of(organisation: Organisation) -> BillingAccount:
    """The account, also of an organisation from before there was anything to pay."""
    accounts = BillingAccount.objects.select_related("plan_version", "organisation")
    found = accounts.filter(organisation=organisation).first()
    return found or open_account(organisation)


def lock_account(organisation_id: UUID) -> BillingAccount:
    """The account, locked until the transaction ends: whoever counts and then adds does so alone."""
    accounts = BillingAccount.objects.select_related("plan_version", "organisation")
    locked = accounts.select_for_update(of=("self",)).filter(organisation_id=organisation_id)
    if found := locked.first():
        return found
    open_account(Organisation.objects.get(pk=organisation_id))
    return locked.get()


def access_of(account: BillingAccount, now: datetime | None = None) -> Access:
    """What the organisation may do now. Where nothing is sold, everything but what a suspension takes."""
    standing = account.standing
    if not gateway.is_set_up():
        standing = Standing(Billing.UNKNOWN, suspended_since=standing.suspended_since)
    return access(standing, now or timezone.now())
