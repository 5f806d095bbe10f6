"""Telling a colleague who took a copy along what became of the people in it (Art. 19 GDPR)."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db.models import Case, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.notices import notify
from audit.events import record
from audit.models import Disclosure, Event, NoticeState, RecipientNotice
from audit.recipients import SETTLED, mark, named_by
from delivery.jobs import JobCall, handler
from leads.exports import file
from leads.exports.making import RECIPIENT
from leads.models import ExportState, LeadExport
from organisations.models import Membership

#: Which mail an event asks for.
LETTERS = {
    "lead.erased": "lead_export_erased",
    "lead.restricted": "lead_export_restricted",
    "lead.consent_withdrawn": "lead_export_consent_withdrawn",
}
#: How many are shown; the rest can be found in the record.
SHOWN = 100


@named_by(RECIPIENT)
def name_of_colleague(user_id: UUID) -> str:
    """Who exported it is another person's data; that a colleague of the controller did is what counts."""
    return _("A member of the organisation, who exported it to a file")


@handler("recipients.tell.export")
def tell_colleague(call: JobCall) -> None:
    """Withdraw our own file at once, and write to the colleague if their copy ever left the house."""
    notice = RecipientNotice.objects.filter(pk=call.ids["notice"], state=NoticeState.PENDING).first()
    if notice is None:
        return
    exports = _exports_with(notice)
    _withdraw(exports)
    if not _was_downloaded(exports):
        mark(notice.pk, NoticeState.CONFIRMED, receipt="never_downloaded")
        return
    colleague = Membership.objects.in_use().filter(
        organisation=notice.organisation_id, user=notice.recipient_id, user__is_active=True
    )
    member = colleague.select_related("user").first()
    if member is None:
        mark(notice.pk, NoticeState.MANUAL, error="left_the_team")
        return
    path = reverse("leads:export-notices", kwargs={"organisation": member.organisation.slug})
    notify(
        member.user,
        LETTERS.get(notice.event, "lead_export_rectified"),
        organisation=member.organisation.name,
        url=settings.SITE_URL + path,
    )
    mark(notice.pk, NoticeState.SENT)


def _exports_with(notice: RecipientNotice) -> list[UUID]:
    """The exports in which this colleague got any of the objects."""
    disclosed = Disclosure.objects.filter(
        object_id__in=notice.object_ids, recipient_kind=RECIPIENT, recipient_id=notice.recipient_id
    )
    return [found for found in disclosed.values_list("batch_id", flat=True).distinct() if found]


def _withdraw(exports: Sequence[UUID]) -> None:
    kept = LeadExport.objects.filter(pk__in=exports).exclude(state=ExportState.CANCELLED)
    for export in kept.select_for_update():
        LeadExport.objects.filter(pk=export.pk).update(state=ExportState.WITHDRAWN)
        file.remove(export)


def _was_downloaded(exports: Sequence[UUID]) -> bool:
    """By the evidence, which outlives the row of the export."""
    return Event.objects.filter(
        kind="export", object_id__in=exports, action="lead.export_downloaded"
    ).exists()


def notices_for(membership: Membership, *, every: bool) -> QuerySet[RecipientNotice]:
    """What this colleague, or with ``every`` any colleague, has to do or has done: open ones first."""
    found = RecipientNotice.objects.filter(recipient_kind=RECIPIENT)
    if not every:
        found = found.filter(recipient_id=membership.user_id)
    is_settled = Case(When(state__in=SETTLED, then=Value(1)), default=Value(0))
    return found.order_by(is_settled, "-created_at")[:SHOWN]


def confirm(notice: RecipientNotice, *, by: UUID) -> None:
    """Somebody says that the copy was changed or deleted. Saying it twice is once."""
    if notice.state not in SETTLED:
        mark(notice.pk, NoticeState.CONFIRMED, receipt=f"colleague:{by}")
        record("recipient.confirmed", actor_id=by, kind="notice", object_id=notice.pk, evidence=True)
