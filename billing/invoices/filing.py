"""The files of a document, made once after it was issued, and the mail that says it is there."""

from __future__ import annotations

import hashlib
from contextlib import suppress

from babel.numbers import format_currency
from django.db import IntegrityError, transaction

from billing.invoices import stored
from billing.invoices.paper import as_pdf
from billing.invoices.ubl import ubl
from billing.models import InvoiceFile, IssuedInvoice
from billing.numbering import Kind
from billing.recipients import write_to_readers
from delivery.jobs import JobCall, handler


@handler("billing.make_files", external=True)
def make_files(call: JobCall) -> None:
    """The PDF and the UBL of a document; then its readers are told."""
    invoice = IssuedInvoice.objects.select_related("organisation").filter(pk=call.ids["invoice"]).first()
    if invoice is not None and not invoice.files.exists():
        document = stored.from_json(invoice.content)
        keep(invoice, {InvoiceFile.Form.PDF: as_pdf(document), InvoiceFile.Form.UBL: ubl(document)})


def keep(invoice: IssuedInvoice, files: dict[InvoiceFile.Form, bytes]) -> None:
    """Store both files and tell the readers, in one transaction: whoever comes second changes nothing."""
    rows = [
        InvoiceFile(
            invoice=invoice,
            form=form,
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            purge_after=invoice.purge_after,
        )
        for form, content in files.items()
    ]
    with suppress(IntegrityError), transaction.atomic():
        InvoiceFile.objects.bulk_create(rows)
        if invoice.gross_cents:
            _tell(invoice)


def _tell(invoice: IssuedInvoice) -> None:
    """A link to the page, for who reads bills. The amount is with VAT."""
    write_to_readers(
        invoice.organisation,
        "billing_invoice",
        page="billing:invoices",
        number=invoice.number,
        credit=invoice.kind == Kind.CREDIT_NOTE,
        collected=stored.from_json(invoice.content).direct_debit,
        said=lambda reader: {
            "amount": format_currency(invoice.gross_cents / 100, "EUR", locale=reader.language)
        },
    )
