"""An erasure from the order to the deed.

The order stands in the transaction that decides; a job does it. The ledger, outside the database, hears of
it before anything is destroyed and again after the commit, so that a backup cannot bring anybody back. A job
that dies is done again from wherever it was: what was erased already is a success, and the locators of the
order find what was not.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.events import record, record_platform
from audit.recipients import tell_recipients
from delivery.jobs import JobCall, TryLater, enqueue, handler
from organisations.members import lock_members
from organisations.models import Membership, Organisation
from organisations.permissions import Permission, Role
from privacy import ledger, registry
from privacy.declarations import Subject
from privacy.erasure import answering
from privacy.erasure.certificates import issue
from privacy.erasure.execute import execute, lock
from privacy.erasure.keeping import Keeping
from privacy.erasure.plan import Outcome, Part, Plan, plan_erasure
from privacy.erasure.propagation import owe_processors, someone_must_forget
from privacy.erasure.reach import Person, open_addresses
from privacy.ledger import Action, Entry, EntryGone, Ref
from privacy.models import AccountErasure, ErasureState, LeadErasure, PrivacyRequest, Stage
from tenancy.context import current_organisation_id, tenant
from tenancy.keys import PLATFORM
from tenancy.ledger import entries
from tenancy.ledger.store import ledger as ledger_store
from tenancy.models import LedgerEntry, LedgerPosition

Order = LeadErasure | AccountErasure

TOLD_OF = "lead.erased"
#: How often rows that came in between are announced anew before the job waits a while.
TRIES = 3


class NotInstructed(PermissionError):
    """The organisation, whose data it is as controller, has not decided (Art. 28(3)(a) GDPR)."""


class PlanChanged(ValueError):
    """What would go is not what was approved: another lead, a legal hold, or other declarations."""


class LastOwner(ValueError):
    """Organisations would be left without an owner: hand over or deactivate first."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        super().__init__("An organisation would be left without an owner.")
        self.organisations = list(organisations)


def order_lead_erasure(
    *,
    case_id: UUID,
    leads: Sequence[UUID],
    approved: str,
    by: UUID | None,
    keeping: Keeping | None = None,
) -> LeadErasure:
    """Let leads of the current organisation be erased, as one of its own people decided.

    ``approved`` is the digest of the plan that was shown; without ``by`` the case itself must have been
    decided, by the organisation's standing instruction. Once per case: a second order answers the first.
    Raises NotInstructed and PlanChanged.
    """
    _require_instruction(case_id, by)
    _require_same_plan(plan_erasure(Subject.LEAD, leads, keeping=keeping), approved)
    owner = current_organisation_id()
    fields = _fields(leads, approved, by, keeping)
    erasure, _new = LeadErasure.objects.get_or_create(case_id=case_id, defaults=fields)
    _queue(erasure, approved, owner)
    return erasure


def order_account_erasure(
    *, case_id: UUID, user_id: UUID, approved: str, by: UUID | None, keeping: Keeping | None = None
) -> AccountErasure:
    """Let an account be erased, by its own person or by the platform's officer.

    Raises LastOwner and PlanChanged.
    """
    require_no_last_owner(user_id)
    _require_same_plan(plan_erasure(Subject.ACCOUNT, [user_id], keeping=keeping), approved)
    fields = _fields([user_id], approved, by, keeping)
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


def _require_instruction(case_id: UUID, by: UUID | None) -> None:
    if by is None:
        decided = PrivacyRequest.objects.filter(pk=case_id, stage=Stage.IN_PROGRESS, decided_at__isnull=False)
        if not decided.exists():
            raise NotInstructed("Nobody of the organisation has decided about this case.")
        return
    member = Membership.objects.filter(organisation_id=current_organisation_id(), user_id=by).first()
    if member is None or not member.may(Permission.PRIVACY_DECIDE):
        raise NotInstructed("Only the organisation itself can decide that its leads are erased.")


def _require_same_plan(plan: Plan, approved: str) -> None:
    if plan.digest != approved:
        raise PlanChanged("What would be erased has changed since it was shown.")


def _fields(keys: Sequence[UUID], approved: str, by: UUID | None, keeping: Keeping | None) -> dict[str, Any]:
    now = timezone.now()
    return {
        "root_ids": sorted(str(key) for key in keys),
        "plan": approved,
        "keeping": {kind: list(why) for kind, why in (keeping or {}).items()},
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
    """Announce, destroy, and say that it is done; each step is found again by who comes after a crash.

    A row that came between the announcement and the deed is announced too before anything goes.
    """
    for _try in range(TRIES):
        announced = _announce(erasure_id, organisation_id)
        if announced is None or _do(erasure_id, organisation_id, announced):
            break
    else:
        raise TryLater(timedelta(seconds=10))
    entries.settle()
    _finish(erasure_id, organisation_id)


@dataclass(frozen=True, slots=True)
class _Announced:
    """What the ledger knows of what is about to be destroyed."""

    entry: Entry
    refs: frozenset[tuple[str, ...]]


def _announce(erasure_id: UUID, organisation_id: UUID | None) -> _Announced | None:
    """Tell the ledger what will go, unless it knows; None where there is nothing left to do."""
    with _plane(organisation_id):
        erasure = _orders(organisation_id).filter(pk=erasure_id).first()
        if erasure is None or erasure.state != ErasureState.ORDERED:
            return None
        plan = plan_of(erasure)
    return _announced_before(erasure, plan) or _Announced(
        ledger.intend(
            Action.ERASE_ACCOUNT if organisation_id is None else Action.ERASE_LEAD,
            organisation_id=organisation_id,
            refs=refs_of(plan),
            tag=plan.person.hashes[0] if plan.person.hashes else b"",
            more=_more(erasure),
        ),
        _as_texts(refs_of(plan)),
    )


def _more(erasure: Order) -> dict[str, str | int]:
    """What a replay needs beside the rows: the roots by number, and the kinds of data that stay."""
    roots = {f"root_{number}": key for number, key in enumerate(erasure.root_ids)}
    kept = {f"keep_{kind}": ground for kind, (ground, _until) in erasure.keeping.items()}
    return {"case": str(erasure.case_id), **(roots if kept else {}), **kept}


def _announced_before(erasure: Order, plan: Plan) -> _Announced | None:
    """The entry of a try that died.

    One that does not cover the plan, or whose line never reached the disk, is given up for a better one.
    """
    waiting = LedgerEntry.objects.filter(state=LedgerEntry.State.INTENDED, more__case=str(erasure.case_id))
    for row in waiting:
        entry = Entry(row.pk, row.action, _line_of(row.pk))
        if entry.seq and _as_texts(refs_of(plan)) <= _as_texts(row.refs):
            return _Announced(entry, _as_texts(row.refs))
        _give_up(entry)
    return None


def _line_of(entry_id: UUID) -> int:
    """The line that announced an entry; 0 where it never reached the disk."""
    lines = ledger_store().entries(after=0)
    return next((line.seq for line in lines if line.entry == entry_id and line.kind == entries.INTENT), 0)


def _give_up(entry: Entry) -> None:
    with suppress(EntryGone):
        ledger.abandon(entry)


def refs_of(plan: Plan) -> list[Ref]:
    """Every row that goes, as the ledger writes it; what is emptied follows from the kinds that stay."""
    return list(plan.refs)


def _as_texts(refs: Iterable[Sequence[object]]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(str(part) for part in ref) for ref in refs)


def _do(erasure_id: UUID, organisation_id: UUID | None, announced: _Announced) -> bool:
    """Destroy in one transaction; False where more came than was announced, and nothing was destroyed."""
    with _plane(organisation_id):
        erasure = _orders(organisation_id).select_for_update().get(pk=erasure_id)
        if erasure.state == ErasureState.ORDERED:
            lock(_person_of(erasure))
            plan = plan_of(erasure)
            if not _as_texts(refs_of(plan)) <= announced.refs:
                return False
            _erase(erasure, plan, announced.entry)
        ended = erasure.state
    if ended != ErasureState.DONE:
        _give_up(announced.entry)
    return True


def _finish(erasure_id: UUID, organisation_id: UUID | None) -> None:
    """Once the ledger knows: write down how far it accounts for, and certify if nobody is to be told."""
    with _plane(organisation_id):
        erasure = _orders(organisation_id).select_for_update().filter(pk=erasure_id).first()
        if erasure is None or not erasure.is_done:
            return
        if erasure.ledger_seq is None:
            erasure.ledger_seq = LedgerPosition.objects.get().applied_seq
            erasure.save(update_fields=["ledger_seq"])
        issue(erasure)


def _plane(organisation_id: UUID | None) -> AbstractContextManager[Any]:
    return transaction.atomic() if organisation_id is None else tenant(organisation_id)


def _orders(organisation_id: UUID | None) -> Any:
    return (AccountErasure if organisation_id is None else LeadErasure).objects


def _erase(erasure: Order, plan: Plan, entry: Entry) -> None:
    if plan.digest != erasure.plan:
        erasure.state = ErasureState.STALE
        erasure.save(update_fields=["state"])
        answering.begin_anew(erasure)
        return
    if isinstance(erasure, AccountErasure):
        for key in plan.person.keys:
            require_no_last_owner(key)
    addresses = open_addresses(plan.person) if someone_must_forget(plan.counts) else []
    counts = execute(plan)
    _write_down(erasure, plan, counts)
    owe_processors(erasure, addresses)
    _leave_evidence(erasure, plan)
    if isinstance(erasure, LeadErasure):
        tell_recipients(TOLD_OF, case_id=erasure.case_id, objects=plan.person.keys)
    answering.answer(erasure)
    ledger.mark_done(entry)


def _person_of(erasure: Order) -> Person:
    root = registry.root_of(_subject(erasure))
    return Person(root, PLATFORM, tuple(UUID(key) for key in erasure.root_ids))


def _subject(erasure: Order) -> Subject:
    return Subject.LEAD if isinstance(erasure, LeadErasure) else Subject.ACCOUNT


def plan_of(erasure: Order) -> Plan:
    """The plan as it is now, from the order's own locators."""
    keeping = {kind: (ground, until) for kind, (ground, until) in erasure.keeping.items()}
    return plan_erasure(_subject(erasure), [UUID(key) for key in erasure.root_ids], keeping=keeping)


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


def _leave_evidence(erasure: Order, plan: Plan) -> None:
    """Who decided and how many rows went; about whom, only by identifiers that now lead nowhere."""
    detail: dict[str, str | int | bool] = {"case": str(erasure.case_id), "rows": sum(plan.counts.values())}
    for key in plan.person.keys:
        if isinstance(erasure, LeadErasure):
            record(
                TOLD_OF, actor_id=erasure.ordered_by, kind="lead", object_id=key, detail=detail, evidence=True
            )
        else:
            record_platform("account.erased", user_id=key, detail=detail, evidence=True)
