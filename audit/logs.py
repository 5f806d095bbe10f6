"""Looking after the access log: its days are made ahead, and it ends early where an organisation has left."""

from collections.abc import Iterator
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connections

from tenancy import partitions


def look_after() -> None:
    """What the log needs each day. Happy to run twice."""
    partitions.make_ahead()
    end_logs_of_who_left()


def end_logs_of_who_left() -> int:
    """Bring the end of the log forward for every organisation that has left; answers how many rows.

    Four weeks after it left, or earlier where the ninety days end before. 0 in the setting keeps to the
    ninety days.
    """
    days = settings.RETENTION_LOG_AFTER_TERMINATION_DAYS
    if days == 0:
        return 0
    return sum(_end(organisation_id, days) for organisation_id in _who_left())


def _who_left() -> Iterator[UUID]:
    """By its label: ground imports nothing that stands above it."""
    organisation = apps.get_model("organisations.Organisation")
    yield from organisation.objects.exclude(terminated_at=None).values_list("pk", flat=True)


def _end(organisation_id: UUID, days: int) -> int:
    with connections["janitor"].cursor() as cursor:
        cursor.execute("SELECT end_access_log(%s, %s)", [organisation_id, days])
        return cursor.fetchone()[0]


def is_running_short() -> bool:
    """Whether the days that were made ahead run out within a month: nobody could be recorded after."""
    return partitions.days_left() < partitions.ALARM_BELOW
