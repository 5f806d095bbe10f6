"""Each day: what VAT the next invoices carry, and what late proof gives back."""

from __future__ import annotations

import structlog
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing import gateway
from billing.access import Billing
from billing.invoices import issuing
from billing.models import BillingAccount, IssuedInvoice, Subscription, TaxRate
from billing.vat import evidence
from billing.vat.deciding import Category, IdStatus
from billing.vat.treating import depends_on_number, key_of, refresh_tax_rate, treatment_of
from delivery.jobs import JobCall, enqueue, handler

log = structlog.get_logger(__name__)

_GOES_ON = (Billing.TRIALING, Billing.ACTIVE, Billing.PAST_DUE, Billing.UNPAID, Billing.PAUSED)


def look_after() -> None:
    """Leave a job for each subscription whose VAT is not certain, or not what it was."""
    for subscription in Subscription.objects.filter(status__in=_GOES_ON).order_by("id"):
        if _may_be_wrong(subscription):
            refresh_soon(subscription)


def refresh_soon(subscription: Subscription) -> None:
    """Leave the job that brings the VAT of a subscription up to date. Happy to be left twice."""
    enqueue("billing.refresh_vat", organisation_id=None, ids={"subscription": str(subscription.pk)})


def _may_be_wrong(subscription: Subscription) -> bool:
    account = BillingAccount.objects.get(organisation_id=subscription.organisation_id)
    if depends_on_number(account) and evidence.status_of(account) is IdStatus.UNKNOWN:
        return True
    now = TaxRate.objects.filter(key=key_of(treatment_of(account))).values_list("stripe_id", flat=True)
    return list(now) != [subscription.tax_rate] or _charged_provisionally(account).exists()


@handler("billing.refresh_vat", external=True)
def refresh(call: JobCall) -> None:
    """Ask once more, set the rate of the next invoices, and give back what late proof shows to be wrong."""
    subscription = Subscription.objects.filter(pk=call.ids["subscription"]).first()
    if subscription is None:
        return
    if refresh_tax_rate(subscription):
        log.info("vat_changed", object_id=subscription.pk)
    give_back(
        BillingAccount.objects.select_related("organisation").get(
            organisation_id=subscription.organisation_id
        )
    )


def give_back(account: BillingAccount) -> int:
    """Take back the VAT of each invoice that was charged while the number could not be checked, now it can.

    An invoice whose money is on its way waits for tomorrow. Answers how many were corrected.
    """
    if treatment_of(account).category is not Category.REVERSE_CHARGE:
        return 0
    return sum(_correct(account, document) for document in _charged_provisionally(account))


def _charged_provisionally(account: BillingAccount) -> QuerySet[IssuedInvoice]:
    """For the same number that was proved since, and not taken back in any way."""
    invoices = IssuedInvoice.objects.filter(
        organisation_id=account.organisation_id,
        issuer=IssuedInvoice.Issuer.STRIPE,
        tax_cents__gt=0,
        content__vat__provisional=True,
        content__buyer__vat_id=account.vat_id,
    )
    corrected = IssuedInvoice.objects.exclude(corrects_id=None).values("corrects_id")
    return invoices.exclude(pk__in=corrected).order_by("issued_on", "id")


def _correct(account: BillingAccount, document: IssuedInvoice) -> bool:
    fetched = gateway.fetch_invoice(document.source)
    if fetched.processing or fetched.status not in ("open", "paid"):
        return False
    with override(account.organisation.language):
        text = _("VAT taken back: reverse charge")
    note = gateway.credit_vat(fetched, text=text)
    issuing.issue_credit_note(document, note)
    log.info("vat_given_back", object_id=document.pk)
    return True
