"""Somebody who bought, the stand-in for Stripe at which they did, and the documents that follow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from billing import gateway
from billing.accounts import open_account
from billing.invoices import issuing
from billing.models import BillingAccount, BillingInvoice, IssuedInvoice, Subscription
from billing.vat.treating import tax_rate_for
from delivery.jobs import JobCall
from organisations.models import Organisation
from tests.billing.invoices import SELLER
from tests.billing.standin.house import GOOD_CARD, House

SELLER_SETTING = {
    "name": SELLER.name, "street": SELLER.street, "postcode": SELLER.postcode, "city": SELLER.city,
    "country": SELLER.country, "vat_id": SELLER.vat_id, "registration": SELLER.registration,
}  # fmt: skip
ADDRESSES = {
    "NL": {"street": "Dorpsweg 9", "postcode": "7411 AA", "city": "Deventer", "country": "NL"},
    "BE": {"street": "Dorpstraat 9", "postcode": "1000", "city": "Brussel", "country": "BE"},
}
BELGIAN = "BE0123456749"
#: On which all that happens here happens: noon on Thursday 1 January 2026.
DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)


def company(organisation: Organisation, *, country: str = "NL", vat_id: str = "") -> BillingAccount:
    """The organisation's account with everything that an invoice needs."""
    account = open_account(organisation)
    account.company_name, account.vat_id = f"{organisation.name} B.V.", vat_id
    for name, value in ADDRESSES[country].items():
        setattr(account, name, value)
    account.save()
    return account


def subscribe(house: House, account: BillingAccount, *, cents: int = 4900, **given: Any) -> Any:
    """A subscription that is paid by card, with the VAT of today."""
    customer = house.customer(card=GOOD_CARD)
    account.stripe_customer = customer.id
    account.save()
    rates = given.pop("default_tax_rates", None) or [tax_rate_for(account)]
    return house.subscribe(
        customer,
        house.price(cents),
        default_tax_rates=rates,
        metadata={"organisation": str(account.organisation_id)},
        **given,
    )


def mirror(organisation: Organisation, stripe_id: str) -> BillingInvoice:
    """The mirror's row of an invoice, as far as documents look at it."""
    fetched = gateway.fetch_invoice(stripe_id)
    row, _ = BillingInvoice.objects.update_or_create(
        stripe_id=stripe_id,
        defaults={
            "organisation": organisation,
            "number": fetched.number,
            "status": fetched.status,
            "net_cents": fetched.net_cents,
            "tax_cents": fetched.tax_cents,
            "total_cents": fetched.total_cents,
            "paid_cents": fetched.paid_cents,
            "credited_cents": fetched.credited_cents,
            "created": fetched.created,
            "fetched_at": fetched.created,
        },
    )
    return row


def mirror_subscription(organisation: Organisation, subscription: Any) -> Subscription:
    fetched = gateway.fetch_subscription(subscription.id)
    row, _ = Subscription.objects.update_or_create(
        stripe_id=fetched.id,
        defaults={
            "organisation": organisation,
            "status": fetched.status,
            "method": fetched.method,
            "tax_rate": fetched.tax_rate,
            "created": fetched.created,
            "fetched_at": fetched.created,
        },
    )
    return row


def issue(organisation: Organisation, stripe_id: str) -> list[IssuedInvoice]:
    """What the job makes of an invoice: all its documents, oldest first."""
    row = mirror(organisation, stripe_id)
    issuing.issue_for(JobCall(None, {"invoice": str(row.pk)}))
    return list(IssuedInvoice.objects.filter(organisation=organisation).order_by("issued_at", "id"))
