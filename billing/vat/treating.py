"""The VAT of one organisation today, and the rate at Stripe that carries it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from billing import gateway
from billing.models import BillingAccount, Subscription, TaxRate
from billing.vat import evidence
from billing.vat.deciding import Buyer, Category, IdStatus, Seller, Treatment, decide

_NAMES = {Category.STANDARD: "VAT", Category.REVERSE_CHARGE: "Reverse charge", Category.OUTSIDE: "No EU VAT"}
_HOME = "NL"


class UnknownTaxRate(LookupError):
    """A rate at Stripe that was not made here: what it stands for is not known."""


def seller() -> Seller:
    since = settings.SELLER_OSS_SINCE
    return Seller(oss_since=date.fromisoformat(since) if since else None)


def treatment_of(account: BillingAccount, on: date | None = None) -> Treatment:
    """What the table decides for this buyer on a day, with what is known now of its VAT number."""
    return decide(seller(), _buyer(account, evidence.status_of(account)), on or timezone.localdate())


def depends_on_number(account: BillingAccount) -> bool:
    """Whether it makes a difference if the number is valid: at home and outside the Union it does not."""
    today = timezone.localdate()
    valid, invalid = (
        decide(seller(), _buyer(account, status), today) for status in (IdStatus.VALID, IdStatus.INVALID)
    )
    return bool(account.vat_id) and replace(valid, articles=()) != replace(invalid, articles=())


def _buyer(account: BillingAccount, status: IdStatus) -> Buyer:
    return Buyer(
        country=account.country,
        postcode=account.postcode,
        id_country=account.vat_id[:2],
        id_status=status,
    )


# --- At Stripe ------------------------------------------------------------------------------------


def tax_rate_for(account: BillingAccount) -> str:
    """The rate for what this organisation buys now. Asks VIES and Stripe where need be: in no transaction."""
    if depends_on_number(account):
        evidence.make_sure(account)
    return rate_at_stripe(treatment_of(account))


def refresh_tax_rate(subscription: Subscription) -> bool:
    """Let the next invoices carry the VAT of today; whether that changed. In no transaction."""
    account = BillingAccount.objects.get(organisation_id=subscription.organisation_id)
    rate = tax_rate_for(account)
    if rate == subscription.tax_rate:
        return False
    gateway.set_tax_rate(subscription.stripe_id, rate)
    return True


def key_of(treatment: Treatment) -> str:
    """Names a rate for ever: what it is called, how high, and whose it is."""
    country = treatment.taxed_in if treatment.category is Category.STANDARD else ""
    return f"{treatment.category.value}:{treatment.rate.normalize():f}:{country}"


def rate_at_stripe(treatment: Treatment) -> str:
    """The rate that Stripe puts on invoices, made there the first time."""
    key = key_of(treatment)
    if known := TaxRate.objects.filter(key=key).values_list("stripe_id", flat=True).first():
        return known
    made = gateway.make_tax_rate(
        key=key,
        name=_NAMES[treatment.category],
        percentage=f"{treatment.rate:f}",
        country=treatment.taxed_in if treatment.category is Category.STANDARD else _HOME,
    )
    found, _ = TaxRate.objects.get_or_create(key=key, defaults={"stripe_id": made})
    return found.stripe_id


def treatment_at_stripe(rate: str) -> Treatment:
    """What a rate at Stripe stands for. Raises UnknownTaxRate."""
    key = TaxRate.objects.filter(stripe_id=rate).values_list("key", flat=True).first()
    if key is None:
        raise UnknownTaxRate("The rate at Stripe is not ours.")
    category, percentage, country = key.split(":")
    return Treatment(
        Category(category),
        Decimal(percentage),
        country,
        (),
        listed=category == Category.REVERSE_CHARGE,
        oss=category == Category.STANDARD and country != _HOME,
    )
