"""An installation that sells, without anybody who would be paid: what tests of limits and access need."""

from datetime import datetime, timedelta

from django.utils import timezone

from billing.access import Billing
from billing.accounts import account_of
from billing.models import BillingAccount, PlanChange, PlanVersion
from billing.price_list import BY_CODE
from organisations.models import Organisation


def version_of(code: str, **limits: int | None) -> PlanVersion:
    """A plan as it is on sale, some of its limits replaced."""
    plan = BY_CODE[code]
    found = PlanVersion.objects.filter(code=code, number=plan.number).first()
    return found or PlanVersion.objects.create(
        code=code,
        number=plan.number,
        monthly_cents=plan.monthly_cents,
        yearly_cents=plan.yearly_cents,
        overage_cents=plan.overage_cents,
        limits=plan.stored_limits | limits,
        stripe_monthly=f"price_{code}_month",
        stripe_yearly=f"price_{code}_year",
    )


def has_plan(organisation: Organisation, code: str, **limits: int | None) -> BillingAccount:
    """The organisation pays for a plan."""
    account = account_of(organisation)
    account.plan_version, account.plan_since = version_of(code, **limits), timezone.now()
    account.billing = Billing.ACTIVE
    account.save()
    PlanChange.objects.create(
        organisation=organisation, plan_version=account.plan_version, since=account.plan_since
    )
    return account


def overdue_since(organisation: Organisation, *, days: int) -> datetime:
    """It has not paid for so many days."""
    account = has_plan(organisation, "studio")
    account.overdue_since = timezone.now() - timedelta(days=days, hours=1)
    account.save()
    return account.overdue_since
