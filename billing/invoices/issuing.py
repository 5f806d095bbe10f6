"""One document for every invoice and credit note at Stripe, under Stripe's own number, once and for ever.

What would be unlawful, or would not add up to what was charged, is not issued: its job ends as a dead letter,
which somebody sees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from billing import gateway, house
from billing.invoices import drawing_up, stored
from billing.invoices.content import Lack, lacks
from billing.invoices.document import Invoice
from billing.models import BillingAccount, BillingInvoice, IssuedInvoice
from billing.numbering import take
from billing.stripe_objects import FetchedCreditNote, FetchedInvoice
from billing.vat.deciding import Category, Treatment
from billing.vat.treating import treatment_at_stripe
from delivery.jobs import JobCall, enqueue, handler
from organisations.models import Organisation

log = structlog.get_logger(__name__)

_NUMBERED = ("open", "paid", "uncollectible", "void")


class Unlawful(ValueError):
    """A document that lacks what the law asks for. The message names places and articles, nobody's data."""

    def __init__(self, lacking: Sequence[Lack]) -> None:
        super().__init__(", ".join(f"{lack.field} ({lack.article})" for lack in lacking))
        self.lacking = lacking


# --- When -----------------------------------------------------------------------------------------


def when_an_invoice_changes(sender: Any, invoice: BillingInvoice, **kwargs: Any) -> None:
    """Leave the job that issues, where a document is missing: the invoice's, or that of a credit note."""
    if lags(invoice):
        job_for(invoice.stripe_id)


def lags(invoice: BillingInvoice) -> bool:
    """Whether there are fewer documents than the mirror's row asks for."""
    if invoice.status not in _NUMBERED or not invoice.number:
        return False
    document = IssuedInvoice.objects.filter(source=invoice.stripe_id).first()
    if document is None:
        return True
    notes = IssuedInvoice.objects.filter(corrects_id=document.pk)
    if invoice.status == "void":
        return not notes.exists()
    return (notes.aggregate(sum=Sum("gross_cents"))["sum"] or 0) < invoice.credited_cents


def job_for(stripe_id: str) -> None:
    """Leave the job that issues whatever is missing of one invoice at Stripe. Twice is once."""
    if found := BillingInvoice.objects.filter(stripe_id=stripe_id).values_list("pk", flat=True).first():
        enqueue("billing.issue", organisation_id=None, ids={"invoice": str(found)})


@handler("billing.issue", external=True)
def issue_for(call: JobCall) -> None:
    """Issue what is missing of one invoice: its own document, and those of its credit notes."""
    row = BillingInvoice.objects.select_related("organisation").filter(pk=call.ids["invoice"]).first()
    if row is None or not lags(row):
        return
    try:
        _issue_all(row.organisation, gateway.fetch_invoice(row.stripe_id))
    except Unlawful as refused:
        log.error("document_refused", object_id=row.pk, problem=[lack.field for lack in refused.lacking])
        raise
    except drawing_up.DoesNotAddUp:
        log.error("document_refused", object_id=row.pk, problem="sum")
        raise


def _issue_all(organisation: Organisation, fetched: FetchedInvoice) -> None:
    issued = issue(organisation, fetched)
    for note in gateway.credit_notes_of(fetched.id):
        if note.status == "issued":
            issue_credit_note(issued, note)
    if fetched.status == "void":
        issue_for_void(issued)


# --- What Stripe issued ---------------------------------------------------------------------------


def issue(organisation: Organisation, fetched: FetchedInvoice) -> IssuedInvoice:
    """The document of an invoice that Stripe finalised. Raises Unlawful, DoesNotAddUp, UnknownTaxRate."""

    def draw() -> tuple[Invoice, Treatment]:
        account = BillingAccount.objects.select_related("organisation").get(organisation=organisation)
        charged = treatment_at_stripe(fetched.tax_rate)
        document = drawing_up.from_invoice(account, fetched, charged)
        drawing_up.require_sum(document, net_cents=fetched.net_cents, tax_cents=fetched.tax_cents)
        return document, charged

    return _once(organisation, fetched.id, draw)


def issue_credit_note(corrected: IssuedInvoice, note: FetchedCreditNote) -> IssuedInvoice:
    """The document of a credit note at Stripe, which names the one it takes back. Raises like ``issue``."""

    def draw() -> tuple[Invoice, Treatment]:
        before = stored.from_json(corrected.content)
        if note.of_vat:
            document = drawing_up.of_vat_alone(note, before)
            drawing_up.require_sum(document, net_cents=0, tax_cents=note.total_cents)
            return document, replace(_treatment_of(corrected), listed=True)
        document = drawing_up.from_credit_note(note, before)
        drawing_up.require_sum(document, net_cents=note.net_cents, tax_cents=note.tax_cents)
        return document, _treatment_of(corrected)

    return _once(corrected.organisation, note.id, draw, corrects_id=corrected.pk)


def _treatment_of(issued: IssuedInvoice) -> Treatment:
    vat = stored.from_json(issued.content).vat
    return Treatment(Category(issued.treatment), vat.rate, "", (), listed=issued.listed, oss=issued.oss)


# --- What Stripe does not issue -------------------------------------------------------------------


def issue_for_void(voided: IssuedInvoice) -> IssuedInvoice | None:
    """Our own credit note for an invoice that Stripe voided: what was issued is never taken off the list."""
    if IssuedInvoice.objects.filter(corrects_id=voided.pk, issuer=IssuedInvoice.Issuer.STRIPE).exists():
        return None  # it was taken back by a credit note before
    before = stored.from_json(voided.content)

    def draw() -> tuple[Invoice, Treatment]:
        return drawing_up.of_void_invoice(before, on=timezone.localdate()), _treatment_of(voided)

    return _once(voided.organisation, f"void:{voided.source}", draw, corrects_id=voided.pk, ours=True)


def issue_of_ours(
    organisation: Organisation, document: Invoice, treatment: Treatment, *, source: str = ""
) -> IssuedInvoice:
    """A document under a number of our own series, which is taken last. Raises Unlawful.

    ``source`` names what it is for, where that must have no second one.
    """
    with transaction.atomic():
        return _store(organisation, document, treatment, source=source, ours=True)


# --- Storing --------------------------------------------------------------------------------------


def _once(
    organisation: Organisation,
    source: str,
    draw: Callable[[], tuple[Invoice, Treatment]],
    *,
    corrects_id: UUID | None = None,
    ours: bool = False,
) -> IssuedInvoice:
    """The document of that source; drawn up and stored by whoever comes first."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"document:{source}"])
        if found := IssuedInvoice.objects.filter(source=source).first():
            return found
        document, treatment = draw()
        return _store(organisation, document, treatment, source=source, corrects_id=corrects_id, ours=ours)


def _store(
    organisation: Organisation,
    document: Invoice,
    treatment: Treatment,
    *,
    source: str = "",
    corrects_id: UUID | None = None,
    ours: bool,
) -> IssuedInvoice:
    """Insert the row and leave the job that makes its files; a number of our own is taken just before."""
    if lacking := lacks(replace(document, number="(ours)") if ours else document):
        raise Unlawful(lacking)
    if ours:
        taken = take(house.entity(), document.kind, document.issued_on)
        document = replace(
            document,
            number=taken.number,
            issued_on=taken.issued_on,
            due_on=max(document.due_on, taken.issued_on),
        )
    content = stored.as_json(document)
    made = IssuedInvoice.objects.create(
        organisation=organisation,
        entity=house.entity().code,
        issuer=IssuedInvoice.Issuer.OURS if ours else IssuedInvoice.Issuer.STRIPE,
        kind=document.kind,
        number=document.number,
        source=source,
        issued_on=document.issued_on,
        corrects_id=corrects_id,
        treatment=treatment.category,
        listed=treatment.listed,
        oss=treatment.oss,
        net_cents=int(document.net * 100),
        tax_cents=int(document.tax * 100),
        gross_cents=int(document.gross * 100),
        content=content,
        content_sha256=stored.digest(content),
        books_closed_at=house.year_closes_at(document.issued_on),
        purge_after=house.erasable_at(document.issued_on, oss=treatment.oss),
    )
    enqueue("billing.make_files", organisation_id=None, ids={"invoice": str(made.pk)})
    return made
