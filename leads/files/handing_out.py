"""Handing a file out: to a colleague on the page of its request, and to the person whose it is.

Never shown in a browser as a page of ours: it is offered as a download of no type, in a sandbox.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from leads.files.stored import unseal_content, unseal_name
from leads.models import FileState, Lead, LeadFile, Status
from leads.quotes import Quote
from organisations.person_files import PersonFile
from tenancy.context import tenant
from tenancy.masking import is_masked

#: Nothing that a browser could take for something to show.
CONTENT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a request without its content, with the question it answers."""

    key: UUID
    question: str
    name: str
    media_type: str
    size: int
    state: FileState
    #: Whether whoever reads this may have it now.
    can_be_had: bool

    def __repr__(self) -> str:
        return "Listed(…)"  # never a name in a log or a traceback


def files_of(lead: Lead, quote: Quote) -> list[Listed]:
    """What was handed in with a request; nothing for who may not read whose it is.

    Of one that may be spam nothing can be had before somebody said that it is none.
    """
    if is_masked() or not quote.compiled.file_groups:
        return []
    label = {group.key: group.label for group in quote.compiled.file_groups}
    released = lead.status != Status.QUARANTINED
    return [
        Listed(
            key=file.pk,
            question=quote.compiled.text(label[file.question], quote.language)
            if file.question in label
            else "",
            name=unseal_name(file),
            media_type=file.media_type,
            size=file.size,
            state=FileState(file.state),
            can_be_had=released and file.state == FileState.READY,
        )
        for file in LeadFile.objects.filter(lead=lead).defer("content").order_by("pk")
    ]


def file_of(lead: Lead, key: UUID) -> LeadFile | None:
    """One file of a request that a colleague may have now; None for any other."""
    if is_masked() or lead.status == Status.QUARANTINED:
        return None
    return LeadFile.objects.filter(lead=lead, pk=key, state=FileState.READY).first()


def download(file: LeadFile) -> HttpResponse:
    """The file, for nobody's memory."""
    name = content_disposition_header(as_attachment=True, filename=unseal_name(file))
    headers = {
        "Content-Disposition": name or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(unseal_content(file), content_type=CONTENT_TYPE, headers=headers)


def for_the_person(lead: Lead) -> list[PersonFile]:
    """What the person handed in, also with a request that may be spam: it is theirs."""
    found = LeadFile.objects.filter(lead=lead, state=FileState.READY).defer("content").order_by("pk")
    return [_person_file(file) for file in found]


def _person_file(file: LeadFile) -> PersonFile:
    name = unseal_name(file)
    label = _("Your file “%(name)s”") % {"name": name}
    return PersonFile(f"file-{file.pk}", label, name, CONTENT_TYPE, _content(file), theirs=True)


def _content(file: LeadFile) -> Callable[[], bytes]:
    """Read when it is asked for; by then whoever lists files may have left the organisation."""

    def read() -> bytes:
        with tenant(file.organisation_id):
            return unseal_content(LeadFile.objects.get(pk=file.pk))

    return read
