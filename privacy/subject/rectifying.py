"""Correction (Art. 16 GDPR): contact details are sealed anew, their keyed hashes with them.

What may be corrected is read from the declarations: sealed contact details on a part that shares the root's
key. What cannot be judged right or wrong is completed by a statement of the person, kept with the notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import phonenumbers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.recipients import tell_recipients
from delivery import letters
from privacy import registry
from privacy.declarations import Subject
from privacy.subject.finding import KNOWN_BY, bears_identity
from privacy.subject.places import Place, places
from privacy.subject.restricting import kind_of, note
from tenancy.context import current_organisation_id
from tenancy.encryption import blind_index, seal, unseal
from tenancy.ids import uuid7

NAME, EMAIL, PHONE = "contact.name", "contact.email", "contact.phone"
_NOTES = "lead.notes"
LONGEST_NAME = 200
LONGEST_STATEMENT = 5000


def correctable() -> dict[str, Place]:
    """The contact details that a person may have corrected, by category."""
    root = registry.root_of(Subject.LEAD)
    return {
        category: place
        for category in (NAME, EMAIL, PHONE)
        for place in places(root, category)
        if bears_identity(place.held) and place.declared.sealed
    }


def details_of(key: UUID) -> dict[str, str]:
    """The contact details as they stand, by category; empty where none was given."""
    return {category: _opened(place, key) for category, place in correctable().items()}


@transaction.atomic
def correct(key: UUID, *, changes: Mapping[str, str], case_id: UUID, by: UUID | None) -> list[str]:
    """Replace contact details of one root, leave a note that they were corrected, and tell recipients.

    Answers the categories that changed; what stands there already is no correction, so twice is once.
    """
    before = details_of(key)
    changed = {category: text for category, text in changes.items() if before[category] != text}
    for category, text in changed.items():
        _write(correctable()[category], key, category, text)
    if changed:
        fields = ",".join(sorted(changed))
        note("corrected", key, case_id=case_id, by=by, fields=fields)
        kind = kind_of(registry.root_of(Subject.LEAD))
        tell_recipients(f"{kind}.rectified", case_id=case_id, objects=[key])
    return sorted(changed)


@transaction.atomic
def add_statement(key: UUID, *, text: str, case_id: UUID, by: UUID | None) -> None:
    """Keep what the person states beside what is recorded of them (Art. 16, second sentence)."""
    [place] = places(registry.root_of(Subject.LEAD), _NOTES)
    row = place.model(pk=uuid7())
    setattr(row, place.reference, key)
    setattr(row, place.attribute, _sealed(place, row.pk, text[:LONGEST_STATEMENT]))
    row.save(force_insert=True)
    note("statement_added", key, case_id=case_id, by=by)


def cleaned(category: str, text: str, *, country: str) -> str:
    """A detail in the form in which it is kept. Raises ValidationError, which does not quote it."""
    trimmed = " ".join(text.split())
    if category == EMAIL:
        return _address(trimmed)
    if category == PHONE:
        return _phone(trimmed, country) if trimmed else ""
    if not trimmed or len(trimmed) > LONGEST_NAME:
        raise ValidationError(_("Fill in a name of at most 200 characters."))
    return trimmed


def _address(text: str) -> str:
    try:
        return letters.address(text)
    except letters.BadAddress:
        raise ValidationError(_("Enter a whole e-mail address, like name@example.com.")) from None


def _phone(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError(_("Write a whole telephone number, like +31 20 123 45 67."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _opened(place: Place, key: UUID) -> str:
    stored = place.rows(pk=key).values_list(place.attribute, flat=True).first()
    return unseal(current_organisation_id(), bytes(stored), place=place.sealed_in(key)) if stored else ""


def _write(place: Place, key: UUID, category: str, text: str) -> None:
    columns: dict[str, Any] = {place.attribute: _sealed(place, key, text) if text else None}
    for index in places(registry.root_of(Subject.LEAD), category, hashed=True):
        if index.held.table == place.held.table:
            kind, normalised = KNOWN_BY[category]
            hashed = blind_index(current_organisation_id(), kind, normalised(text)) if text else None
            columns[index.attribute] = hashed
    place.rows(pk=key).update(**columns)


def _sealed(place: Place, key: UUID, text: str) -> bytes:
    return seal(current_organisation_id(), text, place=place.sealed_in(key))
