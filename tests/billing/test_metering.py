"""Usage: each lead counted once for ever, each month closed once, each closed month billed at most once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from billing import gateway, metering, overage
from billing.accounts import account_of
from billing.invoices import issuing
from billing.metering import Usage
from billing.models import (
    BillingAccount,
    PlanChange,
    PlanVersion,
    Subscription,
    UsageCredit,
    UsagePeriod,
    UsageRecord,
)
from billing.price_list import PLANS
from billing.standin.server import StandIn
from delivery.jobs import JobCall, TryLater
from delivery.models import Job
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.billing.papers import SELLER_SETTING, company
from tests.billing.selling import version_of
from tests.billing.standin.house import GOOD_CARD, House, at

START = PLANS[0]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def house(settings) -> Iterator[House]:
    with StandIn(at=at(2026, 1, 1)) as standin:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = standin.key, standin.url
        yield House(standin)


@pytest.fixture
def account(late_buyer: BillingAccount) -> BillingAccount:
    """Acme bought the smallest plan, pays for more, and its months begin on the 15th."""
    began(late_buyer, late_buyer.plan_since)
    return late_buyer


def began(account: BillingAccount, since: datetime) -> None:
    PlanChange.objects.create(
        organisation=account.organisation, plan_version=account.plan_version, since=since
    )


@pytest.fixture
def late_buyer(acme: Organisation, settings) -> BillingAccount:
    """As that, but from when on it has the plan is for the test to say."""
    settings.STRIPE_SECRET_KEY = settings.STRIPE_SECRET_KEY or "sk_test_nobody"
    version = PlanVersion.objects.create(
        code=START.code,
        number=START.number,
        monthly_cents=START.monthly_cents,
        yearly_cents=START.yearly_cents,
        overage_cents=START.overage_cents,
        limits=START.stored_limits | {"leads_per_month": 2},
        stripe_monthly="price_month",
        stripe_yearly="price_year",
    )
    account = account_of(acme)
    account.plan_version, account.anchor = version, date(2026, 1, 15)
    account.plan_since = account.overage_agreed_at = datetime(2026, 1, 1, tzinfo=UTC)
    account.save()
    return account


def use(organisation: Organisation, *moments: datetime) -> list[UUID]:
    """Count leads that came at these moments."""
    with tenant(organisation.pk):
        refs = [uuid7() for _ in moments]
        for ref, moment in zip(refs, moments, strict=True):
            UsageRecord.objects.create(lead_ref=ref, occurred_at=moment)
    return refs


def close(organisation: Organisation, now: datetime) -> list[UsagePeriod]:
    metering.close_months(organisation.pk, now)
    return list(UsagePeriod.objects.filter(organisation=organisation).order_by("starts_at"))


def overage_jobs() -> int:
    return Job.objects.filter(task="billing.overage").count()


def january(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=AMSTERDAM)


def test_spam_is_set_off_and_its_count_stays(acme: Organisation) -> None:
    now = datetime.now(UTC)
    ref, _ = use(acme, now - timedelta(days=6), now - timedelta(days=6))

    with tenant(acme.pk):
        metering.set_off(ref)
        usage = metering.usage_between(now - timedelta(days=7), now)

    assert usage == Usage(counted=2, set_off=1)


def test_spam_is_set_off_once(acme: Organisation) -> None:
    (ref,) = use(acme, datetime.now(UTC))

    with tenant(acme.pk):
        metering.set_off(ref)
        metering.set_off(ref)

        assert UsageCredit.objects.count() == 1


def test_a_lead_of_eight_days_ago_is_not_set_off(acme: Organisation) -> None:
    (ref,) = use(acme, datetime.now(UTC) - timedelta(days=8))

    with tenant(acme.pk):
        assert metering.set_off(ref) is False


def test_a_lead_that_never_counted_counts_once_when_it_is_released(acme: Organisation) -> None:
    now, ref = datetime.now(UTC), uuid7()

    with tenant(acme.pk):
        metering.count_released(ref)
        metering.count_released(ref)

        assert metering.usage_between(now, datetime.now(UTC)) == Usage(counted=1, set_off=0)


def test_what_is_no_spam_after_all_counts_in_the_month_of_that_day(acme: Organisation) -> None:
    came = datetime.now(UTC) - timedelta(days=20)
    (ref,) = use(acme, came)

    with tenant(acme.pk):
        UsageCredit.objects.create(lead_ref=ref)
        metering.count_released(ref)

        then = metering.usage_between(came, came + timedelta(days=1))
        now = metering.usage_between(came + timedelta(days=1), datetime.now(UTC))
    assert (then.net, now.net) == (0, 1)


def test_what_counts_again_can_be_set_off_again(acme: Organisation) -> None:
    now = datetime.now(UTC)
    (ref,) = use(acme, now)

    with tenant(acme.pk):
        for verb in (metering.set_off, metering.count_released, metering.set_off):
            verb(ref)

        assert metering.usage_between(now, datetime.now(UTC)) == Usage(counted=2, set_off=2)


def test_a_month_is_closed_when_nothing_in_it_can_be_set_off_any_more(
    account: BillingAccount, acme: Organisation
) -> None:
    use(acme, january(20))

    before = close(acme, datetime(2026, 2, 21, 23, tzinfo=AMSTERDAM))
    after = close(acme, datetime(2026, 2, 22, 1, tzinfo=AMSTERDAM))

    assert (len(before), [period.counted for period in after]) == (0, [1])


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Europe/Amsterdam", "Pacific/Pago_Pago"])
def test_the_clock_passes_over_no_month_that_can_be_closed(
    zone: str, account: BillingAccount, acme: Organisation
) -> None:
    """Through the shortest month and the nights on which the clocks change, wherever it is midnight first."""
    BillingAccount.objects.filter(pk=account.pk).update(anchor=date(2026, 1, 31), zone=zone)
    start = datetime(2026, 2, 20, tzinfo=UTC)

    left, closed = [], 0
    for moment in (start + timedelta(hours=11 * step) for step in range(110)):
        closed += metering.close_due(moment)
        left += [moment] * metering.close_months(acme.pk, moment)

    assert (closed, left) == (2, [])


def test_closing_twice_closes_once(account: BillingAccount, acme: Organisation) -> None:
    close(acme, datetime(2026, 4, 1, tzinfo=UTC))

    again = metering.close_months(acme.pk, datetime(2026, 4, 1, tzinfo=UTC))

    assert again == 0


def test_months_follow_one_another_without_gap_or_overlap(
    account: BillingAccount, acme: Organisation
) -> None:
    periods = close(acme, datetime(2028, 1, 1, tzinfo=UTC))

    assert [one.ends_at for one in periods[:-1]] == [one.starts_at for one in periods[1:]]


def test_a_lead_at_midnight_belongs_to_the_month_that_begins(
    account: BillingAccount, acme: Organisation
) -> None:
    midnight = datetime(2026, 2, 15, tzinfo=AMSTERDAM)
    use(acme, midnight - timedelta(microseconds=1), midnight, midnight + timedelta(microseconds=1))

    periods = close(acme, datetime(2026, 4, 1, tzinfo=UTC))

    assert [one.counted for one in periods] == [1, 2]


def test_every_lead_of_two_years_is_in_one_month(account: BillingAccount, acme: Organisation) -> None:
    account.anchor = date(2026, 1, 31)
    account.save()
    first = datetime(2026, 1, 31, tzinfo=AMSTERDAM)
    use(acme, *(first + timedelta(hours=31 * n) for n in range(560)))

    periods = close(acme, datetime(2028, 6, 1, tzinfo=UTC))

    assert sum(one.counted for one in periods) == 560


def test_those_beyond_the_plan_are_billed(account: BillingAccount, acme: Organisation) -> None:
    refs = use(acme, *(january(20 + n) for n in range(5)))
    with tenant(acme.pk):
        UsageCredit.objects.create(lead_ref=refs[0])

    (period,) = close(acme, datetime(2026, 3, 1, tzinfo=UTC))

    assert (period.counted, period.set_off, period.included, period.billable) == (5, 1, 2, 2)
    assert overage_jobs() == 1


def test_who_did_not_agree_pays_for_nothing_beyond_the_plan(
    account: BillingAccount, acme: Organisation
) -> None:
    BillingAccount.objects.filter(pk=account.pk).update(overage_agreed_at=None)
    use(acme, *(january(20 + n) for n in range(5)))

    (period,) = close(acme, datetime(2026, 3, 1, tzinfo=UTC))

    assert (period.billable, overage_jobs()) == (0, 0)


def test_who_agreed_within_the_month_pays_for_what_came_after(
    account: BillingAccount, acme: Organisation
) -> None:
    BillingAccount.objects.filter(pk=account.pk).update(overage_agreed_at=january(24, 1))
    use(acme, *(january(20 + n) for n in range(5)))

    (period,) = close(acme, datetime(2026, 3, 1, tzinfo=UTC))

    assert period.billable == 1


def test_what_came_after_the_plan_ended_is_not_billed(
    account: BillingAccount, acme: Organisation, house: House
) -> None:
    bought = subscribed(house, account, acme)
    bought.ended_at = january(22, 1)
    bought.save()
    use(acme, *(january(20 + n) for n in range(5)), datetime(2026, 2, 20, tzinfo=UTC))
    use(acme, *(datetime(2026, 2, 16 + n, tzinfo=UTC) for n in range(5)))

    periods = close(acme, datetime(2026, 4, 1, tzinfo=UTC))

    assert [(one.counted, one.billable) for one in periods] == [(5, 2), (6, 0)]


def test_a_plan_that_was_bought_later_bills_nothing_of_a_month_before_it(
    late_buyer: BillingAccount, acme: Organisation
) -> None:
    began(late_buyer, datetime(2026, 2, 17, tzinfo=UTC))
    use(acme, *(january(20 + n) for n in range(5)))

    (period,) = close(acme, datetime(2026, 2, 25, tzinfo=UTC))

    assert (period.billable, period.unit_cents) == (0, 0)


def changes_to(
    acme: Organisation, account: BillingAccount, changed: datetime, code: str, **limits: int
) -> None:
    version = version_of(code, **limits)
    BillingAccount.objects.filter(pk=account.pk).update(plan_version=version)
    PlanChange.objects.create(organisation=acme, plan_version=version, since=changed)


@pytest.mark.parametrize(
    ("changed", "included"), [(datetime(2026, 2, 10, tzinfo=UTC), 4), (datetime(2026, 2, 17, tzinfo=UTC), 2)]
)
def test_a_month_is_billed_by_the_plans_that_it_had(
    account: BillingAccount, acme: Organisation, changed: datetime, included: int
) -> None:
    """It ends on 15 February and is closed ten days later: what was changed in between has no say."""
    changes_to(acme, account, changed, "studio", leads_per_month=4)
    use(acme, *(january(20 + n) for n in range(5)))

    (period,) = close(acme, datetime(2026, 2, 25, tzinfo=UTC))

    assert (period.included, period.billable) == (included, 5 - included)


@pytest.mark.parametrize(
    ("changed", "room"),
    [(datetime(2026, 2, 13, tzinfo=UTC), (2, 3)), (datetime(2026, 1, 14, tzinfo=UTC), (1, 4))],
)
def test_a_smaller_plan_takes_nothing_from_the_month_in_which_it_began(
    account: BillingAccount, acme: Organisation, changed: datetime, room: tuple[int, int]
) -> None:
    """Of a larger plan that ended before the month nothing is left."""
    changes_to(acme, account, changed, "studio", leads_per_month=1)
    use(acme, *(january(20 + n) for n in range(5)))

    (period,) = close(acme, datetime(2026, 2, 25, tzinfo=UTC))

    assert (period.included, period.billable) == room


def test_the_lowest_price_of_the_months_plans_counts(account: BillingAccount, acme: Organisation) -> None:
    changes_to(acme, account, datetime(2026, 2, 13, tzinfo=UTC), "works", leads_per_month=1)
    use(acme, *(january(20 + n) for n in range(5)))

    (period,) = close(acme, datetime(2026, 2, 25, tzinfo=UTC))

    assert (START.overage_cents, period.unit_cents) == (50, 15)


def subscribed(house: House, account: BillingAccount, acme: Organisation) -> Subscription:
    customer = house.customer(card=GOOD_CARD)
    bought = house.subscribe(customer, house.price())
    account.stripe_customer = customer.id
    account.save()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Subscription.objects.create(
        organisation=acme, stripe_id=bought.id, status="active", created=now, fetched_at=now
    )


def bill(period: UsagePeriod) -> None:
    overage.bill_overage(JobCall(period.organisation_id, {"period": str(period.pk)}))


def waiting_items(house: House) -> list[tuple[int, int]]:
    return [(item.amount, item.quantity) for item in house.v1.invoice_items.list({}).data]


def test_a_closed_month_stands_on_the_next_invoice(
    house: House, account: BillingAccount, acme: Organisation
) -> None:
    subscribed(house, account, acme)
    use(acme, *(january(20 + n) for n in range(5)))
    (period,) = close(acme, datetime(2026, 3, 1, tzinfo=UTC))

    bill(period)

    assert waiting_items(house) == [(150, 3)]


def test_a_month_is_billed_once_whatever_happens_after_stripe_was_asked(
    house: House, account: BillingAccount, acme: Organisation
) -> None:
    subscribed(house, account, acme)
    use(acme, *(january(20 + n) for n in range(5)))
    (period,) = close(acme, datetime(2026, 3, 1, tzinfo=UTC))
    bill(period)
    UsagePeriod.objects.filter(pk=period.pk).update(invoice_item="")  # the process died before it wrote
    house.wait(days=2)  # and Stripe forgot the key

    bill(period)

    assert waiting_items(house) == [(150, 3)]


def closed(acme: Organisation) -> UsagePeriod:
    """A month with three requests beyond the plan, at 50 cents."""
    use(acme, *(january(20 + n) for n in range(5)))
    (period,) = close(acme, datetime(2026, 3, 1, tzinfo=UTC))
    return period


def alone(house: House, customer: str) -> list[tuple[str, int]]:
    """Invoices of no subscription: how they stand, and what they come to with VAT."""
    found = house.v1.invoices.list({"customer": customer}).data
    return [(one.status, one.total) for one in found if one.parent is None]


@pytest.mark.parametrize("ended", [None, datetime(2026, 2, 20, tzinfo=UTC)])
def test_without_an_invoice_to_come_soon_a_month_is_invoiced_alone(
    house: House, account: BillingAccount, acme: Organisation, ended: datetime | None
) -> None:
    """The subscription is paid by the year, or is over."""
    bought = subscribed(house, account, acme)
    Subscription.objects.update(interval="" if ended else "year", ended_at=ended)
    if ended:
        house.v1.subscriptions.cancel(bought.stripe_id)
    period = closed(acme)

    bill(period)

    assert alone(house, account.stripe_customer) == [("paid", 182)]


def test_a_month_is_invoiced_alone_once_whatever_happens_after_stripe_was_asked(
    house: House, account: BillingAccount, acme: Organisation
) -> None:
    subscribed(house, account, acme)
    Subscription.objects.update(interval="year")
    period = closed(acme)
    bill(period)
    UsagePeriod.objects.filter(pk=period.pk).update(invoice_item="")
    house.wait(days=2)

    bill(period)

    assert alone(house, account.stripe_customer) == [("paid", 182)]


def test_a_draft_that_was_left_is_used(
    house: House, account: BillingAccount, acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(house, account, acme)
    Subscription.objects.update(interval="year")
    period = closed(acme)
    with monkeypatch.context() as dies:
        dies.setattr(gateway, "add_overage", lambda **given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bill(period)
    house.wait(days=2)

    bill(period)

    assert alone(house, account.stripe_customer) == [("paid", 182)]


def test_an_invoice_of_a_month_alone_has_a_lawful_document(
    house: House, account: BillingAccount, acme: Organisation, settings
) -> None:
    settings.SELLER = SELLER_SETTING
    company(acme)
    account.refresh_from_db()
    subscribed(house, account, acme)
    Subscription.objects.update(interval="year")
    bill(closed(acme))
    (invoice,) = [one for one in house.v1.invoices.list().data if one.parent is None]

    made = issuing.issue(acme, gateway.fetch_invoice(invoice.id))

    assert (made.net_cents, made.tax_cents, made.number) == (150, 32, invoice.number)


def test_while_stripe_is_away_a_month_waits(
    house: House, account: BillingAccount, acme: Organisation, settings
) -> None:
    subscribed(house, account, acme)
    period = closed(acme)
    settings.STRIPE_API_URL = "http://127.0.0.1:9"

    with pytest.raises(TryLater):
        bill(period)


def test_each_day_a_month_that_was_not_billed_is_left_to_be(
    house: House, account: BillingAccount, acme: Organisation
) -> None:
    closed(acme)
    Job.objects.filter(task="billing.overage").delete()

    overage.bill_what_waits()
    overage.bill_what_waits()

    assert overage_jobs() == 1


def test_another_organisation_uses_nothing(
    account: BillingAccount, acme: Organisation, globex: Organisation
) -> None:
    use(acme, datetime.now(UTC))

    with tenant(globex.pk):
        assert metering.usage_between(datetime(2026, 1, 1, tzinfo=UTC), datetime.now(UTC)) == Usage(0, 0)
