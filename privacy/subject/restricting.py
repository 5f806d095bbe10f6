"""Restriction of use (Art. 18 GDPR): what is restricted is stored, and nothing else is done with it.

The mark stands on the root's own row, where the declarations have a column "request.restriction". Its app
hides marked rows from everything that works with them (`leads.models.LeadsInUse`). Before a restriction ends
the person is told (Art. 18(3)).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from audit.events import record
from audit.models import Event
from audit.recipients import tell_recipients
from delivery.jobs import JobCall, enqueue, handler
from delivery.mail import hold_back, send_tenant_mail
from organisations.models import Organisation
from privacy import registry
from privacy.declarations import Declaration, Subject
from privacy.subject.places import Place, the_place
from tenancy.context import current_organisation_id

MARK = "request.restriction"
#: How long before the end of a restriction the person is told.
TOLD_BEFORE = timedelta(days=3)


@transaction.atomic
def restrict(keys: Sequence[UUID], *, case_id: UUID, by: UUID | None) -> list[UUID]:
    """Set rows of the current organisation aside, hold back what waits to be mailed, and tell recipients.

    Answers the rows that were not restricted before: a second time changes nothing.
    """
    mark = _mark()
    changed = list(_rows(mark, keys).filter(**{mark.attribute: None}).values_list("pk", flat=True))
    _rows(mark, changed).update(**{mark.attribute: timezone.now()})
    hold_back(changed)
    for key in changed:
        note("restricted", key, case_id=case_id, by=by)
    if changed:
        tell_recipients(f"{kind_of(mark.held.declaration)}.restricted", case_id=case_id, objects=changed)
    return changed


@transaction.atomic
def announce_lifting(
    keys: Sequence[UUID], *, case_id: UUID, to: str, language: str, by: UUID | None
) -> datetime:
    """Tell the person that the restriction will end, and let it end `TOLD_BEFORE` later; answers when."""
    ends = timezone.now() + TOLD_BEFORE
    organisation = Organisation.objects.get(pk=current_organisation_id())
    send_tenant_mail(
        to=to,
        template="restriction_ends",
        context={"organisation": organisation, "ends": ends},
        language=language,
        lead_id=None,
        purpose="privacy_request",
        reply_to=organisation.controller_email,
        sender_name=organisation.controller_name,
    )
    for key in keys:
        ids = {"key": str(key), "case": str(case_id)} | ({"by": str(by)} if by else {})
        enqueue("privacy.lift_restriction", organisation_id=organisation.pk, ids=ids, due_at=ends)
    return ends


@handler("privacy.lift_restriction")
def lift(call: JobCall) -> None:
    """End a restriction of which the person was told; one that is gone needs no ending."""
    mark, key = _mark(), UUID(call.ids["key"])
    if _rows(mark, [key]).exclude(**{mark.attribute: None}).update(**{mark.attribute: None}):
        by = UUID(call.ids["by"]) if "by" in call.ids else None
        note("restriction_lifted", key, case_id=UUID(call.ids["case"]), by=by)


def restricted_among(keys: Sequence[UUID]) -> set[UUID]:
    """Which of these rows are restricted."""
    mark = _mark()
    return set(_rows(mark, keys).exclude(**{mark.attribute: None}).values_list("pk", flat=True))


def restricted_by(case_id: UUID, keys: Sequence[UUID]) -> list[UUID]:
    """Which of these rows are restricted because of one request and no other."""
    asked = Event.objects.filter(action="subject.restricted", object_id__in=list(keys))
    by_case = set(asked.filter(detail__case=str(case_id)).values_list("object_id", flat=True))
    return [key for key in keys if key in by_case & restricted_among(keys)]


def note(what: str, key: UUID, *, case_id: UUID, by: UUID | None, **detail: str) -> None:
    """Leave evidence of what was done for the person of a root, by identifiers and names of fields."""
    kind = kind_of(registry.root_of(Subject.LEAD))
    record(
        f"subject.{what}",
        actor_id=by,
        kind=kind,
        object_id=key,
        detail={"case": str(case_id), **detail},
        evidence=True,
    )


def kind_of(declaration: Declaration) -> str:
    """What the record calls a row of this table: "leads.Lead" is a "lead"."""
    return declaration.label.rpartition(".")[2].lower()


def _mark() -> Place:
    return the_place(registry.root_of(Subject.LEAD), MARK)


def _rows(mark: Place, keys: Sequence[UUID]) -> QuerySet[Model]:
    return mark.rows(pk__in=list(keys))
