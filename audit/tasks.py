"""The clockwork of the record. Global: nothing here is done inside one organisation's task."""

from celery import shared_task

from audit import chain, logs
from delivery import schedule


@shared_task(name="audit.look_after_logs")
def look_after_logs() -> None:
    """Make the days of the logs ahead, once a day and for each day that was missed."""
    schedule.run_due("audit.logs", lambda due_day: logs.look_after())


@shared_task(name="audit.seal")
def seal() -> None:
    """Link what was recorded since the last time, in every chain."""
    chain.seal_all()


@shared_task(name="audit.verify")
def verify() -> None:
    """Sign and check every chain once a day; what is broken is told loudly."""
    schedule.run_due("audit.verify", lambda due_day: chain.verify_all())
