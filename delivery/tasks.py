"""The Celery side of delivery. The task is global: a drain enters each organisation by itself."""

from celery import shared_task

from delivery import doorbell
from delivery import drain as draining


@shared_task(name=doorbell.DRAIN)
def drain() -> None:
    """Do what is due, for at most about a second; beat rings each second, the doorbell in between."""
    draining.drain()
