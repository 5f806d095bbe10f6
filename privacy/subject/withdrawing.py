"""Withdrawal of consent (Art. 7(3) GDPR): at once, and as easy as giving it (promises H32 and E6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from audit.recipients import tell_recipients
from delivery.mail import suppress_index
from privacy import ledger, registry
from privacy.declarations import Subject
from privacy.subject.places import Place, places
from privacy.subject.restricting import kind_of, note
from tenancy.context import current_organisation_id
from tenancy.encryption import blind_index, normalise_email

MARKETING = "marketing"
_WITHDRAWN = "consent.withdrawal"


@transaction.atomic
def withdraw_consent(
    keys: Sequence[UUID], *, email: str, case_id: UUID, by: UUID | None, purpose: str = MARKETING
) -> int:
    """End the consents of these roots' person to a purpose; from now on nothing is sent for it.

    Answers how many consents ended. Twice is once, and none at all still stops the mail.
    """
    address = blind_index(current_organisation_id(), "email", normalise_email(email))
    return withdraw_for(keys, addresses=[address], case_id=case_id, by=by, purpose=purpose)


@transaction.atomic
def withdraw_for(
    keys: Sequence[UUID],
    *,
    addresses: Iterable[bytes],
    case_id: UUID,
    by: UUID | None,
    purpose: str = MARKETING,
) -> int:
    """The same where only the keyed hashes of the person's addresses are at hand.

    Whoever was given the consent learns of it, and so does the ledger: a backup from before does not bring
    the consent back.
    """
    ended = [_end(place, keys, purpose, case_id=case_id, by=by) for place in _consents()]
    refs = [ref for found in ended for ref, _ in found]
    roots = sorted({root for found in ended for _, root in found})
    if refs:
        ledger.note(ledger.Action.WITHDRAW_CONSENT, organisation_id=current_organisation_id(), refs=refs)
        kind = kind_of(registry.root_of(Subject.LEAD))
        tell_recipients(f"{kind}.consent_withdrawn", case_id=case_id, objects=roots)
    for address in addresses:
        suppress_index(address, topic=purpose, reason="consent_withdrawn")
    return len(refs)


def _end(
    place: Place, keys: Sequence[UUID], purpose: str, *, case_id: UUID, by: UUID | None
) -> list[tuple[ledger.Ref, UUID]]:
    """Stamp the consents in one table; answers each with the root that gave it."""
    rows = list(_given(place, keys, purpose).select_for_update())
    ended = [((place.held.table, row.pk), getattr(row, place.reference)) for row in rows]
    place.rows(pk__in=[row.pk for row in rows]).update(**{place.attribute: timezone.now()})
    for _, root in ended:
        note("consent_withdrawn", root, case_id=case_id, by=by, purpose=purpose)
    return ended


def consents_given(keys: Sequence[UUID], *, purpose: str = MARKETING) -> int:
    """How many consents of these roots' person to a purpose stand."""
    return sum(_given(place, keys, purpose).count() for place in _consents())


def consents_of(keys: Sequence[UUID]) -> list[tuple[Place, QuerySet[Model]]]:
    """Every consent that these roots' person ever gave, table by table, oldest first."""
    return [
        (place, place.rows(**{f"{place.reference}__in": list(keys)}).order_by("pk")) for place in _consents()
    ]


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
