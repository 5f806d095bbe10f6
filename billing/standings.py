"""How an organisation stands, computed from the mirror: one pure function, and its one writer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.access import Billing
from billing.accounts import lock_account
from billing.models import BillingAccount, BillingInvoice, Subscription
from billing.models.mirror import NEVER_BEGAN
from billing.plan_changes import note_plan
from billing.signals import standing_changed


@dataclass(frozen=True, slots=True)
class Facts:
    """What an account says of its mirror. The fields are the account's own."""

    billing: Billing = Billing.NONE
    overdue_since: datetime | None = None
    ended_at: datetime | None = None
    plan_version_id: UUID | None = None
    plan_since: datetime | None = None


def facts(subscriptions: Iterable[Subscription], invoices: Iterable[BillingInvoice]) -> Facts:
    """The plan of a subscription that ended stays, and with it its limits."""
    overdue_since = min(filter(None, map(unpaid_since, invoices)), default=None)
    counts = that_counts(subscriptions)
    if counts is None:
        return Facts(overdue_since=overdue_since)
    return Facts(
        billing=_word(counts.status),
        overdue_since=overdue_since,
        ended_at=counts.ended_at,
        plan_version_id=counts.plan_version_id,
        plan_since=counts.created,
    )


def that_counts(subscriptions: Iterable[Subscription]) -> Subscription | None:
    """The newest that goes on, else the newest that ended."""
    began = [one for one in subscriptions if one.status not in NEVER_BEGAN]
    return max(began, key=lambda one: (one.ended_at is None, one.created, one.stripe_id), default=None)


def unpaid_since(invoice: BillingInvoice) -> datetime | None:
    """Since when in vain. Not while a debit is on its way, nor once it was paid in another way."""
    if invoice.settled_at or invoice.processing:
        return None
    return invoice.reversed_at or invoice.failed_at


def _word(status: str) -> Billing:
    """A word that Stripe adds one day is not held against anybody."""
    try:
        return Billing(status)
    except ValueError:
        return Billing.UNKNOWN


def recompute(organisation_id: UUID) -> BillingAccount:
    """Write what the mirror says now onto the account, in the transaction that changed the mirror.

    The lock comes first: of two who changed it, the second to write has read both.
    """
    account = lock_account(organisation_id)
    subscriptions = list(Subscription.objects.filter(organisation_id=organisation_id))
    found = facts(subscriptions, BillingInvoice.objects.filter(organisation_id=organisation_id))
    if counts := that_counts(subscriptions):
        note_plan(counts)
    now_known = {name: getattr(found, name) for name in Facts.__dataclass_fields__}
    if any(getattr(account, name) != value for name, value in now_known.items()):
        for name, value in now_known.items():
            setattr(account, name, value)
        account.save(update_fields=[*now_known, "changed_at"])
        standing_changed.send(BillingAccount, account=account)
    return account
