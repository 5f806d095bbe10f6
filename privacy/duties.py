"""Audits, scans, updates, trainings and drills: due on a day, loud when they are late (H43, E9)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.notices import notify
from accounts.platform import privacy_officers
from audit.events import record_platform
from delivery.jobs import JobCall, enqueue, handler
from privacy.models import Duty

AHEAD = timedelta(days=14)
EACH_WEEK = timedelta(days=7)
EACH_DAY = timedelta(days=1)


class AlreadyDone(ValueError):
    """A duty is done once; the next has a day of its own."""


@transaction.atomic
def plan(*, kind: str, subject: str, due_on: date, every_months: int | None, by: UUID | None) -> Duty:
    """Put a duty on the list, and the reminder with it."""
    duty = Duty.objects.create(kind=kind, subject=subject, due_on=due_on, every_months=every_months)
    record_platform("duty.planned", user_id=by, detail={"duty_id": str(duty.pk), "kind": kind}, evidence=True)
    _remind(duty, at=_morning(due_on) - AHEAD)
    return duty


@transaction.atomic
def fulfil(duty: Duty, *, on: date, evidence_sha256: str, by: UUID) -> Duty | None:
    """Say that it was done, with the hash of what shows it; answers the next one where it comes back."""
    locked = Duty.objects.select_for_update().get(pk=duty.pk)
    if locked.done_on is not None:
        raise AlreadyDone("This was done already.")
    locked.done_on, locked.done_by, locked.evidence_sha256 = on, by, evidence_sha256
    locked.save(update_fields=["done_on", "done_by", "evidence_sha256"])
    record_platform(
        "duty.done",
        user_id=by,
        detail={"duty_id": str(duty.pk), "sha256": evidence_sha256},
        evidence=True,
    )
    if not locked.every_months:
        return None
    return plan(
        kind=locked.kind,
        subject=locked.subject,
        due_on=months_later(on, locked.every_months),
        every_months=locked.every_months,
        by=by,
    )


@handler("privacy.remind_duty", external=False)
def remind_duty(call: JobCall) -> None:
    """Remind the officers while it is open: two weeks ahead, then each week, each day once it is late."""
    duty = Duty.objects.filter(pk=call.ids["duty"], done_on=None).first()
    if duty is None:
        return
    link = f"{settings.SITE_URL}{reverse('platform:registers')}"
    for officer in privacy_officers():
        notify(
            officer,
            "duty_due",
            subject=duty.subject,
            due_on=duty.due_on,
            is_overdue=duty.is_overdue,
            link=link,
        )
    _remind(duty, at=_next_reminder(duty))


def _next_reminder(duty: Duty) -> datetime:
    """A week on, but never later than the first day on which it is late; each day from then."""
    now = timezone.now()
    if duty.is_overdue:
        return now + EACH_DAY
    return min(now + EACH_WEEK, _morning(duty.due_on) + EACH_DAY)


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the month's last."""
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _remind(duty: Duty, *, at: datetime) -> None:
    enqueue("privacy.remind_duty", organisation_id=None, ids={"duty": str(duty.pk)}, due_at=at)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8)))
