"""Each night: does the mirror say what Stripe says? Nothing should differ; what does is healed, loudly.

A message may be on its way while we compare, so a difference younger than ``UNDER_WAY`` is no drift.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import structlog
from django.db.models import F
from django.utils import timezone

from billing import gateway
from billing.models import (
    BillingAccount,
    BillingInvoice,
    IssuedInvoice,
    StripeEvent,
    StripeObject,
    Subscription,
)
from billing.news import PATIENCE, hear, look_now
from billing.stripe_events import Kind, Told
from delivery.jobs import JobCall, TryLater, enqueue, handler
from delivery.models import DeadLetter

#: How far a night reaches back beyond its day.
OVERLAP = timedelta(hours=25)
#: How long a message may take before its absence means something.
UNDER_WAY = timedelta(minutes=10)
MIRRORED = (Kind.SUBSCRIPTION, Kind.INVOICE)

log = structlog.get_logger(__name__)


def begin(due_day: date) -> None:
    """What was never told us; a job per buyer that compares; and the numbers of invoices."""
    since = datetime.combine(due_day, time(), UTC) - OVERLAP
    look_into_missed(since)
    for account in BillingAccount.objects.exclude(stripe_customer="").values_list("pk", flat=True):
        ids = {"account": str(account), "day": due_day.isoformat()}
        enqueue("billing.compare", organisation_id=None, ids=ids, dedupe_key=f"{account}:{due_day}")
    alarm_about_gaps()


# --- What was never told us -----------------------------------------------------------------------


def look_into_missed(since: datetime) -> int:
    """Look at everything that Stripe says it told us of and did not; answers how many messages that were."""
    missed = [told for told in _missed(since) if told.leads_to]
    if missed:
        log.warning("stripe_events_missed", count=len(missed))
    for kind, object_id in {told.leads_to for told in missed if told.leads_to}:
        if kind in MIRRORED:
            compare_object(kind, object_id)
        else:
            hear(kind, object_id)
    return len(missed)


def _missed(since: datetime) -> Iterator[Told]:
    received = set(StripeEvent.objects.filter(created__gte=since).values_list("event_id", flat=True))
    until = timezone.now() - UNDER_WAY
    for told in gateway.events_since(since):
        if told.id not in received and told.created < until:
            yield told


# --- One buyer ------------------------------------------------------------------------------------


@handler("billing.compare", external=True)
def compare(call: JobCall) -> None:
    """Compare everything of one buyer that still moves, here or at Stripe."""
    account = BillingAccount.objects.filter(pk=call.ids["account"]).exclude(stripe_customer="").first()
    if account is None:
        return
    try:
        for kind, object_id in sorted(_moving(account)):
            compare_object(kind, object_id)
    except gateway.StripeDown:
        raise TryLater(PATIENCE) from None
    _alarm_about_two(account)


def _alarm_about_two(account: BillingAccount) -> None:
    """A buyer who pays for two subscriptions pays twice for the same. Told once, until the letter is gone."""
    running = Subscription.objects.going_on().filter(organisation_id=account.organisation_id).count()
    ids = {"account": str(account.pk), "kind": "subscriptions"}
    if running < 2 or DeadLetter.objects.filter(task="billing.compare", ids=ids).exists():
        return
    log.error("billing_two_subscriptions", organisation_id=account.organisation_id, count=running)
    _leave_letter("billing.compare", ids, error="TwoSubscriptions")


def _moving(account: BillingAccount) -> set[tuple[Kind, str]]:
    customer, owner = account.stripe_customer, account.organisation_id
    running = Subscription.objects.filter(organisation_id=owner, ended_at=None)
    unpaid = BillingInvoice.objects.filter(organisation_id=owner, status__in=("draft", "open"))
    return {
        *((Kind.SUBSCRIPTION, found) for found in gateway.subscriptions_of(customer)),
        *((Kind.SUBSCRIPTION, found) for found in running.values_list("stripe_id", flat=True)),
        *((Kind.INVOICE, found) for found in gateway.open_invoices_of(customer)),
        *((Kind.INVOICE, found) for found in unpaid.values_list("stripe_id", flat=True)),
    }


def compare_object(kind: Kind, object_id: str) -> bool:
    """Bring one object up to date; whether it had drifted. News that waits for its job is no drift."""
    if StripeObject.objects.filter(object_id=object_id, applied__lt=F("heard")).exists():
        return False
    changed = look_now(kind, object_id)
    if not changed or _is_under_way(kind, object_id):
        return False
    row = StripeObject.objects.get(object_id=object_id)
    log.error("billing_drift", kind=kind.value, object_id=str(row.pk), problem="+".join(sorted(changed)))
    _leave_letter("billing.compare", {"kind": kind.value, "object": str(row.pk)}, error="Drift")
    return True


def _is_under_way(kind: Kind, object_id: str) -> bool:
    """Whether something happened to it so lately that we may be told yet."""
    return any(
        told.leads_to == (kind, object_id) or _paid_by(told) == object_id
        for told in gateway.events_since(timezone.now() - UNDER_WAY)
    )


def _paid_by(told: Told) -> str:
    if told.leads_to is None or told.leads_to[0] is not Kind.PAYMENT:
        return ""
    return gateway.invoice_of(told.leads_to[1])


# --- Numbers --------------------------------------------------------------------------------------


def gaps() -> dict[str, list[int]]:
    """By series: the numbers that are missing between its first and its last (article 226(2))."""
    taken: dict[str, set[int]] = defaultdict(set)
    for number in _numbers():
        series, _, place = number.rpartition("-")
        if place.isascii() and place.isdigit():
            taken[series].add(int(place))
    missing = {series: sorted(set(range(min(all_), max(all_))) - all_) for series, all_ in taken.items()}
    return {series: numbers for series, numbers in missing.items() if numbers}


def _numbers() -> Iterator[str]:
    """Of all invoices that Stripe numbered, also those whose buyer is gone from the mirror."""
    yield from BillingInvoice.objects.exclude(number="").values_list("number", flat=True)
    issued = IssuedInvoice.objects.filter(issuer=IssuedInvoice.Issuer.STRIPE, kind="invoice")
    yield from issued.values_list("number", flat=True)


def alarm_about_gaps() -> None:
    """Once for each gap."""
    for series, numbers in gaps().items():
        ids = {"series": series, "first": str(numbers[0])}
        if not DeadLetter.objects.filter(task="billing.numbers", ids=ids).exists():
            log.error("invoice_numbers_missing", chain=series, seq=numbers[0], count=len(numbers))
            _leave_letter("billing.numbers", ids, error="Gap")


def differs() -> bool:
    """Whether somebody must still look at a difference from Stripe or at a number that is missing."""
    return DeadLetter.objects.filter(task__in=("billing.compare", "billing.numbers")).exists()


def _leave_letter(task: str, ids: dict[str, str], *, error: str) -> None:
    """Among the work that was given up: somebody must look."""
    DeadLetter.objects.create(
        task=task, organisation_id=None, ids=ids, error=error, attempts=1, created_at=timezone.now()
    )
