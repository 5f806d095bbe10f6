"""The daily sweep, the requests, the ledger and the backups. Global: each enters what it needs by itself."""

from __future__ import annotations

from celery import shared_task

from delivery import schedule
from privacy import retention
from privacy.backups import alarm
from privacy.keeping import work
from privacy.leaving import purge
from privacy.requests import daily
from tenancy.keys import key_store
from tenancy.ledger import entries
from tenancy.ledger.store import ledger


@shared_task(name="privacy.sweep")
def sweep() -> None:
    """Carry out every retention rule for each day that has not had its run. Happy to be rung twice."""
    schedule.run_due("retention.sweep", lambda due_day: retention.sweep_all(due_day=due_day))
    schedule.run_due("retention.watch", work.watch)


@shared_task(name="privacy.requests")
def look_after_requests() -> None:
    """Remind officers, end what nobody proved, close what is done, cut who asked. Happy to be rung twice."""
    schedule.run_due("privacy.requests", daily.look_after)


@shared_task(name="privacy.leave")
def leave() -> None:
    """Start the purge of every organisation whose time to come back is over."""
    purge.start_due()


@shared_task(name="privacy.settle_ledger")
def settle_ledger() -> None:
    """Tell the ledger what a process that died could not; drop what no backup needs, and destroyed keys."""
    entries.settle()
    ledger().compact()
    key_store().purge_history()


@shared_task(name="privacy.back_up", soft_time_limit=6 * 60 * 60, time_limit=6 * 60 * 60 + 60)
def back_up() -> None:
    """Today's backup, unless it is there. Takes long, beside the drain and never in its way."""
    alarm.back_up()


@shared_task(name="privacy.watch_backups")
def watch_backups() -> None:
    alarm.watch()
