"""Writing what was fetched from Stripe: the rows that say how it stands there, and what follows from them.

Nothing here asks Stripe, and all of it runs in the transaction of ``billing.news.apply``. Each verb answers
the names of what it changed, so that reconciliation knows what had been missed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Min, Q
from django.utils import timezone

from billing.models import BillingAccount, BillingInvoice, PlanVersion, Purchase, StripeEvent, Subscription
from billing.models.mirror import Method
from billing.models.plans import Interval
from billing.signals import credit_note_fetched, invoice_changed
from billing.standings import recompute
from billing.stripe_events import FAILURES
from billing.stripe_objects import FetchedCreditNote, FetchedInvoice, FetchedSubscription
from delivery.jobs import enqueue
from organisations.models import Organisation

#: What is known of an object that Stripe no longer knows; not held against anybody.
GONE = "unknown"
#: A draft that was thrown away; it was never an invoice.
DELETED = "deleted"

log = structlog.get_logger(__name__)

Changed = frozenset[str]
NOTHING: Changed = frozenset()


def whose(customer: str, marked: UUID | None) -> UUID | None:
    """The organisation of an object: by its customer, else by our mark on it. None: of no concern to us."""
    account = BillingAccount.objects.filter(stripe_customer=customer).first() if customer else None
    if account is not None:
        return account.organisation_id
    return marked if marked and Organisation.objects.filter(pk=marked).exists() else None


def store_subscription(fetched: FetchedSubscription) -> Changed | None:
    """None where it is nobody's of ours."""
    owner = whose(fetched.customer, fetched.organisation_id)
    if owner is None:
        return None
    version, interval = _sold_as(fetched.price)
    next_version, next_interval = _sold_as(fetched.next_price)
    changed = _write(
        Subscription,
        fetched.id,
        organisation_id=owner,
        status=fetched.status,
        plan_version=version,
        interval=interval,
        period_start=fetched.period_start,
        period_end=fetched.period_end,
        trial_end=fetched.trial_end,
        cancel_at=fetched.cancel_at,
        ended_at=fetched.ended_at,
        next_version=next_version,
        next_interval=next_interval,
        schedule=fetched.schedule,
        method=_method(fetched.method),
        tax_rate=fetched.tax_rate,
        created=fetched.created,
    )
    if fetched.purchase_id:
        _finish_purchase(owner, fetched.purchase_id)
    _learn_customer(owner, fetched.customer)
    recompute(owner)
    if fetched.ended_at is None:
        _end_of_who_left(owner)
    return changed


def _end_of_who_left(owner: UUID) -> None:
    """It was paid for on a page that was open while the organisation left: that ends like the rest."""
    if Organisation.objects.filter(pk=owner).exclude(lifecycle=Organisation.Lifecycle.ACTIVE).exists():
        enqueue("billing.end", organisation_id=None, ids={"organisation": str(owner)})


def _sold_as(price: str) -> tuple[PlanVersion | None, str]:
    """What a price at Stripe sells. One that was made there by hand sells nothing that we know."""
    if not price:
        return None, ""
    found = PlanVersion.objects.filter(Q(stripe_monthly=price) | Q(stripe_yearly=price)).first()
    if found is None:
        log.error("stripe_price_unknown")
        return None, ""
    return found, Interval.YEAR if found.stripe_yearly == price else Interval.MONTH


def _finish_purchase(owner: UUID, purchase_id: UUID) -> None:
    """Only a subscription that is there says that something was bought, also in a page left long ago."""
    asked = Purchase.objects.filter(pk=purchase_id, organisation_id=owner, kind=Purchase.Kind.CHECKOUT)
    asked.exclude(state=Purchase.State.DONE).update(state=Purchase.State.DONE)


def _learn_customer(owner: UUID, customer: str) -> None:
    """For when we were stopped between making the customer and writing its name down."""
    BillingAccount.objects.filter(organisation_id=owner, stripe_customer="").update(stripe_customer=customer)


def store_invoice(fetched: FetchedInvoice) -> Changed | None:
    """None where it is nobody's of ours."""
    owner = whose(fetched.customer, fetched.organisation_id)
    if owner is None:
        return None
    changed = _write(
        BillingInvoice,
        fetched.id,
        organisation_id=owner,
        subscription=fetched.subscription,
        number=fetched.number,
        status=fetched.status,
        reason=fetched.reason,
        net_cents=fetched.net_cents,
        tax_cents=fetched.tax_cents,
        total_cents=fetched.total_cents,
        paid_cents=fetched.paid_cents,
        credited_cents=fetched.credited_cents,
        starts_at=fetched.starts_at,
        ends_at=fetched.ends_at,
        created=fetched.created,
        finalized_at=fetched.finalized_at,
        paid_at=fetched.paid_at,
        processing=fetched.processing,
        action_required=fetched.action_required,
        failed_at=_failed_at(fetched),
        next_attempt_at=fetched.next_attempt_at,
        reversed_at=fetched.reversed_at,
        method=_method(fetched.method),
    )
    if changed:
        row = BillingInvoice.objects.get(stripe_id=fetched.id)
        invoice_changed.send(BillingInvoice, invoice=row, fetched=fetched)
    recompute(owner)
    return changed


def _failed_at(fetched: FetchedInvoice) -> datetime | None:
    """Since when an invoice that is still unpaid was asked to be paid in vain.

    By the first message that said so, for that is the same in whatever order messages came; where none came
    yet, by when it was first seen.
    """
    if fetched.status not in ("open", "uncollectible"):
        return None
    now = timezone.now()
    told = StripeEvent.objects.filter(object_id=fetched.id, type__in=FAILURES)
    if first := told.aggregate(first=Min("created"))["first"]:
        return min(first, now)
    seen = BillingInvoice.objects.filter(stripe_id=fetched.id).values_list("failed_at", flat=True).first()
    return seen or (now if fetched.refused else None)


def note_credit(fetched: FetchedCreditNote) -> bool:
    """Tell of a credit note, which the mirror keeps as a part of its invoice. False where it is nobody's."""
    invoice = BillingInvoice.objects.filter(stripe_id=fetched.invoice).first()
    owner = invoice.organisation_id if invoice else whose(fetched.customer, None)
    if owner is None:
        return False
    credit_note_fetched.send(BillingInvoice, organisation_id=owner, invoice=invoice, fetched=fetched)
    return True


def forget_subscription(stripe_id: str) -> Changed:
    """Stripe does not know it: then nobody knows how it stands."""
    return _lose(Subscription, stripe_id, status=GONE)


def forget_invoice(stripe_id: str) -> Changed:
    """A draft may be thrown away; of one with a number nobody knows any more how it stands."""
    thrown_away = BillingInvoice.objects.filter(stripe_id=stripe_id, number="").exists()
    status = DELETED if thrown_away else GONE
    nothing_owed = {"failed_at": None, "reversed_at": None, "processing": False}
    return _lose(BillingInvoice, stripe_id, status=status, **nothing_owed)


def _lose(model: Any, stripe_id: str, *, status: str, **also: Any) -> Changed:
    row = model.objects.filter(stripe_id=stripe_id).first()
    if row is None:
        return NOTHING
    if status == GONE:
        log.error("stripe_object_gone", kind=model._meta.model_name, object_id=str(row.pk))
    changed = _write(model, stripe_id, organisation_id=row.organisation_id, status=status, **also)
    recompute(row.organisation_id)
    return changed


def _write(model: Any, stripe_id: str, **values: Any) -> Changed:
    """Make or change the row; answers what of it is new. Its object is locked (``billing.news.apply``)."""
    row = model.objects.filter(stripe_id=stripe_id).first()
    fresh = row is None
    row = row or model(stripe_id=stripe_id)
    changed = frozenset(name for name, value in values.items() if fresh or getattr(row, name) != value)
    for name, value in values.items():
        setattr(row, name, value)
    row.fetched_at = timezone.now()
    row.save(force_insert=fresh)
    return changed


def _method(kind: str) -> str:
    """Stripe's word for a way of paying, as far as it is one of ours."""
    if kind == "customer_balance":
        return Method.TRANSFER
    return kind if kind in Method.values else Method.NONE
