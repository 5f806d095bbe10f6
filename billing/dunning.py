"""Reminding of what was not paid: kindly, seldom, and with what happens next and when.

One mail per invoice and step, to whoever looks after the plan; who was away gets the latest step and not all
of them. A debit that is under way is not reminded of.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from billing.access import STEPS, Access
from billing.models import BillingInvoice, DunningNotice
from billing.recipients import write_to_readers
from billing.standings import unpaid_since
from organisations.models import Organisation

#: Whole days since it was due → the step.
REMINDERS = (0, 3, 7, 14, 30, 60)
ACTION, RECOVERED = "action", "recovered"


def when_an_invoice_changes(sender: Any, invoice: BillingInvoice, **kwargs: Any) -> None:
    """Remind at once of what failed just now; say when it is well again. Runs in its transaction."""
    now = timezone.now()
    if found := overdue(now).filter(pk=invoice.pk).first():
        remind(found, now)
    elif invoice.status == "paid":
        thank(invoice)


def overdue(at: datetime) -> QuerySet[BillingInvoice]:
    """Invoices that were to be paid and are not in any way: what ``unpaid_since`` says, as a question."""
    unpaid = Q(failed_at__lte=at) | Q(reversed_at__lte=at)
    found = BillingInvoice.objects.filter(unpaid, settled_at=None, processing=False)
    return found.select_related("organisation").order_by("pk")


def remind_due(now: datetime | None = None) -> int:
    """Send every reminder that is due and was not sent; answers how many. Happy to run twice."""
    moment = now or timezone.now()
    return sum(remind(invoice, moment) for invoice in overdue(moment))


def remind(invoice: BillingInvoice, now: datetime) -> bool:
    """The latest step that is due for one invoice of ``overdue``, unless it was sent."""
    since = unpaid_since(invoice) or now
    reached = [step for step in REMINDERS if step <= (now - since).days]
    if not reached or invoice.organisation.lifecycle != Organisation.Lifecycle.ACTIVE:
        return False
    with transaction.atomic():
        if not _note(invoice, *(f"day_{step}" for step in reached)):
            return False
        _write(invoice, _template(invoice), now)
    return True


def thank(invoice: BillingInvoice) -> None:
    """Say that all is well again, once, to those who were reminded."""
    if not invoice.notices.exclude(step=RECOVERED).exists():
        return
    with transaction.atomic():
        if _note(invoice, RECOVERED):
            _write(invoice, "billing_recovered", timezone.now())


def _note(invoice: BillingInvoice, *steps: str) -> bool:
    """Mark steps as done; whether the last of them was not done before."""
    known = set(invoice.notices.filter(step__in=steps).values_list("step", flat=True))
    DunningNotice.objects.bulk_create(
        [DunningNotice(invoice=invoice, step=step) for step in steps], ignore_conflicts=True
    )
    return steps[-1] not in known


def _template(invoice: BillingInvoice) -> str:
    if invoice.reversed_at:
        return "billing_reversed"
    return "billing_action_required" if invoice.action_required else "billing_overdue"


def _write(invoice: BillingInvoice, template: str, now: datetime) -> None:
    change = next_change(unpaid_since(invoice), now)
    write_to_readers(
        invoice.organisation,
        template,
        number=invoice.number,
        amount=f"{invoice.total_cents / 100:.2f}",
        again_at=invoice.next_attempt_at,
        change=change[0].value if change else "none",
        change_on=change[1] if change else None,
    )


def next_change(since: datetime | None, now: datetime) -> tuple[Access, datetime] | None:
    """The next step down while it stays unpaid, and when; None when there is none."""
    if since is None:
        return None
    ladder = [*[step for _, step in STEPS][1:], Access.CLOSED]
    for (until, _), then in zip(STEPS, ladder, strict=True):
        moment = since + timedelta(days=until + 1)
        if moment > now:
            return then, moment
    return None
