"""Consent to commercial mail: what was asked, what was confirmed, and whether a person may be mailed.

A tick alone proves nothing about whose address it is: consent counts once it was confirmed from the address
(promise E2). For customers there is one exception, which the law has too.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from delivery.mail import EVERY_TOPIC
from delivery.mail_choices import choices_url
from delivery.models import Suppression
from leads.models import MARKETING, ConsentMethod, ConsentRecord, Lead, LeadContact, Status

#: Offers of the organisation's own products that resemble what the person bought.
SIMILAR_PRODUCTS = "similar_products"


class Consent(models.TextChoices):
    """How far the consent of one request is."""

    NONE = "none", _("Not asked for news")
    ASKED = "asked", _("Asked for news, not confirmed by e-mail")
    CONFIRMED = "confirmed", _("Confirmed by e-mail")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Ground(models.TextChoices):
    """Why somebody may be mailed, or why not."""

    CONSENT = "consent", _("Consent, confirmed by e-mail")
    #: Only about similar products, and with a way to refuse in every mail.
    CUSTOMER = "customer", _("Customer: own similar products only")
    REFUSED = "refused", _("Refused")
    NONE = "none", _("No consent")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one request's person and commercial mail."""

    consent: Consent
    #: The address gets no commercial mail, or none at all, from this organisation.
    refused: bool
    #: The request was won: the person bought what they had asked about.
    customer: bool
    #: Where the person refuses; '' where nobody may mail them anyway.
    unsubscribe_url: str = ""


def may_mail(standing: Standing, topic: str) -> tuple[bool, Ground]:
    """Whether the organisation may send commercial mail of a topic, and on which ground.

    Consent covers everything. Without its confirmation a customer may get offers of similar products of the
    organisation's own, if they were given the chance to refuse when they gave their address and did not
    (Art. 13(2) ePrivacy Directive, Art. 11.7(3) Tw): whoever left the box empty then did refuse.
    """
    if standing.refused or standing.consent == Consent.WITHDRAWN:
        return False, Ground.REFUSED
    if standing.consent == Consent.CONFIRMED:
        return True, Ground.CONSENT
    if topic == SIMILAR_PRODUCTS and standing.customer and standing.consent == Consent.ASKED:
        return True, Ground.CUSTOMER
    return False, Ground.NONE


def standings(leads: Collection[Lead], contacts: Mapping[UUID, LeadContact]) -> dict[UUID, Standing]:
    """Where each of these leads stands: two statements, however many they are."""
    records: dict[UUID, list[ConsentRecord]] = {lead.pk: [] for lead in leads}
    for each in ConsentRecord.objects.filter(lead__in=list(records), purpose=MARKETING):
        records[each.lead_id].append(each)
    indexes = {key: bytes(row.email_index) for key, row in contacts.items()}
    refused = _refused(indexes.values())
    return {lead.pk: _standing(lead, records[lead.pk], indexes.get(lead.pk), refused) for lead in leads}


def standing_of(lead: Lead) -> Standing:
    """Where one lead stands."""
    contacts = LeadContact.objects.filter(lead=lead)
    return standings([lead], {row.pk: row for row in contacts})[lead.pk]


def consent_in(records: Collection[ConsentRecord]) -> Consent:
    """How far a consent is by its records."""
    if not records:
        return Consent.NONE
    if any(each.withdrawn_at for each in records):
        return Consent.WITHDRAWN
    confirmed = any(each.method == ConsentMethod.DOUBLE_OPT_IN for each in records)
    return Consent.CONFIRMED if confirmed else Consent.ASKED


def _refused(indexes: Collection[bytes]) -> set[bytes]:
    found = Suppression.objects.filter(
        recipient_index__in=list(indexes), topic__in=[MARKETING, SIMILAR_PRODUCTS, EVERY_TOPIC]
    )
    return {bytes(index) for index in found.values_list("recipient_index", flat=True)}


def _standing(
    lead: Lead, records: Collection[ConsentRecord], index: bytes | None, refused: Collection[bytes]
) -> Standing:
    standing = Standing(consent_in(records), index in refused, lead.status == Status.WON)
    if index is None or not may_mail(standing, SIMILAR_PRODUCTS)[0]:
        return standing
    url = choices_url(index, lead_id=lead.pk, language=lead.language)
    return Standing(standing.consent, standing.refused, standing.customer, unsubscribe_url=url)
