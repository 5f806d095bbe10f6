"""What is looked after each day, and the plan that an officer approved."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import structlog
from django.utils import timezone

from accounts.links import absolute
from accounts.platform import privacy_officers
from audit.events import Detail, record_platform
from audit.models import PlatformEvent
from delivery.jobs import JobCall, handler
from delivery.mail import send_account_mail
from organisations.models import Membership, Organisation
from organisations.permissions import Permission, roles_with
from privacy import retention
from privacy.models import LegalHold, RetentionRun
from tenancy.context import tenant

APPROVED = "retention.approved"

log = structlog.get_logger(__name__)


@handler("privacy.carry_out_plan", external=True)
def carry_out_plan(call: JobCall) -> None:
    """Carry out the plan that the record says was approved, unless it is not that plan any more."""
    run = RetentionRun.objects.filter(pk=UUID(call.ids["run"])).first()
    if run is None or run.outcome != RetentionRun.Outcome.HELD:
        return
    try:
        retention.approve(run.pk, plan=_approved(run))
    except retention.NotApprovable:
        log.warning("retention_plan_refused", rule=run.rule)
        detail: Detail = {"run": str(run.pk), "rule": run.rule}
        record_platform("retention.plan_refused", detail=detail, evidence=True)


def _approved(run: RetentionRun) -> str:
    """The plan that an officer saw, as it stands in the record; empty when nobody approved one."""
    approvals = PlatformEvent.objects.filter(action=APPROVED, detail__run=str(run.pk)).order_by("-id")
    newest = approvals.first()
    return str(newest.detail["plan"]) if newest else ""


def watch(due_day: date) -> None:
    """Say aloud what waits or was left too long, and ask again about holds; once a day."""
    waiting = list(RetentionRun.objects.filter(outcome=RetentionRun.Outcome.HELD))
    newest = RetentionRun.objects.order_by("rule", "-started_at").distinct("rule")
    overdue = [run for run in newest if run.overdue_seconds > retention.OVERSTAY_SECONDS]
    for run in overdue:
        log.error("retention_overstay", rule=run.rule, seconds=int(run.overdue_seconds))
    if waiting or overdue:
        _tell_officers(waiting=len(waiting), overdue=len(overdue))
    remind_of_holds(due_day)


def _tell_officers(**counts: int) -> None:
    for officer in privacy_officers():
        send_account_mail(
            user_id=officer.pk,
            to=officer.email,
            template="retention_waits",
            context={"name": officer.name, "url": absolute("platform:retention"), **counts},
            language=officer.language,
        )


def remind_of_holds(today: date) -> int:
    """Ask those who decide to look again at holds whose day has come; once for each day that was set."""
    reminded = 0
    for organisation in Organisation.objects.active():
        with tenant(organisation.pk):
            due = LegalHold.objects.overdue().filter(reminded_on=None)
            if count := due.count():
                _ask_to_look(organisation, count)
                reminded += due.update(reminded_on=timezone.localdate())
    return reminded


def _ask_to_look(organisation: Organisation, count: int) -> None:
    deciders = Membership.objects.filter(
        organisation=organisation, role__in=roles_with(Permission.PRIVACY_DECIDE)
    ).select_related("user")
    for member in deciders:
        send_account_mail(
            user_id=member.user.pk,
            to=member.user.email,
            template="hold_review",
            context={
                "name": member.user.name,
                "organisation": organisation.name,
                "count": count,
                "url": absolute("privacy:holds", organisation.slug),
            },
            language=member.user.language,
        )
