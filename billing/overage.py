"""Billing what came beyond the plan: each closed month at most once, and none is lost or waits for a year."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from billing import gateway
from billing.models import BillingAccount, Subscription, UsagePeriod
from billing.models.plans import Interval
from billing.news import PATIENCE
from billing.standings import that_counts
from billing.vat.treating import tax_rate_for
from delivery.jobs import JobCall, TryLater, enqueue, handler

log = structlog.get_logger(__name__)


def bill_what_waits() -> int:
    """Leave the job again for each month that is to be billed and was not; answers how many."""
    if not gateway.is_set_up():
        return 0
    waiting = list(UsagePeriod.objects.filter(billable__gt=0, invoice_item="").order_by("starts_at"))
    for period in waiting:
        leave_to_bill(period)
    return len(waiting)


def leave_to_bill(period: UsagePeriod) -> None:
    key = str(period.pk)
    enqueue("billing.overage", organisation_id=period.organisation_id, ids={"period": key}, dedupe_key=key)


@handler("billing.overage", external=True)
def bill_overage(call: JobCall) -> None:
    """Bill a closed month, once: Stripe is read before it is asked a second time."""
    period = UsagePeriod.objects.filter(pk=call.ids["period"]).first()
    if period is None or period.invoice_item or not period.billable:
        return
    accounts = BillingAccount.objects.select_related("organisation")
    account = accounts.get(organisation_id=period.organisation_id)
    if not account.stripe_customer:
        log.error("overage_without_customer", organisation_id=str(period.organisation_id))
        return
    try:
        item = _billed(period, account)
    except gateway.StripeDown:
        raise TryLater(PATIENCE) from None
    with transaction.atomic():
        UsagePeriod.objects.filter(pk=period.pk, invoice_item="").update(invoice_item=item)


def _billed(period: UsagePeriod, account: BillingAccount) -> str:
    """The item that bills a month: on the next invoice of a subscription that is paid by the month, else on
    an invoice of its own."""
    key = f"{period.organisation_id}:{period.starts_at.astimezone(ZoneInfo(account.zone)).date()}"
    item = gateway.find_overage(account.stripe_customer, key=key)
    invoice = gateway.find_overage_invoice(account.stripe_customer, key=key)
    newest = that_counts(Subscription.objects.filter(organisation_id=period.organisation_id))
    if not item and newest and newest.ended_at is None and newest.interval != Interval.YEAR:
        return _add(period, account, key, subscription=newest.stripe_id)
    if not item:
        invoice = invoice or gateway.draft_overage(
            organisation_id=period.organisation_id,
            customer=account.stripe_customer,
            key=key,
            tax_rate=tax_rate_for(account),
            paid_by=newest.stripe_id if newest else "",
        )
        item = _add(period, account, key, invoice=invoice)
    if invoice:
        gateway.finalize(invoice)
    return item


def _add(period: UsagePeriod, account: BillingAccount, key: str, **place: str) -> str:
    return gateway.add_overage(
        customer=account.stripe_customer,
        key=key,
        cents=period.unit_cents,
        quantity=period.billable,
        text=_text(period, account),
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        **place,
    )


def _text(period: UsagePeriod, account: BillingAccount) -> str:
    zone = ZoneInfo(account.zone)
    with override(account.organisation.language):
        first = date_format(period.starts_at.astimezone(zone), "DATE_FORMAT")
        last = date_format(period.ends_at.astimezone(zone) - timedelta(days=1), "DATE_FORMAT")
        return gettext("Requests beyond the plan, %(first)s to %(last)s") % {"first": first, "last": last}
