"""Suspending an organisation: by a person of the platform, with a reason, an appeal, and an end.

Not for money: late payments have their own steps (``billing.access``). It is the model of Art. 17 and 20 of
Regulation (EU) 2022/2065, also where that does not bind us: a statement of reasons at once, an appeal that a
person answers within fourteen days, and nothing that cannot be taken back. Reading, exporting, erasing and
leaving go on; nothing is deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.links import absolute
from accounts.models import User
from accounts.platform import supporters
from audit import events
from delivery.jobs import JobCall, enqueue, handler
from delivery.mail import send_account_mail
from organisations.members import lock_members
from organisations.models import Membership, Organisation, Suspension
from organisations.signals import suspension_changed
from tenancy.context import tenant

log = structlog.get_logger()

#: How long before an answer is due support is told again.
REMINDED_BEFORE = timedelta(days=3)


class NotPossible(ValidationError):
    """It is suspended already, was appealed or answered before, or is over; the message says which."""


def current(organisation: Organisation) -> Suspension | None:
    return Suspension.objects.filter(organisation=organisation, ended_at=None).first()


def in_force() -> QuerySet[Suspension]:
    """Those that are not over: whoever waits longest for an answer first."""
    found = Suspension.objects.filter(ended_at=None).select_related("organisation")
    return found.order_by(
        F("answered_at").desc(nulls_first=True), F("appealed_at").asc(nulls_last=True), "suspended_at"
    )


def suspend(*, organisation: Organisation, reason: str, explanation: str, by: User) -> Suspension:
    """From now on nothing is changed and no form shown; the owners read why. Enters the organisation."""
    with tenant(organisation.pk):
        found = lock_members(organisation.pk)
        if found.lifecycle != Organisation.Lifecycle.ACTIVE or found.suspended_at:
            raise NotPossible(_("This organisation is suspended already, or not in use."), code="not_active")
        suspension = Suspension(
            organisation=found, reason=reason, suspended_by=by.pk, suspended_at=timezone.now()
        )
        suspension.write("explanation", explanation)
        suspension.save(force_insert=True)
        _mark(found, suspension)
        _record("organisation.suspended", suspension, reason=reason)
        events.record_platform(
            "suspension.set",
            user_id=by.pk,
            organisation_id=found.pk,
            detail={"reason": reason},
            evidence=True,
        )
        _tell_owners(suspension, "organisation_suspended")
    return suspension


def appeal(*, suspension: Suspension, text: str, by: Membership) -> Suspension:
    """What the organisation says against it, once; support is told. Runs inside the organisation."""
    found = _fresh(suspension)
    if found.appealed_at:
        raise NotPossible(_("You have appealed already. You get our answer by mail."), code="appealed")
    found.appealed_at, found.appealed_by = timezone.now(), by.user_id
    found.write("appeal", text)
    found.save()
    _record("organisation.suspension_appealed", found, actor=by)
    for person in supporters():
        _tell(person, "suspension_appealed", found, url=absolute("platform:suspension", found.pk))
    assert found.answer_due_at is not None
    _remind_at(found.answer_due_at - REMINDED_BEFORE, found)
    return found


@handler("organisations.appeal_waits")
def remind(call: JobCall) -> None:
    """Tell support of an appeal that still waits: before its answer is due, and each day from then on."""
    found = Suspension.objects.filter(pk=call.ids["suspension"]).select_related("organisation").first()
    if found is None or not found.waits_for_an_answer:
        return
    if found.is_late:
        log.error("appeal_unanswered", object_id=str(found.pk))
    page = absolute("platform:suspension", found.pk)
    for person in supporters():
        _tell(person, "suspension_appeal_waits", found, url=page, late=found.is_late)
    _remind_at(timezone.now() + timedelta(days=1), found)


def uphold(*, suspension: Suspension, text: str, by: User) -> Suspension:
    """Answer an appeal: it stays, and why. Enters the organisation."""
    with tenant(suspension.organisation_id):
        found = _fresh(suspension)
        if not found.waits_for_an_answer:
            raise NotPossible(_("There is no appeal that waits for an answer."), code="no_appeal")
        _answer(found, text, by=by)
        found.save()
        _record("organisation.suspension_answered", found)
        _record_platform("suspension.answered", found, by=by)
        _tell_owners(found, "organisation_suspension_upheld")
    return found


def lift(*, suspension: Suspension, text: str, by: User) -> Suspension:
    """End it, with or without an appeal: everything is as it was. Enters the organisation.

    An appeal that was answered before keeps its answer and the day of it; why it is lifted now follows.
    """
    with tenant(suspension.organisation_id):
        found = _fresh(suspension)
        if found.waits_for_an_answer or not found.answer:
            _answer(found, text, by=by)
        else:
            found.write("answer", f"{found.answer_text}\n\n{_lifted(found, text)}")
        _end(found)
        _record("organisation.suspension_lifted", found)
        _record_platform("suspension.lifted", found, by=by)
        _tell_owners(found, "organisation_suspension_lifted")
    return found


def end_with(organisation: Organisation) -> None:
    """Nothing is left to suspend once an organisation is over; runs inside it."""
    if found := current(organisation):
        _end(found)


def _remind_at(moment: datetime, suspension: Suspension) -> None:
    ids = {"suspension": str(suspension.pk)}
    enqueue("organisations.appeal_waits", organisation_id=suspension.organisation_id, ids=ids, due_at=moment)


def _fresh(suspension: Suspension) -> Suspension:
    lock_members(suspension.organisation_id)
    found = current(suspension.organisation)
    if found is None or found.pk != suspension.pk:
        raise NotPossible(_("This suspension is over."), code="over")
    return found


def _answer(suspension: Suspension, text: str, *, by: User) -> None:
    suspension.answered_at, suspension.answered_by = timezone.now(), by.pk
    suspension.write("answer", text)


def _lifted(suspension: Suspension, text: str) -> str:
    with override(suspension.organisation.language):
        today = date_format(timezone.localdate(), "DATE_FORMAT")
        return _("Lifted on %(day)s: %(why)s") % {"day": today, "why": text}


def _end(suspension: Suspension) -> None:
    suspension.ended_at = timezone.now()
    suspension.purge_after = suspension.ended_at + Suspension.KEPT
    suspension.save()
    _mark(suspension.organisation, None)


def _mark(organisation: Organisation, suspension: Suspension | None) -> None:
    organisation.suspended_at = suspension.suspended_at if suspension else None
    organisation.save(update_fields=["suspended_at", "changed_at"])
    suspension_changed.send(sender=Organisation, organisation=organisation)


def _record(
    action: str, suspension: Suspension, *, actor: Membership | None = None, **detail: str | int | bool
) -> None:
    """In the customer's own record; who of the platform did it stands in the platform's."""
    events.record(
        action,
        actor_id=actor.user_id if actor else None,
        kind="suspension",
        object_id=suspension.pk,
        detail=detail,
        evidence=True,
    )


def _record_platform(action: str, suspension: Suspension, *, by: User) -> None:
    organisation_id = suspension.organisation_id
    events.record_platform(action, user_id=by.pk, organisation_id=organisation_id, evidence=True)


def _tell_owners(suspension: Suspension, template: str) -> None:
    for owner in suspension.organisation.memberships.owners():
        page = absolute("organisations:suspension", suspension.organisation.slug)
        _tell(owner.user, template, suspension, url=page)


def _tell(person: User, template: str, suspension: Suspension, **more: Any) -> None:
    """Free texts stay on the page: a mail carries the reason and the way there."""
    with override(person.language):
        reason = str(Suspension.Reason(suspension.reason).label)
    send_account_mail(
        user_id=person.pk,
        to=person.email,
        template=template,
        context={
            "name": person.name,
            "organisation": suspension.organisation.name,
            "reason": reason,
            "answer_by": suspension.answer_due_at,
            "days": Suspension.ANSWERED_WITHIN.days,
            **more,
        },
        language=person.language,
    )
