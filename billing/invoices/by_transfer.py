"""Documents for what Stripe does not collect: a year that is paid by bank transfer, under our own number."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.events import record_platform
from billing import gateway, house, news, stripe_events
from billing.invoices.document import Invoice, Line, Vat
from billing.invoices.drawing_up import buyer
from billing.invoices.issuing import issue_of_ours
from billing.models import BillingAccount, BillingInvoice, IssuedInvoice, PlanVersion
from billing.numbering import Kind
from billing.price_list import name_of
from billing.standings import recompute
from billing.vat.treating import treatment_of
from billing.vat.wording import wording
from organisations.models import Organisation
from tenancy.context import tenant

DAYS_TO_PAY = 30


def issue_by_transfer(
    *, organisation: Organisation, version: PlanVersion, starts_on: date, today: date | None = None
) -> IssuedInvoice:
    """The invoice of a year of a plan, to be transferred. Raises billing.invoices.issuing.Unlawful."""
    account = BillingAccount.objects.select_related("organisation").get(organisation=organisation)
    issued_on = today or timezone.localdate()
    treatment = treatment_of(account, issued_on)
    ends_on = _a_year_from(starts_on) - timedelta(days=1)
    language = organisation.language
    document = Invoice(
        kind=Kind.INVOICE,
        number="",
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=DAYS_TO_PAY),
        supplied_from=starts_on,
        supplied_until=ends_on,
        seller=house.party(),
        buyer=buyer(account),
        lines=(_line(version, language, starts_on, ends_on),),
        vat=Vat(treatment.category, treatment.rate, wording(treatment, language), treatment.provisional),
        language=language,
        iban=settings.SELLER_IBAN,
        reference=account.reference,
    )
    made = issue_of_ours(organisation, document, treatment)
    record_platform(
        "billing.invoice_issued",
        organisation_id=organisation.pk,
        detail={"number": made.number},
        evidence=True,
    )
    return made


class NotOwed(ValueError):
    """Not to be transferred: it is paid and was kept, is a draft or void, or a debit is on its way."""


def settle(invoice: BillingInvoice) -> None:
    """Note that an invoice at Stripe was paid by transfer. Twice is once.

    Stripe is told first, where it still collects: it would charge what was transferred once more. Raises
    NotOwed, StripeDown, StripeRefused; call it outside any transaction.
    """
    if invoice.settled_at:
        return
    if not invoice.reversed_at:
        _end_collecting(invoice)
    with tenant(invoice.organisation_id):
        now = timezone.now()
        if BillingInvoice.objects.filter(pk=invoice.pk, settled_at=None).update(settled_at=now):
            record_platform(
                "billing.invoice_settled",
                organisation_id=invoice.organisation_id,
                detail={"number": invoice.number},
                evidence=True,
            )
            recompute(invoice.organisation_id)


def _end_collecting(invoice: BillingInvoice) -> None:
    fetched = gateway.fetch_invoice(invoice.stripe_id)
    if fetched.status not in ("open", "uncollectible") or fetched.processing:
        raise NotOwed
    gateway.note_paid_outside(invoice.stripe_id)
    news.hear(stripe_events.Kind.INVOICE, invoice.stripe_id)


def _line(version: PlanVersion, language: str, starts_on: date, ends_on: date) -> Line:
    with override(language):
        text = _("%(plan)s, a year") % {"plan": name_of(version.code)}
    price = (Decimal(version.yearly_cents) / 100).quantize(Decimal("0.01"))
    return Line(text, Decimal(1), price, "ANN", starts_on, ends_on)


def _a_year_from(day: date) -> date:
    """The same day of next year; 28 February for the 29th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)
