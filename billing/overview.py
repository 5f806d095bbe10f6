"""Everything the plan page shows, read once: how things stand, what happens next, and what is used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing import agreeing, gateway
from billing.access import Access, Billing
from billing.accounts import access_of, account_of
from billing.buying import living_subscription
from billing.counting import used
from billing.dunning import next_change
from billing.entitlements import Feature, Kind
from billing.limits import entitlement
from billing.metering import current_period
from billing.models import BillingAccount, BillingInvoice, PlanVersion, Purchase, Subscription
from billing.models.plans import Interval
from billing.periods import Period
from billing.price_list import BY_CODE, Plan, name_of
from billing.selling import on_sale
from billing.standings import unpaid_since
from billing.staying import excess_under
from billing.vat.deciding import IdStatus, Treatment
from billing.vat.evidence import status_of
from billing.vat.rates import UnknownRate
from billing.vat.treating import treatment_of
from organisations.countries import country_choices
from organisations.models import Organisation

LABELS: dict[Feature, Promise] = {
    Feature.CONFIGURATORS: _("Configurators"),
    Feature.SEATS: _("People in the team"),
    Feature.LEADS_PER_MONTH: _("Requests"),
    Feature.API_KEYS: _("API keys"),
    Feature.WEBHOOKS: _("Webhook"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """How much is used of what there is room for; ``expected`` by the end of the month, for requests.

    ``agreed``: it is not the plan that decides, but what was agreed with this organisation.
    """

    feature: Feature
    used: int
    limit: int | None
    agreed: bool = False
    expected: int | None = None

    @property
    def label(self) -> Promise:
        return LABELS[self.feature]

    @property
    def over(self) -> bool:
        return self.limit is not None and self.used > self.limit


@dataclass(frozen=True, slots=True)
class Overview:
    """``state`` is the word that the page's sentence is chosen by."""

    account: BillingAccount
    sells: bool
    access: Access
    state: str
    name: str
    subscription: Subscription | None
    next_step: tuple[Access, datetime] | None
    unpaid: list[BillingInvoice]
    on_its_way: list[BillingInvoice]
    bars: list[Bar]
    period: Period
    waiting: bool

    @property
    def next_name(self) -> str:
        mine = self.subscription
        return name_of(mine.next_version.code) if mine and mine.next_version else ""

    @property
    def price_cents(self) -> int:
        """Of one interval of the plan that is paid for, without VAT; 0 without one."""
        mine = self.subscription
        if mine is None or mine.plan_version is None:
            return 0
        yearly = mine.interval == Interval.YEAR
        return mine.plan_version.yearly_cents if yearly else mine.plan_version.monthly_cents

    @property
    def country(self) -> str:
        """Where the company is, in the reader's language."""
        return dict(country_choices()).get(self.account.country, self.account.country)

    @property
    def iban(self) -> str:
        return str(settings.SELLER_IBAN)

    @property
    def vat_is_open(self) -> bool:
        """Whether a number was given that nobody could check."""
        return bool(self.account.vat_id) and status_of(self.account) is IdStatus.UNKNOWN

    @property
    def vat_is_wrong(self) -> bool:
        return bool(self.account.vat_id) and status_of(self.account) is IdStatus.INVALID

    @property
    def pays_for_more(self) -> bool:
        return agreeing.holds(self.account)

    @property
    def overage_cents(self) -> int:
        return self.account.plan_version.overage_cents if self.account.plan_version else 0


def of(organisation: Organisation) -> Overview:
    """Runs in the organisation's transaction."""
    account, now = account_of(organisation), timezone.now()
    subscription = living_subscription(organisation.pk)
    invoices = list(BillingInvoice.objects.filter(organisation=organisation).order_by("-created")[:100])
    version = account.plan_version
    return Overview(
        account=account,
        sells=gateway.is_set_up(),
        access=access_of(account, now),
        state=_state(account, subscription, now),
        name=name_of(version.code) if version else "",
        subscription=subscription,
        next_step=None if _is_given(account, now) else _next_step(account, now),
        unpaid=[one for one in invoices if unpaid_since(one)],
        on_its_way=[one for one in invoices if one.processing],
        bars=_bars(organisation, account, now),
        period=current_period(account, now),
        waiting=Purchase.objects.filter(organisation=organisation, state=Purchase.State.OPEN)
        .exclude(stripe_session="")
        .exists(),
    )


def _next_step(account: BillingAccount, now: datetime) -> tuple[Access, datetime] | None:
    """Without a plan nothing can be added from the first day, so that step is none that comes."""
    since = account.overdue_since or _ended(account, now)
    found = next_change(since, now)
    if found and found[0] is access_of(account, now):
        return next_change(since, found[1])
    return found


def _is_given(account: BillingAccount, now: datetime) -> bool:
    """Whether everything is open by agreement: a year that is paid by transfer."""
    until = account.least_until
    return account.least == Access.FULL and until is not None and now < until


def _ended(account: BillingAccount, now: datetime) -> datetime | None:
    if account.billing == Billing.NONE and account.trial_ends_at and account.trial_ends_at < now:
        return account.trial_ends_at
    return account.ended_at


def _state(account: BillingAccount, subscription: Subscription | None, now: datetime) -> str:
    if account.overdue_since:
        return "overdue"
    if subscription is None and _is_given(account, now):
        return "given"
    if subscription is None:
        if account.billing != Billing.NONE:
            return "ended"
        return "trial" if account.trial_ends_at and now < account.trial_ends_at else "trial_over"
    if subscription.cancel_at:
        return "leaving"
    if subscription.next_version:
        return "changing"
    return "begins" if subscription.status == "trialing" else "paid"


def _bars(organisation: Organisation, account: BillingAccount, now: datetime) -> list[Bar]:
    found = []
    for feature in Feature:
        count = used(organisation, feature)
        if count is None:
            continue
        granted = entitlement(account, feature, now)
        row = granted.decided_by
        agreed = row is not None and row.kind is Kind.OVERRIDE
        expected = _expected(account, count, now) if feature is Feature.LEADS_PER_MONTH else None
        found.append(Bar(feature, count, granted.value, agreed, expected))
    return found


def _expected(account: BillingAccount, count: int, now: datetime) -> int | None:
    """What the month comes to if it goes on like this; nothing before a few days have passed."""
    period = current_period(account, now)
    passed = (now - period.start).total_seconds()
    whole = (period.end - period.start).total_seconds()
    return round(count * whole / passed) if passed > 3 * 86_400 else None


# --- What is on offer -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as the pages show it."""

    code: str
    name: str
    meant_for: Promise
    monthly_cents: int
    yearly_cents: int
    overage_cents: int
    limits: dict[str, int | None]
    #: In per cent, where it is known who buys.
    vat_rate: Decimal | None = None
    #: How many configurators of this buyer it has no room for.
    freezes: int = 0

    @property
    def monthly_gross(self) -> int | None:
        return self._with_vat(self.monthly_cents)

    @property
    def yearly_gross(self) -> int | None:
        return self._with_vat(self.yearly_cents)

    def _with_vat(self, cents: int) -> int | None:
        if self.vat_rate is None:
            return None
        return cents + int((cents * self.vat_rate / 100).quantize(Decimal(1), ROUND_HALF_UP))


def offer(plan: Plan | PlanVersion, vat_rate: Decimal | None = None) -> Offer:
    known = BY_CODE[plan.code]
    limits = plan.stored_limits if isinstance(plan, Plan) else plan.limits
    amounts = plan.monthly_cents, plan.yearly_cents, plan.overage_cents
    return Offer(plan.code, known.name, known.meant_for, *amounts, limits, vat_rate)


def offers_for(organisation: Organisation, vat: Treatment | None) -> list[Offer]:
    """What is on sale, as this buyer would have it. Runs in the organisation's transaction."""
    found = []
    for version in on_sale().values():
        excess = {one.feature: one.too_many for one in excess_under(organisation, version)}
        freezes = excess.get(Feature.CONFIGURATORS, 0)
        found.append(replace(offer(version, vat.rate if vat else None), freezes=freezes))
    return found


def vat_of(account: BillingAccount) -> Treatment | None:
    """The VAT that this buyer pays today, once it is known who buys."""
    if not account.company_name:
        return None
    try:
        return treatment_of(account)
    except UnknownRate:
        return None
