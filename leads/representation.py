"""A lead as programs read it: the same in the API and in a webhook.

What the visitor gave and what was computed from it, as the inbox shows it; never a network address, a
fingerprint or a reason of suspicion.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from configurators.models import Configurator
from leads.models import ConsentRecord, Lead, LeadContact
from leads.quotes import Choice, Quote, compiled_version
from leads.sealed import Contact, open_contact


def documents(leads: Sequence[Lead]) -> list[dict[str, Any]]:
    """Each lead as plain data: three statements, however many they are."""
    ids = [lead.pk for lead in leads]
    contacts = {row.pk: open_contact(row) for row in LeadContact.objects.filter(pk__in=ids)}
    consents = ConsentRecord.objects.filter(lead__in=ids, purpose="marketing", withdrawn_at=None)
    agreed = set(consents.values_list("lead_id", flat=True))
    used = {lead.configurator_id for lead in leads}
    names = dict(Configurator.objects.filter(pk__in=used).values_list("pk", "name"))
    return [_document(lead, contacts.get(lead.pk), names, marketing=lead.pk in agreed) for lead in leads]


def _document(
    lead: Lead, contact: Contact | None, names: Mapping[UUID, str], *, marketing: bool
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
        "answers": [_choice(choice) for choice in quote.answers(contact.answers if contact else {})],
        "inputs": lead.quote["inputs"],
        "price": _price(quote),
        "marketing_consent": marketing,
    }


def _contact(contact: Contact | None) -> dict[str, str] | None:
    return {"name": contact.name, "email": contact.email, "phone": contact.phone} if contact else None


def _choice(choice: Choice) -> dict[str, str]:
    return {"label": choice.label, "value": choice.value}


def _price(quote: Quote) -> dict[str, Any]:
    stored = quote.stored
    return {
        "net": stored["net"],
        "vat": stored["vat"],
        "gross": stored["gross"],
        "currency": stored["currency"],
        "lines": [{"label": line["label"], "amount": line["amount"]} for line in stored["lines"]],
    }
