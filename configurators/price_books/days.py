"""Days as the organisation counts them: a price begins at midnight on its own clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def _zone() -> ZoneInfo:
    """One for all, since no organisation chooses its own."""
    return ZoneInfo(settings.TIME_ZONE)


def today() -> date:
    """The day that it is there now."""
    return day_of(timezone.now())


def day_of(moment: datetime) -> date:
    """The day on which a moment falls."""
    return moment.astimezone(_zone()).date()


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time.min, tzinfo=_zone())


def after(day: date) -> date:
    """The next day."""
    return day + timedelta(days=1)
