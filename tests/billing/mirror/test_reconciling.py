"""Each night: what was missed is found, healed and told; what is only on its way is not."""

from datetime import date

import pytest

from billing import reconciling
from billing.models import BillingAccount, BillingInvoice, StripeObject, Subscription
from billing.stripe_events import Kind
from delivery.models import DeadLetter, Job
from tests.billing.mirror.conftest import waiting_jobs
from tests.billing.mirror.test_mirror import moment

NIGHT = date(2026, 1, 2)


@pytest.fixture
def told(shop):
    """Acme's subscription, of which we know everything."""
    subscription = shop.subscribe()
    shop.carry()
    return subscription


def letters() -> list[tuple[str, str]]:
    return list(DeadLetter.objects.values_list("task", "error"))


def test_where_nothing_was_missed_there_is_no_drift(shop, told):
    reconciling.begin(NIGHT)
    shop.work()

    assert (letters(), waiting_jobs()) == ([], 0)


def test_what_was_never_told_is_found_healed_and_loud(shop, told):
    shop.house.v1.subscriptions.cancel(told.id)

    reconciling.begin(NIGHT)
    shop.work()

    assert Subscription.objects.get().status == "canceled"
    assert shop.account.billing == "canceled"
    assert letters() == [("billing.compare", "Drift")]


def test_messages_that_never_came_are_counted(shop, told):
    shop.house.v1.subscriptions.cancel(told.id)
    lost = shop.waiting()

    assert reconciling.look_into_missed(moment(2026, 1, 1)) == len(lost) > 0


def test_a_row_of_ours_that_went_wrong_is_healed(shop, told):
    Subscription.objects.update(status="past_due")

    reconciling.begin(NIGHT)
    shop.work()

    assert (Subscription.objects.get().status, letters()) == ("active", [("billing.compare", "Drift")])


def test_an_invoice_that_we_take_for_unpaid_is_looked_at_again(shop, told):
    BillingInvoice.objects.update(status="open")

    reconciling.begin(NIGHT)
    shop.work()

    assert (BillingInvoice.objects.get().status, letters()) == ("paid", [("billing.compare", "Drift")])


def test_news_that_waits_for_its_job_is_no_drift(shop, told):
    Subscription.objects.update(status="past_due")
    StripeObject.objects.filter(kind="subscription").update(heard=9)

    assert not reconciling.compare_object(Kind.SUBSCRIPTION, told.id)
    assert letters() == []


def test_what_happened_just_now_is_on_its_way(shop, told, monkeypatch):
    shop.house.v1.subscriptions.cancel(told.id)
    monkeypatch.setattr(reconciling.timezone, "now", lambda: moment(2026, 1, 1))

    assert not reconciling.compare_object(Kind.SUBSCRIPTION, told.id)

    assert (Subscription.objects.get().status, letters()) == ("canceled", [])


def test_two_subscriptions_of_one_buyer_are_told_once(shop, told):
    shop.subscribe("studio")
    shop.carry()

    for _ in range(2):
        reconciling.begin(NIGHT)
        shop.work()

    assert letters() == [("billing.compare", "TwoSubscriptions")]


def test_each_buyer_has_a_job_of_their_own(shop, told, globex):
    BillingAccount.objects.filter(organisation=globex).update(stripe_customer="cus_other")

    reconciling.begin(NIGHT)

    jobs = Job.objects.filter(task="billing.compare")
    assert {job.ids["account"] for job in jobs} == {str(one.pk) for one in BillingAccount.objects.all()}


def test_numbers_without_a_gap_alarm_nobody(shop, told):
    assert reconciling.gaps() == {}


def test_a_gap_in_a_series_is_told_once(shop, told):
    known = BillingInvoice.objects.get()
    for place in (3, 4):
        known.pk, known.stripe_id, known._state.adding = None, f"in_{place}", True
        known.id = BillingInvoice().id
        known.number = f"{known.number.rpartition('-')[0]}-{place:04}"
        known.save(force_insert=True)

    reconciling.alarm_about_gaps()
    reconciling.alarm_about_gaps()

    assert list(reconciling.gaps().values()) == [[2]]
    assert letters() == [("billing.numbers", "Gap")]
