"""The clock of one request: set when it is received, paused for proof of identity alone, extended once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from privacy.models.requests import AccountRequest, Concerns, DeskSettings, Regime
from privacy.requests.calendar import pulled_back, working_days_after
from privacy.requests.deadlines import Deadlines, deadlines
from privacy.requests.sealed import AnyRequest

#: Proof is asked for promptly when that is done within so many working days (EDPB 01/2022, 157).
PROMPT_WORKING_DAYS = 3
#: A request about leads is passed on to the organisations that hold them within so many working days.
FORWARD_WORKING_DAYS = 2
DAY_SECONDS = 24 * 60 * 60


def set_clock(request: AnyRequest) -> None:
    """Fix the dates of a request that was just received."""
    found = dates_of(request)
    request.target_on, request.statutory_on = found.target, found.statutory


def dates_of(request: AnyRequest) -> Deadlines:
    """The three dates as the request stands: its receipt, and the whole days for which it was suspended."""
    received = timezone.localdate(request.received_at)
    found = deadlines(
        received,
        request.country,
        request.regime,
        suspended_days=request.suspended_seconds // DAY_SECONDS,
        about_minor=request.about_minor,
    )
    promised = _promised(request, received)
    return replace(found, target=min(found.target, promised)) if promised else found


def _promised(request: AnyRequest, received: date) -> date | None:
    """The target that an organisation has set itself (promise C24), or of passing a request on."""
    if isinstance(request, AccountRequest):
        leads = request.concerns == Concerns.LEADS
        return working_days_after(received, FORWARD_WORKING_DAYS, request.country) if leads else None
    days = DeskSettings.objects.values_list("answer_within_days", flat=True).first()
    if not days:
        return None
    paused = timedelta(days=request.suspended_seconds // DAY_SECONDS)
    return max(received, pulled_back(received + timedelta(days=days) + paused, request.country))


def suspend(request: AnyRequest, now: datetime) -> None:
    """Stop the clock, once and only where proof is asked for promptly; the CCPA's never stops."""
    if request.regime == Regime.CCPA or request.suspended_at or request.suspended_seconds:
        return
    received = timezone.localdate(request.received_at)
    if timezone.localdate(now) <= working_days_after(received, PROMPT_WORKING_DAYS, request.country):
        request.suspended_at = now


def resume(request: AnyRequest, now: datetime) -> None:
    """Let the clock run again, and move its dates by the whole days for which it stood."""
    if request.suspended_at is None:
        return
    request.suspended_seconds += int((now - request.suspended_at).total_seconds())
    request.suspended_at = None
    found = dates_of(request)
    request.target_on, request.statutory_on = found.target, found.statutory


def extend(request: AnyRequest) -> None:
    """Three months from receipt; the target moves to the last day on which everybody works before that."""
    request.extended_until = dates_of(request).extended_until
    request.target_on = pulled_back(request.extended_until, request.country)


def days_left(request: AnyRequest, today: date) -> int:
    """Until the day on which we mean to answer; below zero it is late."""
    return (request.target_on - today).days
