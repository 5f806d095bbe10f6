"""Documents for what Stripe does not collect: a year that is paid by bank transfer, under our own number."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.events import record_platform
from billing import gateway, house, news, stripe_events
from billing.access import Access
from billing.accounts import lock_account
from billing.announcing import leave_to_announce
from billing.invoices.document import Invoice, Line, Vat
from billing.invoices.drawing_up import buyer
from billing.invoices.issuing import issue_of_ours
from billing.models import (
    BillingAccount,
    BillingInvoice,
    EntitlementOverride,
    IssuedInvoice,
    PlanVersion,
    Subscription,
)
from billing.numbering import Kind
from billing.price_list import name_of
from billing.standings import recompute
from billing.vat.deciding import Treatment
from billing.vat.treating import treatment_of
from billing.vat.wording import wording
from organisations.models import Organisation
from tenancy.context import tenant

DAYS_TO_PAY = 30


class AlreadyInvoiced(ValueError):
    """The organisation has an invoice of that plan from that day."""


class PaysAlready(ValueError):
    """Its subscription goes on: with a year by transfer beside it somebody would pay twice."""


def issue_by_transfer(
    *, organisation: Organisation, version: PlanVersion, starts_on: date, today: date | None = None
) -> IssuedInvoice:
    """The invoice of a year of a plan, to be transferred; and the plan for that year.

    Raises AlreadyInvoiced, PaysAlready, billing.invoices.issuing.Unlawful.
    """
    source = f"transfer:{organisation.pk}:{version.code}:{starts_on}"
    with transaction.atomic():
        account = lock_account(organisation.pk)
        if IssuedInvoice.objects.filter(source=source).exists():
            raise AlreadyInvoiced
        if Subscription.objects.going_on().filter(organisation=organisation, cancel_at=None).exists():
            raise PaysAlready
        _give(account, version, starts_on)
        document, treatment = _draw(account, version, starts_on, today or timezone.localdate())
        made = issue_of_ours(organisation, document, treatment, source=source)
        record_platform(
            "billing.invoice_issued",
            organisation_id=organisation.pk,
            detail={"number": made.number},
            evidence=True,
        )
    return made


def _give(account: BillingAccount, version: PlanVersion, starts_on: date) -> None:
    """What the plan allows, from its first day, and everything open until it is over.

    The plan itself is what the mirror of Stripe says, so this is written as what was agreed.
    """
    zone, reason = ZoneInfo(account.zone), f"A year by transfer, from {starts_on}"
    since = datetime.combine(starts_on, time(), zone)
    until = datetime.combine(_a_year_from(starts_on), time(), zone)
    EntitlementOverride.objects.bulk_create(
        EntitlementOverride(
            organisation_id=account.organisation_id, feature=feature, value=value, reason=reason,
            since=since, until=until,
        )
        for feature, value in version.limits.items()
    )  # fmt: skip
    known = account.least_until if account.least == Access.FULL else until
    account.least, account.least_reason = Access.FULL, reason
    account.least_until = max(known, until) if known else None
    account.save(update_fields=["least", "least_until", "least_reason", "changed_at"])
    leave_to_announce(account.organisation_id)
    record_platform(
        "billing.plan_given",
        organisation_id=account.organisation_id,
        detail={"plan": version.code, "from": starts_on.isoformat()},
        evidence=True,
    )


def _draw(
    account: BillingAccount, version: PlanVersion, starts_on: date, issued_on: date
) -> tuple[Invoice, Treatment]:
    treatment = treatment_of(account, issued_on)
    ends_on = _a_year_from(starts_on) - timedelta(days=1)
    language = account.organisation.language
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
    return document, treatment


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
