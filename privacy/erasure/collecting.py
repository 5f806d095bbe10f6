"""Where the person, who has no account any more, collects the certificate: by a link that was signed for it.

The certificate names nobody, so the link may stand in a letter; without it nobody can guess one.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from privacy.models import AccountErasure, LeadErasure, OrganisationPurge
from privacy.requests.carrying_out import LEADS
from tenancy.context import tenant
from tenancy.keys import PLATFORM

_SALT = "privacy.erasure.certificate"

Order = LeadErasure | AccountErasure
Proven = Order | OrganisationPurge
#: Stands in a link where the owner's key would: what is proven is the end of the owner.
_PURGE = "purge"


def link_to(proven: Proven) -> str:
    """For a letter: the page of the certificate, interim until every recipient has answered."""
    token = signing.dumps([_owner(proven), proven.pk.hex], salt=_SALT)
    return f"{settings.SITE_URL}{reverse('door:certificate', args=[token])}"


def certificate_link(case_id: UUID, *, of: str) -> str:
    """The same for the desk that decided; empty where nothing was erased yet."""
    model = LeadErasure if of == LEADS else AccountErasure
    erasure = model._default_manager.filter(case_id=case_id).first()
    return link_to(erasure) if erasure is not None and erasure.is_done else ""


def _owner(proven: Proven) -> str:
    if isinstance(proven, OrganisationPurge):
        return _PURGE
    return proven.organisation_id.hex if isinstance(proven, LeadErasure) else PLATFORM.hex


def read(token: str) -> Proven | None:
    """What a link was made for; None for a link that was not made by us, or is past its time."""
    try:
        owner, text = signing.loads(token, salt=_SALT)
        key = UUID(text)
        if owner == _PURGE:
            return OrganisationPurge.objects.filter(pk=key).first()
        place = UUID(owner)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if place == PLATFORM:
        return AccountErasure.objects.filter(pk=key).first()
    with tenant(place):
        return LeadErasure.objects.filter(pk=key).first()
