"""Processors are told to forget whoever was erased, until each has, or an officer says how it was told.

The address is sealed in the erasure for as long as a processor must still hear it, and no longer. A try that
fails is repeated after minutes, then hours, at most a day; after five days it is an officer's task.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone

from audit import recipients
from audit.events import record, record_platform
from audit.models import NoticeState, RecipientNotice
from audit.processors import Answer, Forget, name_of, processor_id, processors
from audit.recipients import SETTLED, owe_notice
from delivery.jobs import JobCall, TryLater, enqueue, handler
from privacy.models import AccountErasure, AccountNotice, LeadErasure
from tenancy.context import tenant
from tenancy.encryption import seal, unseal
from tenancy.keys import PLATFORM

log = structlog.get_logger(__name__)

Order = LeadErasure | AccountErasure
Notice = RecipientNotice | AccountNotice

KIND = "processor"
LONGEST_WAIT = timedelta(days=1)
OFFICERS_AFTER = timedelta(days=5)
#: What an officer may still do by hand; the others end by themselves.
BY_HAND = frozenset({NoticeState.MANUAL, NoticeState.FAILED})


class NothingToConfirm(ValueError):
    """The notice does not wait for an officer, or the day lies ahead or before the erasure."""


def someone_must_forget(counts: Mapping[str, int]) -> bool:
    """Whether any processor got something of these tables, so that the address is still needed."""
    return bool(_told(counts))


def _told(counts: Mapping[str, int]) -> list[str]:
    return [name for name, each in processors().items() if each.got_any(counts)]


def owe_processors(erasure: Order, addresses: Sequence[str]) -> None:
    """Within the erasing transaction: owe each processor that got anything a notice, and keep the address."""
    told = _told(erasure.counts)
    for name in told:
        _owe(erasure, processor_id(name))
    if told and addresses:
        erasure.addresses = seal(_owner(erasure), json.dumps(sorted(addresses)), place=_place(erasure))
        erasure.save(update_fields=["addresses"])


def _owe(erasure: Order, recipient_id: UUID) -> None:
    if isinstance(erasure, LeadErasure):
        keys = [UUID(key) for key in erasure.root_ids]
        owe_notice("lead.erased", case_id=erasure.case_id, kind=KIND, recipient_id=recipient_id, objects=keys)
        return
    now = timezone.now()
    notice, made = AccountNotice.objects.get_or_create(
        case_id=erasure.case_id,
        recipient_id=recipient_id,
        defaults={
            "created_at": now,
            "purge_after": now + timedelta(days=settings.RETENTION_EVIDENCE_DAYS),
        },
    )
    if made:
        enqueue("privacy.tell_processor", organisation_id=None, ids={"notice": str(notice.pk)})


def addresses_of(erasure: Order) -> list[str]:
    """The addresses that a processor must still hear; none once all have."""
    if erasure.addresses is None:
        return []
    return json.loads(unseal(_owner(erasure), bytes(erasure.addresses), place=_place(erasure)))


def _owner(erasure: Order) -> UUID:
    return erasure.organisation_id if isinstance(erasure, LeadErasure) else PLATFORM


def _place(erasure: Order) -> str:
    return f"{erasure._meta.db_table}.addresses:{erasure.pk}"


# --- Telling ----------------------------------------------------------------------------------------


@handler("recipients.tell.processor", external=True)
def tell_of_lead(call: JobCall) -> None:
    _tell(UUID(call.ids["notice"]), call.organisation_id)


@handler("privacy.tell_processor", external=True)
def tell_of_account(call: JobCall) -> None:
    _tell(UUID(call.ids["notice"]), None)


def _tell(notice_id: UUID, organisation_id: UUID | None) -> None:
    with _plane(organisation_id):
        notice = _notices(organisation_id).filter(pk=notice_id).first()
        erasure = _erasures(organisation_id).filter(case_id=notice.case_id).first() if notice else None
        if notice is None or erasure is None or notice.state in SETTLED | BY_HAND:
            return
        wish = Forget(addresses_of(erasure), erasure.erased_at or notice.created_at, notice.receipt)
    answer = _ask(notice, wish)
    with _plane(organisation_id):
        _mark(notice, answer)
    if answer.state not in SETTLED | BY_HAND:
        raise TryLater(answer.again_in)


def _ask(notice: Notice, wish: Forget) -> Answer:
    """Outside any transaction. What goes wrong is answered too: when to try again, or that a person must."""
    processor = processors().get(name_of(notice.recipient_id))
    if processor is None:
        return Answer(NoticeState.MANUAL, notice.receipt)
    try:
        return processor.forget(wish)
    except Exception as error:  # noqa: BLE001  whatever an adapter raises, the notice stays owed
        log.warning("processor_not_told", object_id=notice.pk, error=type(error).__name__)
        notice.last_error = type(error).__name__
        return _after_failure(notice, timezone.now())


def _after_failure(notice: Notice, now: datetime) -> Answer:
    notice.attempts += 1
    if now - notice.created_at >= OFFICERS_AFTER:
        return Answer(NoticeState.MANUAL, notice.receipt)
    wait = min(timedelta(minutes=2 ** min(notice.attempts, 12)), LONGEST_WAIT)
    return Answer(NoticeState.PENDING, notice.receipt, again_in=wait)


def _mark(notice: Notice, answer: Answer) -> None:
    """Remember how far it is, and once all are done forget the address."""
    type(notice).objects.filter(pk=notice.pk).update(attempts=notice.attempts)
    if isinstance(notice, RecipientNotice):
        recipients.mark(notice.pk, answer.state, receipt=answer.receipt, error=notice.last_error)
        return
    now = timezone.now()
    changes: dict[str, Any] = {"state": answer.state, "receipt": answer.receipt[:200]}
    changes["last_error"] = notice.last_error[:120]
    if answer.state == NoticeState.SENT and notice.sent_at is None:
        changes["sent_at"] = now
    if answer.state in SETTLED:
        changes["settled_at"] = now
    AccountNotice.objects.filter(pk=notice.pk).update(**changes)
    if answer.state in SETTLED:
        ids = {"case": str(notice.case_id)}
        enqueue("recipients.settled", organisation_id=None, ids=ids, dedupe_key=ids["case"])


def notices_of(erasure: Order) -> list[Any]:
    """Everyone who is told of an erasure, in the order in which they came to be owed."""
    return list(_all_notices(erasure).order_by("created_at", "pk"))


def outstanding(erasure: Order) -> int:
    """How many have not yet said what became of the data."""
    return _all_notices(erasure).exclude(state__in=SETTLED).count()


def forget_addresses(erasure: Order) -> None:
    """Drop the sealed address once no processor needs it any more."""
    waiting = _all_notices(erasure).exclude(state__in=SETTLED | BY_HAND)
    if isinstance(erasure, LeadErasure):
        waiting = waiting.filter(recipient_kind=KIND)
    if erasure.addresses is not None and not waiting.exists():
        erasure.addresses = None
        erasure.save(update_fields=["addresses"])


# --- By hand ----------------------------------------------------------------------------------------


def confirm_by_hand(erasure: Order, notice_id: UUID, *, told_on: date, by: UUID) -> None:
    """An officer says on which day they told a recipient whom no machine could tell.

    Raises NothingToConfirm.
    """
    notice = _all_notices(erasure).select_for_update().filter(pk=notice_id).first()
    if notice is None or notice.state not in BY_HAND:
        raise NothingToConfirm("This notice does not wait for you.")
    erased_on = timezone.localdate(erasure.erased_at) if erasure.erased_at else None
    if told_on > timezone.localdate() or (erased_on and told_on < erased_on):
        raise NothingToConfirm("Enter a day from the erasure until today.")
    _mark(notice, Answer(NoticeState.CONFIRMED, f"told by hand on {told_on.isoformat()}"))
    detail: dict[str, str | int | bool] = {"case": str(erasure.case_id), "told_on": told_on.isoformat()}
    if isinstance(erasure, LeadErasure):
        record(
            "recipient.told", actor_id=by, kind="notice", object_id=notice_id, detail=detail, evidence=True
        )
    else:
        record_platform("recipient.told", user_id=by, detail=detail, evidence=True)


def hand_over_to_officers() -> int:
    """In the current organisation: whoever could not be told in five days is told by a person from now on."""
    overdue = RecipientNotice.objects.filter(
        state__in=[NoticeState.PENDING, NoticeState.FAILED],
        created_at__lte=timezone.now() - OFFICERS_AFTER,
    )
    return overdue.update(state=NoticeState.MANUAL)


def _all_notices(erasure: Order) -> Any:
    organisation_id = erasure.organisation_id if isinstance(erasure, LeadErasure) else None
    return _notices(organisation_id).filter(case_id=erasure.case_id)


def _plane(organisation_id: UUID | None) -> AbstractContextManager[Any]:
    return nullcontext() if organisation_id is None else tenant(organisation_id)


def _notices(organisation_id: UUID | None) -> Any:
    return (AccountNotice if organisation_id is None else RecipientNotice).objects


def _erasures(organisation_id: UUID | None) -> Any:
    return (AccountErasure if organisation_id is None else LeadErasure).objects
