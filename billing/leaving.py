"""An organisation that leaves pays no more: its subscription ends at once, and nothing can be bought."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from billing import buying, gateway, mirror
from billing.models import Purchase, Subscription
from billing.news import PATIENCE
from delivery.jobs import JobCall, TryLater, enqueue, handler
from organisations.models import Organisation

_TASK = "billing.end"


def follow_the_lifecycle(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    if organisation.lifecycle == Organisation.Lifecycle.DEACTIVATED and gateway.is_set_up():
        _leave_to_end(organisation.pk)


def _leave_to_end(organisation_id: UUID) -> None:
    enqueue(_TASK, organisation_id=None, ids={"organisation": str(organisation_id)})


def look_after() -> int:
    """Leave a job for each organisation that has left and could still pay; answers for how many."""
    if not gateway.is_set_up():
        return 0
    gone = Organisation.objects.exclude(lifecycle=Organisation.Lifecycle.ACTIVE)
    pays = _running().values("organisation")
    may_pay = Purchase.objects.filter(state=Purchase.State.OPEN).values("organisation")
    found = list(gone.filter(Q(pk__in=pays) | Q(pk__in=may_pay)).values_list("pk", flat=True))
    for organisation_id in found:
        _leave_to_end(organisation_id)
    return len(found)


@handler(_TASK, external=True)
def end(call: JobCall) -> None:
    """End what runs, and close a page on which it could still be bought. Twice is once."""
    organisation = Organisation.objects.get(pk=call.ids["organisation"])
    if organisation.lifecycle == Organisation.Lifecycle.ACTIVE:
        return  # it came back before we got to it
    try:
        for running in _running().filter(organisation=organisation):
            _end_now(running.stripe_id)
        _close_pages(organisation.pk)
    except gateway.StripeDown:
        raise TryLater(PATIENCE) from None


def _running() -> QuerySet[Subscription]:
    """Those that Stripe knows and that go on."""
    return Subscription.objects.filter(ended_at=None).exclude(status__in=(mirror.GONE, "incomplete_expired"))


def _close_pages(organisation_id: UUID) -> None:
    """One whose page is made this very moment is looked at again: it has one by then, or is left before."""
    waiting = Purchase.objects.filter(organisation_id=organisation_id, state=Purchase.State.OPEN)
    while purchase := waiting.order_by("pk").first():
        if purchase.stripe_session:
            _close(purchase.stripe_session)
        seen = waiting.filter(pk=purchase.pk, stripe_session=purchase.stripe_session)
        seen.update(state=Purchase.State.LEFT)


def _close(session: str) -> None:
    """What was bought on it a moment ago, of which nobody has told us yet, ends like the rest."""
    if bought := gateway.end_checkout(session).subscription:
        _end_now(bought)


def _end_now(subscription: str) -> None:
    gateway.cancel_now(subscription)
    buying.heard_of(subscription)
