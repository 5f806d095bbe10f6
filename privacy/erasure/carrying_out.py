"""An erasure from the order to the deed.

The order stands in the transaction that decides; a job does it. A job that dies is done again: what was
erased already is a success, and the locators of the order find what was not.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.events import record, record_platform
from audit.recipients import tell_recipients
from delivery.jobs import JobCall, enqueue, handler
from organisations.members import lock_members
from organisations.models import Membership, Organisation
from organisations.permissions import Permission, Role
from privacy.declarations import Subject
from privacy.erasure.execute import execute, lock
from privacy.erasure.plan import Outcome, Part, Plan, plan_erasure
from privacy.models import AccountErasure, ErasureState, LeadErasure
from tenancy.context import current_organisation_id, tenant

Order = LeadErasure | AccountErasure

TOLD_OF = "lead.erased"


class NotInstructed(PermissionError):
    """The organisation, whose data it is as controller, has not decided (Art. 28(3)(a) GDPR)."""


class PlanChanged(ValueError):
    """What would go is not what was approved: another lead, a legal hold, or other declarations."""


class LastOwner(ValueError):
    """Organisations would be left without an owner: hand over or deactivate first."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        super().__init__("An organisation would be left without an owner.")
        self.organisations = list(organisations)


def order_lead_erasure(*, case_id: UUID, leads: Sequence[UUID], approved: str, by: UUID) -> LeadErasure:
    """Let leads of the current organisation be erased, as one of its own people decided.

    ``approved`` is the digest of the plan that was shown. Once per case: a second order answers the first.
    Raises NotInstructed and PlanChanged.
    """
    _require_instruction(by)
    _require_same_plan(plan_erasure(Subject.LEAD, leads), approved)
    owner = current_organisation_id()
    erasure, _new = LeadErasure.objects.get_or_create(case_id=case_id, defaults=_fields(leads, approved, by))
    _queue(erasure, approved, owner)
    return erasure


def order_account_erasure(*, case_id: UUID, user_id: UUID, approved: str, by: UUID | None) -> AccountErasure:
    """Let an account be erased, by its own person or by the platform's officer.

    Raises LastOwner and PlanChanged.
    """
    require_no_last_owner(user_id)
    _require_same_plan(plan_erasure(Subject.ACCOUNT, [user_id]), approved)
    fields = _fields([user_id], approved, by)
    erasure, _new = AccountErasure.objects.get_or_create(case_id=case_id, defaults=fields)
    _queue(erasure, approved, None)
    return erasure


def require_no_last_owner(user_id: UUID) -> None:
    """Raise LastOwner where an active organisation has no other owner. Locks the organisations concerned."""
    owned = Membership.objects.filter(
        user_id=user_id, role=Role.OWNER, organisation__lifecycle=Organisation.Lifecycle.ACTIVE
    )
    alone = []
    for membership in owned.order_by("organisation_id"):
        organisation = lock_members(membership.organisation_id)
        others = organisation.memberships.filter(role=Role.OWNER).exclude(user_id=user_id)
        if not others.exists():
            alone.append(organisation)
    if alone:
        raise LastOwner(alone)


def _require_instruction(by: UUID) -> None:
    member = Membership.objects.filter(organisation_id=current_organisation_id(), user_id=by).first()
    if member is None or not member.may(Permission.PRIVACY_DECIDE):
        raise NotInstructed("Only the organisation itself can decide that its leads are erased.")


def _require_same_plan(plan: Plan, approved: str) -> None:
    if plan.digest != approved:
        raise PlanChanged("What would be erased has changed since it was shown.")


def _fields(keys: Sequence[UUID], approved: str, by: UUID | None) -> dict[str, Any]:
    now = timezone.now()
    return {
        "root_ids": sorted(str(key) for key in keys),
        "plan": approved,
        "ordered_by": by,
        "ordered_at": now,
        "purge_after": now + timedelta(days=settings.RETENTION_EVIDENCE_DAYS),
    }


def _queue(erasure: Order, approved: str, owner: UUID | None) -> None:
    """Leave the job, unless it was done; a stale order takes the plan that was approved now."""
    if erasure.is_done:
        return
    erasure.plan, erasure.state = approved, ErasureState.ORDERED
    erasure.save(update_fields=["plan", "state"])
    enqueue(
        "privacy.erase",
        organisation_id=owner,
        ids={"erasure": str(erasure.pk)},
        dedupe_key=f"{erasure.pk}:{approved[:16]}",
    )


# --- The deed ---------------------------------------------------------------------------------------


@handler("privacy.erase", external=True)
def carry_out(call: JobCall) -> None:
    """Do what was ordered; done already is done well."""
    erase(UUID(call.ids["erasure"]), organisation_id=call.organisation_id)


def erase(erasure_id: UUID, *, organisation_id: UUID | None) -> None:
    with _plane(organisation_id):
        erasure = _order(organisation_id).select_for_update().filter(pk=erasure_id).first()
        if erasure is not None and erasure.state == ErasureState.ORDERED:
            _erase(erasure)


def _plane(organisation_id: UUID | None) -> AbstractContextManager[Any]:
    return transaction.atomic() if organisation_id is None else tenant(organisation_id)


def _order(organisation_id: UUID | None) -> Any:
    return (AccountErasure if organisation_id is None else LeadErasure).objects


def _erase(erasure: Order) -> None:
    plan = plan_of(erasure)
    lock(plan.person)
    plan = plan_of(erasure)
    if plan.digest != erasure.plan:
        erasure.state = ErasureState.STALE
        erasure.save(update_fields=["state"])
        return
    if isinstance(erasure, AccountErasure):
        for key in plan.person.keys:
            require_no_last_owner(key)
    counts = execute(plan)
    _write_down(erasure, plan, counts)
    _leave_evidence(erasure, counts)
    if isinstance(erasure, LeadErasure):
        tell_recipients(TOLD_OF, case_id=erasure.case_id, objects=plan.person.keys)


def plan_of(erasure: Order) -> Plan:
    """The plan as it is now, from the order's own locators."""
    subject = Subject.LEAD if isinstance(erasure, LeadErasure) else Subject.ACCOUNT
    return plan_erasure(subject, [UUID(key) for key in erasure.root_ids])


def _write_down(erasure: Order, plan: Plan, counts: dict[str, int]) -> None:
    erasure.state, erasure.erased_at = ErasureState.DONE, timezone.now()
    erasure.counts = counts
    erasure.kept = [_kept(part) for part in plan.kept]
    erasure.salt = secrets.token_hex(16)
    erasure.digest = digest_of_keys(erasure.salt, plan)
    erasure.save()


def _kept(part: Part) -> dict[str, Any]:
    return {
        "table": part.table,
        "rows": part.rows,
        "ground": part.ground,
        "until": part.until.date().isoformat() if part.until else None,
    }


def digest_of_keys(salt: str, plan: Plan) -> str:
    """A commitment to the rows that went: whoever knows their keys can check it, nobody can read them."""
    rows = sorted(
        f"{part.table}:{key}" for part in plan.parts if part.outcome != Outcome.KEPT for key in part.keys
    )
    return hashlib.sha256("\n".join([salt, *rows]).encode()).hexdigest()


def _leave_evidence(erasure: Order, counts: dict[str, int]) -> None:
    """Who decided and how many rows went; about whom, only by identifiers that now lead nowhere."""
    detail: dict[str, str | int | bool] = {"case": str(erasure.case_id), "rows": sum(counts.values())}
    for key in map(UUID, erasure.root_ids):
        if isinstance(erasure, LeadErasure):
            record(
                TOLD_OF, actor_id=erasure.ordered_by, kind="lead", object_id=key, detail=detail, evidence=True
            )
        else:
            record_platform("account.erased", user_id=key, detail=detail, evidence=True)
