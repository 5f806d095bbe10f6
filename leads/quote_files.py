"""A stored quote as a file: on paper for people, and signed for whoever wants to check it.

Made when somebody asks and kept nowhere. Neither has a name or an address in it: the paper carries the
reference of the request, the signed file not even that.
"""

import json
from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from leads import quote_paper
from leads.files.handing_out import for_the_person
from leads.models import Lead
from leads.quotes import Quote
from leads.signatures import signed_file
from organisations.person_files import PersonFile, makes_files_of


@makes_files_of("leads.Lead")
def files_about_lead(key: UUID) -> list[PersonFile]:
    """For the person: also of a request whose use is restricted, for it is theirs.

    No quote where visitors are to ask for an offer without knowing what it costs, and paper alone, without a
    figure more than they saw, where they are told about how much it is.
    """
    lead = Lead.stored.select_related("configurator", "version").filter(pk=key).first()
    if lead is None:
        return []
    return _quote_for_the_person(lead) + for_the_person(lead)


def _quote_for_the_person(lead: Lead) -> list[PersonFile]:
    quote = Quote.of(lead)
    if quote.indication:
        return [_paper(lead, for_visitor=True)]
    return quote_files(lead) if quote.is_price_shown else []


def quote_files(lead: Lead) -> list[PersonFile]:
    """The paper always, and the signed file where the signature stands."""
    reference = {"reference": lead.reference}
    files = [_paper(lead)]
    document = signed_file(lead)
    if document is not None:
        label = _("Signed file of quote %(reference)s") % reference
        written = json.dumps(document, ensure_ascii=False, indent=1).encode()
        files.append(_file(lead, "json", label, "application/json", lambda: written))
    return files


def download(file: PersonFile) -> HttpResponse:
    """The file, for nobody's memory. Raises ``typesetting.NotSet``."""
    return HttpResponse(
        file.make(),
        content_type=file.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _paper(lead: Lead, *, for_visitor: bool = False) -> PersonFile:
    label = _("Quote %(reference)s as PDF") % {"reference": lead.reference}
    return _file(
        lead, "pdf", label, "application/pdf", lambda: quote_paper.as_pdf(lead, for_visitor=for_visitor)
    )


def _file(lead: Lead, form: str, label: str, kind: str, make: Callable[[], bytes]) -> PersonFile:
    return PersonFile(form, label, f"{lead.reference}.{form}", kind, make)
