"""What configurators do by the clock. Global: it enters each organisation by itself."""

from celery import shared_task

from configurators.images import clearing
from delivery import schedule


@shared_task(name="configurators.clear_images")
def clear_images() -> None:
    """Remove the images that nothing has referred to for a while, once a day."""
    schedule.run_due("configurators.clear_images", lambda due_day: clearing.clear_everywhere())
