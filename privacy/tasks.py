"""The daily sweep and the ledger's housekeeping. Global: they enter no organisation."""

from __future__ import annotations

from celery import shared_task

from delivery import schedule
from privacy import retention
from privacy.leaving import purge
from tenancy.ledger import entries
from tenancy.ledger.store import ledger


@shared_task(name="privacy.sweep")
def sweep() -> None:
    """Carry out every retention rule for each day that has not had its run. Happy to be rung twice."""
    schedule.run_due("retention.sweep", lambda due_day: retention.sweep_all(due_day=due_day))


@shared_task(name="privacy.leave")
def leave() -> None:
    """Start the purge of every organisation whose time to come back is over."""
    purge.start_due()


@shared_task(name="privacy.settle_ledger")
def settle_ledger() -> None:
    """Tell the ledger what a process that died could not, and drop what no backup can need any more."""
    entries.settle()
    ledger().compact()
