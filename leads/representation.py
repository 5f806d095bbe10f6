"""A lead as programs read it: the same in the API and in a webhook.

What the visitor gave and what was computed from it, as the inbox shows it; never a network address, a
fingerprint or a reason of suspicion.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from configurators.models import Configurator
from leads.consents import SIMILAR_PRODUCTS, Standing, may_mail, standings
from leads.files.handing_out import Listed, files_of
from leads.models import Lead, LeadContact
from leads.quotes import Choice, Quote, compiled_version
from leads.sealed import Contact, open_contact


def documents(leads: Sequence[Lead]) -> list[dict[str, Any]]:
    """Each lead as plain data: four statements, and one for each whose form asks for files."""
    contacts = {row.pk: row for row in LeadContact.objects.filter(pk__in=[lead.pk for lead in leads])}
    standing = standings(leads, contacts)
    used = {lead.configurator_id for lead in leads}
    names = dict(Configurator.objects.filter(pk__in=used).values_list("pk", "name"))
    return [_document(lead, _opened(contacts.get(lead.pk)), names, standing[lead.pk]) for lead in leads]


def _opened(row: LeadContact | None) -> Contact | None:
    return open_contact(row) if row else None


def _document(
    lead: Lead, contact: Contact | None, names: Mapping[UUID, str], standing: Standing
) -> dict[str, Any]:
    quote = Quote.of(lead)
    quote.compiled = compiled_version(lead.version_id)
    return {
        "id": str(lead.pk),
        "reference": lead.reference,
        "status": lead.status,
        "submitted_at": lead.submitted_at.isoformat(),
        "language": lead.language,
        "source": lead.source,
        "configurator": {"id": str(lead.configurator_id), "name": names.get(lead.configurator_id, "")},
        "contact": _contact(contact),
        "configuration": [_choice(choice) for choice in quote.choices],
        "answers": [
            _choice(choice) for choice in quote.answers(contact.answers if contact else {}, for_programs=True)
        ],
        "files": [_file(file) for file in files_of(lead, quote)],
        "inputs": lead.quote["inputs"],
        "price": _price(quote),
        **_commercial_mail(standing),
    }


def _commercial_mail(standing: Standing) -> dict[str, Any]:
    """Whether offers may be mailed, on which ground, and what has to stand in each of them to refuse more."""
    allowed, ground = may_mail(standing, SIMILAR_PRODUCTS)
    return {
        "marketing_consent": standing.consent.value,
        "may_mail_offers": allowed,
        "mail_ground": ground.value,
        "unsubscribe_url": standing.unsubscribe_url or None,
    }


def _contact(contact: Contact | None) -> dict[str, str] | None:
    return {"name": contact.name, "email": contact.email, "phone": contact.phone} if contact else None


def _choice(choice: Choice) -> dict[str, str]:
    return {"label": choice.label, "value": choice.value}


def _file(file: Listed) -> dict[str, Any]:
    """What came along, by name and size. Whoever wants the file itself downloads it on the request's page."""
    return {"label": file.question, "name": file.name, "type": file.media_type, "size": file.size}


def _price(quote: Quote) -> dict[str, Any]:
    stored = quote.stored
    return {
        "net": stored["net"],
        "vat": stored["vat"],
        "gross": stored["gross"],
        "currency": stored["currency"],
        "lines": [{"label": line["label"], "amount": line["amount"]} for line in stored["lines"]],
    }
