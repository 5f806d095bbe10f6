"""Invoices: the list, and each as a file."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit import events
from billing.models import BillingInvoice, InvoiceFile, IssuedInvoice
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires

_TYPES = {InvoiceFile.Form.PDF: "application/pdf", InvoiceFile.Form.UBL: "application/xml"}
_ENDINGS = {InvoiceFile.Form.PDF: "pdf", InvoiceFile.Form.UBL: "xml"}


@require_safe
@never_cache
@requires(Permission.BILLING_VIEW)
def documents(request: TenantRequest) -> HttpResponse:
    """Newest first, each with what became of its payment."""
    mine = IssuedInvoice.objects.filter(organisation=request.organisation).order_by("-issued_on", "-id")
    rows = {row.stripe_id: row for row in BillingInvoice.objects.filter(organisation=request.organisation)}
    files = Prefetch("files", InvoiceFile.objects.defer("content"))
    listed = [(one, rows.get(one.source)) for one in mine.prefetch_related(files)]
    return render(request, "billing/invoices.html", {"invoices": listed})


@require_safe
@never_cache
@requires(Permission.BILLING_VIEW)
def download(request: TenantRequest, pk: UUID, form: str) -> HttpResponse:
    """The very bytes that were made when it was issued."""
    if form not in _TYPES:
        raise Http404
    file = get_object_or_404(
        InvoiceFile.objects.select_related("invoice"),
        invoice_id=pk,
        invoice__organisation=request.organisation,
        form=form,
    )
    events.record("billing.invoice_downloaded", actor_id=request.user.pk, kind="invoice", object_id=pk)
    answer = HttpResponse(bytes(file.content), content_type=_TYPES[InvoiceFile.Form(form)])
    name = f"{file.invoice.number}.{_ENDINGS[InvoiceFile.Form(form)]}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
