"""Hours and thresholds that the law sets and may change: each with the day from which it counts.

A setting is a list such as "2018-05-25:72, 2028-01-01:96"; what counts is what counted on that day.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def hours_on(setting: str, moment: datetime) -> int:
    """The number of hours in force at a moment. The first counts for what came before it as well."""
    day = timezone.localtime(moment).date()
    known = sorted(_read(word) for word in getattr(settings, setting))
    return next((hours for since, hours in reversed(known) if since <= day), known[0][1])


def _read(word: str) -> tuple[date, int]:
    since, _, hours = word.partition(":")
    return date.fromisoformat(since), int(hours)
