"""Each day: no invoice at Stripe is without its document, and no document without its files."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from django.db.models import Exists, OuterRef, Q

from billing.invoices import issuing
from billing.models import BillingInvoice, InvoiceFile, IssuedInvoice
from delivery.jobs import enqueue

log = structlog.get_logger(__name__)


def look_after() -> None:
    """Leave the jobs that were lost. What cannot be issued becomes a dead letter again, each day anew."""
    missing = [invoice for invoice in _suspects() if issuing.lags(invoice)]
    for invoice in missing:
        issuing.job_for(invoice.stripe_id)
    bare = IssuedInvoice.objects.exclude(pk__in=InvoiceFile.objects.values("invoice"))
    for document in bare.values_list("pk", flat=True):
        enqueue("billing.make_files", organisation_id=None, ids={"invoice": str(document)})
    if missing:
        log.warning("documents_missing", count=len(missing))


def _suspects() -> Iterator[BillingInvoice]:
    """Those without a document, and those of which something was taken back."""
    document = IssuedInvoice.objects.filter(source=OuterRef("stripe_id"))
    taken_back = Q(credited_cents__gt=0) | Q(status="void")
    return BillingInvoice.objects.exclude(number="").filter(~Exists(document) | taken_back).iterator()
