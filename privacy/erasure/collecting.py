"""Where the person, who has no account any more, collects the certificate: by a link that was signed for it.

The certificate names nobody, so the link may stand in a letter; without it nobody can guess one.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from privacy.models import AccountErasure, LeadErasure
from tenancy.context import tenant
from tenancy.keys import PLATFORM

_SALT = "privacy.erasure.certificate"

Order = LeadErasure | AccountErasure


def link_to(erasure: Order) -> str:
    """For a letter: the page of the certificate, interim until every recipient has answered."""
    owner = erasure.organisation_id if isinstance(erasure, LeadErasure) else PLATFORM
    token = signing.dumps([owner.hex, erasure.pk.hex], salt=_SALT)
    return f"{settings.SITE_URL}{reverse('door:certificate', args=[token])}"


def read(token: str) -> Order | None:
    """The erasure that a link was made for; None for one that was not made by us, or is past its time."""
    try:
        owner, key = (UUID(part) for part in signing.loads(token, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if owner == PLATFORM:
        return AccountErasure.objects.filter(pk=key).first()
    with tenant(owner):
        return LeadErasure.objects.filter(pk=key).first()
