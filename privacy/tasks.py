"""The daily sweep. Global: it runs as the janitor over all organisations and enters none."""

from __future__ import annotations

from celery import shared_task

from delivery import schedule
from privacy import retention


@shared_task(name="privacy.sweep")
def sweep() -> None:
    """Carry out every retention rule for each day that has not had its run. Happy to be rung twice."""
    schedule.run_due("retention.sweep", lambda due_day: retention.sweep_all(due_day=due_day))
