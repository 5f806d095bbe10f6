"""An organisation that leaves pays no more: its subscription ends at once, and nothing can be bought."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from billing import buying, gateway
from billing.models import Purchase, Subscription
from delivery.jobs import JobCall, enqueue, handler
from organisations.models import Organisation

_TASK = "billing.end"


def follow_the_lifecycle(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    if organisation.lifecycle == Organisation.Lifecycle.DEACTIVATED and gateway.is_set_up():
        enqueue(_TASK, organisation_id=None, ids={"organisation": str(organisation.pk)})


@handler(_TASK, external=True)
def end(call: JobCall) -> None:
    """End what runs, and close a page on which it could still be bought. Twice is once."""
    organisation = Organisation.objects.get(pk=call.ids["organisation"])
    if organisation.lifecycle == Organisation.Lifecycle.ACTIVE:
        return  # it came back before we got to it
    _close_pages(organisation.pk)
    for running in Subscription.objects.filter(organisation=organisation, ended_at=None):
        gateway.cancel_now(running.stripe_id)
        buying.heard_of(running.stripe_id)


def _close_pages(organisation_id: UUID) -> None:
    for purchase in Purchase.objects.filter(organisation_id=organisation_id, state=Purchase.State.OPEN):
        if purchase.stripe_session:
            gateway.end_checkout(purchase.stripe_session)
        Purchase.objects.filter(pk=purchase.pk).update(state=Purchase.State.LEFT)
