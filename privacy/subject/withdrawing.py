"""Withdrawal of consent (Art. 7(3) GDPR): at once, and as easy as giving it (promises H32 and E6)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from delivery.mail import suppress
from privacy import registry
from privacy.declarations import Subject
from privacy.subject.places import Place, places
from privacy.subject.restricting import note

MARKETING = "marketing"
_WITHDRAWN = "consent.withdrawal"


@transaction.atomic
def withdraw_consent(
    keys: Sequence[UUID], *, email: str, case_id: UUID, by: UUID | None, purpose: str = MARKETING
) -> int:
    """End the consents of these roots' person to a purpose; from now on nothing is sent for it.

    Answers how many consents ended. Twice is once, and none at all still stops the mail.
    """
    ended = 0
    for place in _consents():
        rows = _given(place, keys, purpose)
        for row in rows:
            note("consent_withdrawn", getattr(row, place.reference), case_id=case_id, by=by, purpose=purpose)
        ended += rows.update(**{place.attribute: timezone.now()})
    suppress(email, topic=purpose, reason="consent_withdrawn")
    return ended


def consents_given(keys: Sequence[UUID], *, purpose: str = MARKETING) -> int:
    """How many consents of these roots' person to a purpose stand."""
    return sum(_given(place, keys, purpose).count() for place in _consents())


def _consents() -> list[Place]:
    """The tables of consents: those with a moment of withdrawal and a purpose."""
    return [
        place
        for place in places(registry.root_of(Subject.LEAD), _WITHDRAWN)
        if "purpose" in place.held.declaration.fields
    ]


def _given(place: Place, keys: Sequence[UUID], purpose: str) -> QuerySet[Model]:
    wanted = {f"{place.reference}__in": list(keys), place.attribute: None, "purpose": purpose}
    return place.rows(**wanted)
