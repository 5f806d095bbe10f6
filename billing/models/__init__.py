"""What billing remembers, by subject: plans, who buys, what Stripe says, invoices of our own, and usage."""

from billing.models.buyers import (
    BillingAccount,
    BillingContact,
    EntitlementOverride,
    PlanChange,
    Purchase,
    VatEvidence,
)
from billing.models.invoices import InvoiceFile, IssuedInvoice, Series
from billing.models.mirror import BillingInvoice, DunningNotice, StripeEvent, StripeObject, Subscription
from billing.models.plans import PlanVersion, TaxRate
from billing.models.usage import UsageCredit, UsagePeriod, UsageRecord

__all__ = [
    "BillingAccount",
    "BillingContact",
    "BillingInvoice",
    "DunningNotice",
    "EntitlementOverride",
    "InvoiceFile",
    "IssuedInvoice",
    "PlanChange",
    "PlanVersion",
    "Purchase",
    "Series",
    "StripeEvent",
    "StripeObject",
    "Subscription",
    "TaxRate",
    "UsageCredit",
    "UsagePeriod",
    "UsageRecord",
    "VatEvidence",
]
