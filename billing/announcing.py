"""Saying that access has changed: on the record, to whoever looks after the plan, and to public pages.

Access is computed whenever it is asked for. What people and public pages were last told is kept, and a job
moves it to what is so now.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit import events
from billing import gateway
from billing.access import Access, Act, may
from billing.accounts import access_of, lock_account
from billing.entitlements import Feature
from billing.limits import entitlement
from billing.metering import current_period, usage_between
from billing.models import BillingAccount
from billing.price_list import CEILING
from billing.recipients import write_to_readers
from billing.signals import form_decided, limits_decided
from delivery.jobs import JobCall, enqueue, handler
from organisations.models import Organisation

_TASK = "billing.announce"
#: Of one event Stripe sends several messages, between which a standing may look like none that ever was.
SETTLING = timedelta(seconds=20)
#: The first days are what reminders are for; of a suspension whoever suspends tells the owners.
_TOLD_OTHERWISE = (Access.WARNED, Access.SUSPENDED)


def when_the_standing_changes(sender: Any, account: BillingAccount, **kwargs: Any) -> None:
    leave_to_announce(account.organisation_id, due_at=timezone.now() + SETTLING)


def when_suspended(sender: Any, organisation: Organisation, **kwargs: Any) -> None:
    leave_to_announce(organisation.pk)


def leave_to_announce(organisation_id: UUID, *, due_at: datetime | None = None) -> None:
    """Leave the job; while one waits, another is superfluous."""
    enqueue(_TASK, organisation_id=organisation_id, dedupe_key="announce", due_at=due_at)


def announce_where_it_changed() -> int:
    """Leave jobs for organisations that have come to another step by time alone; answers how many.

    Where nothing is sold only a suspension is a step: those that have one, and those that were told of one.
    """
    accounts = BillingAccount.objects.select_related("organisation").filter(
        organisation__lifecycle=Organisation.Lifecycle.ACTIVE
    )
    if not gateway.is_set_up():
        accounts = accounts.exclude(organisation__suspended_at=None, told_access=Access.FULL)
    moved = [one for one in accounts.iterator() if access_of(one) != one.told_access]
    for account in moved:
        leave_to_announce(account.organisation_id)
    return len(moved)


def announce_everywhere(due_day: date) -> None:
    """Each day for everybody: the ceiling counts requests, of which nothing is heard, and what was agreed
    about a limit begins and ends. Where nothing is sold, for who is suspended."""
    in_use = Organisation.objects.filter(lifecycle=Organisation.Lifecycle.ACTIVE)
    if not gateway.is_set_up():
        in_use = in_use.exclude(suspended_at=None)
    for organisation_id in in_use.values_list("pk", flat=True).iterator():
        leave_to_announce(organisation_id)


@handler(_TASK)
def announce(call: JobCall) -> None:
    """Tell whoever was last told otherwise. Runs inside the organisation; twice is once."""
    assert call.organisation_id is not None
    account = lock_account(call.organisation_id)
    step, before = access_of(account), Access(account.told_access)
    shown = shows_forms(account)
    form_decided.send(sender=BillingAccount, organisation_id=account.organisation_id, shown=shown)
    limits_decided.send(sender=BillingAccount, account=account)
    if step is before:
        return
    account.told_access = step
    account.save(update_fields=["told_access", "changed_at"])
    events.record(
        "billing.access_changed",
        actor_id=None,
        detail={"before": before.value, "after": step.value},
        evidence=True,
    )
    steps = list(Access)
    if step not in _TOLD_OTHERWISE and steps.index(step) > steps.index(before):
        write_to_readers(account.organisation, "billing_access", step=step.value)


def shows_forms(account: BillingAccount) -> bool:
    """Whether its public pages have their forms. Runs in the organisation."""
    return may(Act.SHOW_FORM, access_of(account)) and not is_beyond_the_ceiling(account)


def is_beyond_the_ceiling(account: BillingAccount) -> bool:
    """Whether so much came in this month that the form is better not shown. Runs in the organisation."""
    now = timezone.now()
    included = entitlement(account, Feature.LEADS_PER_MONTH, now).value
    if included is None:
        return False
    return usage_between(current_period(account, now).start, now).net > CEILING * included
