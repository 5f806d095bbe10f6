"""What the messages to a webhook say about leads, composed when each is sent."""

from uuid import UUID

from audit.models import RecipientNotice
from delivery.models import WebhookDelivery
from delivery.webhooks import Message, composer
from leads import inbox
from leads.representation import documents

CREATED = "lead.created"
STATUS_CHANGED = "lead.status_changed"
ERASED = "lead.erased"
RECTIFIED = "lead.rectified"
RESTRICTED = "lead.restricted"
CONSENT_CONFIRMED = "lead.consent_confirmed"
CONSENT_WITHDRAWN = "lead.consent_withdrawn"


@composer(CREATED, STATUS_CHANGED, CONSENT_CONFIRMED)
def lead_message(delivery: WebhookDelivery) -> Message | None:
    """The lead as it is now; one that was erased, restricted or set aside meanwhile is not told."""
    lead = inbox.received().filter(pk=delivery.object_id).first() if delivery.object_id else None
    if lead is None:
        return None
    return Message({"lead": documents([lead])[0]}, [lead.pk])


@composer(ERASED, RESTRICTED, CONSENT_WITHDRAWN)
def notice_message(delivery: WebhookDelivery) -> Message | None:
    """Which leads, by identifier; what they held is not repeated to who has to forget it."""
    notice = _notice_of(delivery)
    return None if notice is None else Message({"notice": str(notice.pk), "leads": notice.object_ids})


@composer(RECTIFIED)
def rectified_message(delivery: WebhookDelivery) -> Message | None:
    """The leads with their new details."""
    notice = _notice_of(delivery)
    if notice is None:
        return None
    leads = list(inbox.received().filter(pk__in=[UUID(each) for each in notice.object_ids]).order_by("pk"))
    said = {"notice": str(notice.pk), "leads": notice.object_ids, "corrected": documents(leads)}
    return Message(said, [lead.pk for lead in leads])


def _notice_of(delivery: WebhookDelivery) -> RecipientNotice | None:
    return RecipientNotice.objects.filter(pk=delivery.notice_id).first() if delivery.notice_id else None
