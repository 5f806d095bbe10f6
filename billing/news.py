"""From "something happened" to a mirror that is right: hear, ask Stripe, write down what it answered.

``heard`` counts the news of an object and fences it. Whoever refetches reads it before asking, and writes
only where nobody wrote who had heard as much: so of two workers the one who asked with the later news in
hand wins, in whatever order they answer. Whatever Stripe changes after an answer is news again. No lock is
held while Stripe is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from billing import gateway, mirror
from billing.mirror import NOTHING, Changed
from billing.models import BillingAccount, BillingInvoice, StripeObject, Subscription
from billing.stripe_events import Kind
from delivery.jobs import JobCall, TryLater, enqueue, handler
from tenancy.context import tenant
from tenancy.ids import uuid7

#: How long we wait before we ask a Stripe again that did not answer.
PATIENCE = timedelta(minutes=1)
#: News that has waited for so long has lost its job.
STUCK = timedelta(minutes=10)

_HEAR = """
INSERT INTO billing_stripeobject (id, object_id, kind, heard, applied, heard_at)
VALUES (%s, %s, %s, 1, 0, now())
ON CONFLICT (object_id) DO UPDATE SET heard = billing_stripeobject.heard + 1, heard_at = now()
RETURNING id, heard
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deed:
    """What an answer of Stripe's leads to, done in one transaction of its organisation, if it has one.

    ``do`` answers None where it is about nobody of ours.
    """

    do: Callable[[], Changed | None]
    owner: UUID | None = None


def hear(kind: Kind, object_id: str) -> None:
    """Note that there is news of an object, and leave the job that looks."""
    with transaction.atomic():
        _ask_to_look(*_count(kind, object_id))


def _count(kind: Kind, object_id: str) -> tuple[UUID, int]:
    with connection.cursor() as cursor:
        cursor.execute(_HEAR, [uuid7(), object_id, kind.value])
        row, heard = cursor.fetchone()
    return row, heard


def look_now(kind: Kind, object_id: str) -> Changed:
    """Bring an object up to date without having been told; answers what of it had been missed."""
    row, _heard = _count(kind, object_id)
    return look(StripeObject.objects.get(pk=row))


def _ask_to_look(row: UUID, heard: int) -> None:
    ids = {"object": str(row)}
    enqueue("billing.refetch", organisation_id=None, ids=ids, dedupe_key=f"{row}:{heard}")


def look_again_where_stuck() -> int:
    """Leave new jobs for news whose job was lost or given up; answers for how many objects."""
    stuck = StripeObject.objects.filter(applied__lt=F("heard"), heard_at__lt=timezone.now() - STUCK)
    found = list(stuck.values_list("pk", "heard"))
    for row, heard in found:
        _ask_to_look(row, heard)
    return len(found)


@handler("billing.refetch", external=True)
def refetch(call: JobCall) -> None:
    """Bring one object of the mirror up to date. What somebody else did already is not done again."""
    about = StripeObject.objects.filter(pk=call.ids["object"], applied__lt=F("heard")).first()
    if about is None:
        return
    try:
        look(about)
    except gateway.StripeDown:
        log.warning("stripe_down")
        raise TryLater(PATIENCE) from None


def look(about: StripeObject) -> Changed:
    """Ask Stripe how an object stands and write that down; answers what was new. Takes no transaction."""
    deed = _ASK[Kind(about.kind)](about.object_id)
    return apply(about, deed)


def apply(about: StripeObject, deed: Deed) -> Changed:
    """Do what an answer leads to, unless somebody has applied as much news since ``about`` was read."""
    with tenant(deed.owner) if deed.owner else transaction.atomic():
        locked = StripeObject.objects.select_for_update().get(pk=about.pk)
        if locked.applied >= about.heard:
            return NOTHING
        changed = deed.do()
        locked.applied, locked.applied_at = about.heard, timezone.now()
        locked.save(update_fields=["applied", "applied_at"])
    if changed is None:
        log.info("stripe_object_of_nobody", kind=about.kind)
    return changed or NOTHING


# --- What is asked, by kind -----------------------------------------------------------------------


def _subscription(object_id: str) -> Deed:
    try:
        fetched = gateway.fetch_subscription(object_id)
    except gateway.NotThere:
        return Deed(lambda: mirror.forget_subscription(object_id), _known(Subscription, object_id))
    owner = mirror.whose(fetched.customer, fetched.organisation_id)
    return Deed(lambda: mirror.store_subscription(fetched), owner)


def _invoice(object_id: str) -> Deed:
    try:
        fetched = gateway.fetch_invoice(object_id)
    except gateway.NotThere:
        return Deed(lambda: mirror.forget_invoice(object_id), _known(BillingInvoice, object_id))
    owner = mirror.whose(fetched.customer, fetched.organisation_id)
    return Deed(lambda: mirror.store_invoice(fetched), owner)


def _known(model: type[Subscription | BillingInvoice], stripe_id: str) -> UUID | None:
    return model.objects.filter(stripe_id=stripe_id).values_list("organisation_id", flat=True).first()


def _credit_note(object_id: str) -> Deed:
    try:
        fetched = gateway.fetch_credit_note(object_id)
    except gateway.NotThere:
        return Deed(lambda: NOTHING)

    def do() -> Changed | None:
        hear(Kind.INVOICE, fetched.invoice)
        return NOTHING if mirror.note_credit(fetched) else None

    return Deed(do, mirror.whose(fetched.customer, None))


def _payment(object_id: str) -> Deed:
    invoice = gateway.invoice_of(object_id)
    return Deed(lambda: _lead_on(Kind.INVOICE, [invoice] if invoice else []))


def _customer(object_id: str) -> Deed:
    """Subscriptions may be paid by the method that their customer has chosen."""
    account = BillingAccount.objects.filter(stripe_customer=object_id).first()
    if account is None:
        return Deed(lambda: None)
    running = Subscription.objects.filter(organisation_id=account.organisation_id, ended_at=None)
    return Deed(lambda: _lead_on(Kind.SUBSCRIPTION, running.values_list("stripe_id", flat=True)))


def _lead_on(kind: Kind, object_ids: Iterable[str]) -> Changed:
    for object_id in object_ids:
        hear(kind, object_id)
    return NOTHING


_ASK: dict[Kind, Callable[[str], Deed]] = {
    Kind.SUBSCRIPTION: _subscription,
    Kind.INVOICE: _invoice,
    Kind.CREDIT_NOTE: _credit_note,
    Kind.PAYMENT: _payment,
    Kind.CUSTOMER: _customer,
}
