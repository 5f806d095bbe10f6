"""To whom personal data went, and whether they know what became of it since (Art. 19 GDPR).

Whoever hands personal data over records it here, in the transaction that does: an export, a webhook, an API
key, a processor. Whoever corrects, restricts or erases asks here who is to be told. How a kind of recipient
is told is a job of its own, ``recipients.tell.<kind>``, registered by the app that knows that kind.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from audit.models import Disclosure, NoticeState, RecipientNotice
from delivery.jobs import enqueue
from tenancy.context import current_organisation_id
from tenancy.ids import uuid7


def record_disclosure(
    kind: str,
    *,
    recipient_id: UUID,
    objects: Iterable[UUID],
    object_kind: str = "leads.Lead",
    batch_id: UUID | None = None,
) -> int:
    """Note that a recipient got the data of some objects; answers how many. Twice is once."""
    now = timezone.now()
    rows = [
        Disclosure(
            recipient_kind=kind,
            recipient_id=recipient_id,
            object_kind=object_kind,
            object_id=each,
            batch_id=batch_id,
            disclosed_at=now,
            purge_after=now + timedelta(days=settings.RETENTION_EVIDENCE_DAYS),
        )
        for each in objects
    ]
    Disclosure.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def recipients_of(objects: Sequence[UUID], *, object_kind: str = "leads.Lead") -> list[tuple[str, UUID]]:
    """Who got the data of any of these objects: kind and id, without doubles."""
    found = Disclosure.objects.filter(object_kind=object_kind, object_id__in=objects)
    pairs = found.values_list("recipient_kind", "recipient_id").distinct()
    return sorted(pairs, key=lambda pair: (pair[0], str(pair[1])))


Namer = Callable[[UUID], str]
_namers: dict[str, Namer] = {}


def named_by(kind: str) -> Callable[[Namer], Namer]:
    """Register the function that names a recipient of this kind, as its person would know it."""

    def register(namer: Namer) -> Namer:
        _namers[kind] = namer
        return namer

    return register


def name_of(kind: str, recipient_id: UUID) -> str:
    """The name of a recipient (Art. 15(1)(c) GDPR); its kind where nobody can name it any more."""
    namer = _namers.get(kind)
    return (namer(recipient_id) if namer else "") or kind


def tell_recipients(
    event: str,
    *,
    case_id: UUID,
    objects: Sequence[UUID],
    object_kind: str = "leads.Lead",
    deadline_at: datetime | None = None,
) -> list[RecipientNotice]:
    """Owe every recipient of these objects a notice ("lead.erased"), and leave the jobs that give it.

    Once per case, event and recipient: a second call makes nothing new and answers what is there.
    """
    return [
        owe_notice(
            event,
            case_id=case_id,
            kind=kind,
            recipient_id=recipient_id,
            objects=objects,
            object_kind=object_kind,
            deadline_at=deadline_at,
        )
        for kind, recipient_id in recipients_of(objects, object_kind=object_kind)
    ]


def owe_notice(
    event: str,
    *,
    case_id: UUID,
    kind: str,
    recipient_id: UUID,
    objects: Sequence[UUID],
    object_kind: str = "leads.Lead",
    deadline_at: datetime | None = None,
) -> RecipientNotice:
    """Owe one recipient a notice, and leave the job that gives it. Once per case, event and recipient."""
    now = timezone.now()
    notice, made = RecipientNotice.objects.get_or_create(
        case_id=case_id,
        event=event,
        recipient_kind=kind,
        recipient_id=recipient_id,
        defaults={
            "id": uuid7(),
            "object_kind": object_kind,
            "object_ids": [str(each) for each in objects],
            "deadline_at": deadline_at,
            "created_at": now,
            "purge_after": now + timedelta(days=settings.RETENTION_EVIDENCE_DAYS),
        },
    )
    if made:
        enqueue(
            f"recipients.tell.{kind}",
            organisation_id=current_organisation_id(),
            ids={"notice": str(notice.pk)},
        )
    return notice


def mark(notice_id: UUID, state: NoticeState, *, receipt: str = "", error: str = "") -> None:
    """Say how far a notice is. ``receipt`` and ``error`` are identifiers or names, never contents."""
    now = timezone.now()
    changes: dict[str, object] = {"state": state, "receipt": receipt[:200], "last_error": error[:120]}
    if state == NoticeState.SENT:
        changes["sent_at"] = now
    if state in SETTLED:
        changes["settled_at"] = now
    RecipientNotice.objects.filter(pk=notice_id).update(**changes)
    if state in SETTLED:
        _say_so(notice_id)


def _say_so(notice_id: UUID) -> None:
    """Let whoever waits for the recipients of a case look whether it was the last one."""
    case_id = RecipientNotice.objects.filter(pk=notice_id).values_list("case_id", flat=True).first()
    if case_id is not None:
        enqueue(
            "recipients.settled",
            organisation_id=current_organisation_id(),
            ids={"case": str(case_id)},
            dedupe_key=str(case_id),
        )


SETTLED = frozenset({NoticeState.CONFIRMED, NoticeState.RETAINED})
