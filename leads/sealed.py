"""Reading and writing a lead's sealed parts, and finding leads by an address without opening any."""

import json
from dataclasses import dataclass
from uuid import UUID

from leads.models import Lead, LeadContact, LeadNote
from tenancy.encryption import blind_index, normalise_email, seal, unseal
from tenancy.masking import is_masked, shape


@dataclass(frozen=True, slots=True)
class Contact:
    """Who asked, in the clear. ``answers`` are the declared text answers by group key."""

    name: str
    email: str
    phone: str
    answers: dict[str, str]

    def __repr__(self) -> str:
        return "Contact(…)"  # never in a log or a traceback


def open_contact(row: LeadContact) -> Contact:
    """Unseal one row; a part that was not given is the empty string."""

    def opened(column: str) -> str:
        sealed = getattr(row, column)
        place = f"leads_leadcontact.{column}:{row.pk}"
        return unseal(row.organisation_id, sealed, place=place) if sealed else ""

    if is_masked():
        answers = {key: shape(text) for key, text in json.loads(opened("answers") or "{}").items()}
        return Contact(shape(opened("name")), shape(opened("email")), shape(opened("phone")), answers)
    return Contact(
        name=opened("name"),
        email=opened("email"),
        phone=opened("phone"),
        answers=json.loads(opened("answers") or "{}"),
    )


def contact_of(lead: Lead) -> Contact:
    """The contact of one lead. Raises LeadContact.DoesNotExist once it was erased."""
    return open_contact(LeadContact.objects.get(lead=lead))


def email_index(organisation_id: UUID, email: str) -> bytes:
    """The blind index of an address within one organisation."""
    return blind_index(organisation_id, "email", normalise_email(email))


def open_note(note: LeadNote) -> str:
    """The text of a note."""
    text = unseal(note.organisation_id, bytes(note.text), place=f"leads_leadnote.text:{note.pk}")
    return shape(text) if is_masked() else text


def seal_note(note: LeadNote, text: str) -> None:
    """Put a text into a note that knows its id."""
    note.text = seal(note.organisation_id, text, place=f"leads_leadnote.text:{note.pk}")
