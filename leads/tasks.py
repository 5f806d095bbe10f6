"""What is done by the clock. Global: it reads no table and enters no organisation."""

from celery import shared_task
from django.utils import timezone

from leads.exports import file


@shared_task(name="leads.remove_exports")
def remove_exports() -> None:
    """Remove the files of exports whose seven days are over; their rows go by the sweep."""
    file.remove_expired(now=timezone.now())
