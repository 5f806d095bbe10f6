"""What follows from a stored lead: the consent on record, the mails, the first step of its timeline."""

import re
import unicodedata
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from audit.events import record
from delivery.jobs import JobCall, handler
from delivery.mail import send_tenant_mail
from delivery.webhooks import publish
from leads import double_opt_in
from leads.hooks import CREATED
from leads.models import MARKETING, ConsentMethod, ConsentRecord, Lead, LeadContact, LeadEvent, Status
from leads.quotes import Quote
from leads.sealed import contact_of
from leads.signing import sign_quote
from organisations.models import Organisation

log = structlog.get_logger()

#: Confirmations to one address within a day: beyond this somebody else is typing it.
CONFIRMATIONS_PER_DAY = 3

_LONGEST_GREETED = 60
_IN_NAMES = frozenset(" -.,'’&()")
_LIKE_A_HOST = re.compile(r"\.[^\W\d_]{2}")


@handler("leads.announce")
def announce(call: JobCall) -> None:
    """Tell the organisation and the visitor about one lead, once; a lead that is gone needs no telling.

    One that was called spam and released may have been told of before.
    """
    lead = Lead.objects.filter(pk=call.ids["lead"]).select_related("configurator", "version").first()
    if lead is None or lead.status == Status.QUARANTINED or _was_told(lead):
        return
    LeadEvent.objects.create(lead=lead, kind="received", created_at=lead.submitted_at)
    record_marketing_consent(lead)
    tell_of_another_price(lead)
    sign_quote(lead)
    organisation = Organisation.objects.get(pk=lead.organisation_id)
    tell_organisation(lead, organisation)
    confirm_to_visitor(lead, organisation)
    publish(CREATED, object_id=lead.pk)


def _was_told(lead: Lead) -> bool:
    return LeadEvent.objects.filter(lead=lead, kind="received").exists()


def record_marketing_consent(lead: Lead) -> None:
    """Keep the consent that was ticked, with the hash of the wording beside the box (Art. 7(1) GDPR)."""
    if lead.marketing_sha256:
        ConsentRecord.objects.get_or_create(
            lead=lead,
            purpose=MARKETING,
            method=ConsentMethod.FORM,
            defaults={
                "text_sha256": lead.marketing_sha256,
                "language": lead.language,
                "version": lead.version.number,
                "given_at": lead.submitted_at,
            },
        )


def tell_of_another_price(lead: Lead) -> None:
    """Raise an alarm where the visitor's page said that it costs something else than was reckoned here.

    The server's price counts. A page that is right never says another, so somebody has to look; but whoever
    writes a page of their own can send any figure, so it takes nothing out of service.
    """
    if lead.shown_gross is None:
        return
    log.error("price_mismatch", lead_id=str(lead.pk), version_id=str(lead.version_id))
    record("lead.price_differed", actor_id=None, kind="lead", object_id=lead.pk)
    LeadEvent.objects.create(lead=lead, kind="price_differed", created_at=lead.submitted_at)


def tell_organisation(lead: Lead, organisation: Organisation) -> None:
    """Mail the organisation's address for new leads: product, price and a link, nobody's details."""
    if not organisation.notification_email:
        return
    path = reverse("leads:detail", kwargs={"organisation": organisation.slug, "pk": lead.pk})
    send_tenant_mail(
        to=organisation.notification_email,
        template="lead_received",
        context={"lead": lead, "quote": Quote.of(lead), "url": settings.SITE_URL + path},
        language=organisation.language,
        lead_id=lead.pk,
        purpose="lead_notification",
    )


def confirm_to_visitor(lead: Lead, organisation: Organisation) -> None:
    """Mail the visitor their configuration and price, at most CONFIRMATIONS_PER_DAY to one address.

    Whoever ticked the box for news finds the link to confirm that in the same mail: one mail less, under the
    same cap, so that nobody is asked again and again for a consent by mail.
    """
    if _confirmations_today(lead) > CONFIRMATIONS_PER_DAY:
        LeadEvent.objects.create(lead=lead, kind="confirmation_capped")
        return
    contact, confirm_url = contact_of(lead), double_opt_in.ask(lead)
    send_tenant_mail(
        to=contact.email,
        template="lead_confirmation",
        context={
            "name": _name_to_greet(contact.name),
            "quote": Quote.of(lead),
            "lead": lead,
            "organisation": organisation,
            "my_request": _my_request(lead, organisation),
            "confirm_url": confirm_url,
        },
        language=lead.language,
        lead_id=lead.pk,
        purpose="lead_confirmation",
        asks_for_consent=bool(confirm_url),
    )
    LeadEvent.objects.create(lead=lead, kind="confirmed", created_at=Now())


def _my_request(lead: Lead, organisation: Organisation) -> str:
    """The door for the person's own data at this organisation: no credential, it mails a fresh link."""
    query = urlencode({"lang": lead.language, "organisation": organisation.slug})
    return f"{settings.PUBLIC_URL}{reverse('door:request')}?{query}"


def _name_to_greet(name: str) -> str:
    """The name, or '' for what may be an advertisement or a link that a stranger sends to this address."""
    letters = all(unicodedata.category(c)[0] in "LM" or c in _IN_NAMES for c in name)
    return name if letters and len(name) <= _LONGEST_GREETED and not _LIKE_A_HOST.search(name) else ""


def _confirmations_today(lead: Lead) -> int:
    """How many leads this address made with this configurator within a day, this one included."""
    index = LeadContact.objects.values_list("email_index", flat=True).get(lead=lead)
    return LeadContact.objects.filter(
        email_index=index,
        lead__configurator_id=lead.configurator_id,
        lead__submitted_at__gte=timezone.now() - timedelta(days=1),
    ).count()
