"""What Stripe says arrives in the mirror and in how an organisation stands, whatever came first."""

from datetime import UTC, datetime, timedelta

import pytest

from billing import gateway, news
from billing.access import Access, Billing
from billing.accounts import access_of
from billing.models import (
    BillingAccount,
    BillingInvoice,
    PlanChange,
    Purchase,
    StripeEvent,
    StripeObject,
    Subscription,
)
from billing.selling import on_sale
from billing.signals import credit_note_fetched, invoice_changed, standing_changed
from billing.standings import Facts, facts
from billing.stripe_events import Kind
from delivery.jobs import TryLater
from delivery.models import Job
from tests.billing.mirror.conftest import waiting_jobs
from tests.billing.standin.house import FAILING_IBAN, GOOD_CARD, GOOD_IBAN, LATER_FAILING_CARD, at

DISPUTED_IBAN = "DE35370400440532013002"


def moment(*given: int) -> datetime:
    return datetime.fromtimestamp(at(*given), UTC)


@pytest.fixture
def heard():
    """What signals say, by name, for as long as the test lasts."""
    said = []
    signals = {"invoice": invoice_changed, "credit": credit_note_fetched, "access": standing_changed}
    receivers = {name: lambda sender, name=name, **given: said.append((name, given)) for name in signals}
    for name, signal in signals.items():
        signal.connect(receivers[name])
    yield said
    for name, signal in signals.items():
        signal.disconnect(receivers[name])


def test_a_subscription_that_was_paid_makes_the_account_active(shop):
    subscription = shop.subscribe("studio")

    shop.carry()

    account, row = shop.account, Subscription.objects.get()
    assert (account.billing, account.overdue_since, account.ended_at) == (Billing.ACTIVE, None, None)
    assert (account.plan_version, account.plan_since) == (on_sale()["studio"], moment(2026, 1, 1))
    assert (row.stripe_id, row.organisation, row.interval) == (subscription.id, shop.organisation, "month")
    assert (row.period_start, row.period_end) == (moment(2026, 1, 1), moment(2026, 2, 1))


def test_its_invoice_is_mirrored_with_its_number_and_amounts(shop):
    shop.subscribe()

    shop.carry()

    row = BillingInvoice.objects.get()
    assert (row.status, row.total_cents, row.paid_cents, row.method) == ("paid", 2299, 2299, "card")
    assert (row.number != "", row.failed_at, row.reversed_at) == (True, None, None)


def test_everything_heard_is_applied(shop):
    shop.subscribe()

    shop.carry()

    behind = [one for one in StripeObject.objects.all() if one.applied != one.heard]
    assert (behind, StripeObject.objects.count() > 0) == ([], True)


def test_a_failed_renewal_is_overdue_from_the_first_failure(shop):
    shop.subscribe()
    shop.house.use(shop.customer, card=LATER_FAILING_CARD)
    shop.house.wait(days=31, hours=1)
    shop.house.wait(days=4)

    shop.carry()

    failed = StripeEvent.objects.filter(type="invoice.payment_failed").order_by("created")
    assert shop.account.billing == Billing.PAST_DUE
    assert failed.count() == 2
    assert shop.account.overdue_since == failed[0].created


def test_once_it_is_paid_nothing_is_overdue(shop):
    shop.subscribe()
    shop.house.use(shop.customer, card=LATER_FAILING_CARD)
    shop.house.wait(days=31, hours=1)
    shop.carry()
    shop.house.use(shop.customer, card=GOOD_CARD)
    shop.house.wait(days=4)

    shop.carry()

    assert (shop.account.billing, shop.account.overdue_since) == (Billing.ACTIVE, None)
    assert not BillingInvoice.objects.exclude(failed_at=None).exists()


def test_a_debit_under_way_is_not_overdue(shop):
    shop.house.use(shop.customer, iban=GOOD_IBAN)
    shop.subscribe()
    shop.carry()
    shop.house.wait(days=32)

    shop.carry()

    under_way = BillingInvoice.objects.order_by("created").last()
    assert (under_way.processing, under_way.failed_at) == (True, None)
    assert shop.account.overdue_since is None
    assert access_of(shop.account) is Access.FULL


def test_a_debit_that_fails_days_later_is_overdue_from_then(shop):
    shop.subscribe()
    shop.house.use(shop.customer, iban=FAILING_IBAN)
    shop.house.wait(days=32)
    shop.carry()
    assert shop.account.overdue_since is None
    shop.house.wait(days=10)

    shop.carry()

    assert shop.account.overdue_since == StripeEvent.objects.get(type="invoice.payment_failed").created


def test_money_that_the_bank_takes_back_reopens_what_was_paid(shop):
    shop.subscribe()
    shop.carry()
    dispute(shop)

    shop.carry()

    row = BillingInvoice.objects.get()
    assert (row.status, row.reversed_at) == ("paid", moment(2026, 1, 1))
    assert shop.account.overdue_since == moment(2026, 1, 1)


def test_a_dispute_that_is_won_is_nothing(shop):
    shop.subscribe()
    dispute(shop)
    shop.carry()
    (found,) = shop.house.v1.disputes.list()
    shop.house.tell(f"/disputes/{found.id}/close", won=True)

    shop.carry()

    assert (BillingInvoice.objects.get().reversed_at, shop.account.overdue_since) == (None, None)


def test_what_was_settled_in_another_way_stays_settled(shop):
    shop.subscribe()
    dispute(shop)
    shop.carry()
    BillingInvoice.objects.update(settled_at=moment(2026, 1, 2))

    news.look_now(Kind.INVOICE, BillingInvoice.objects.get().stripe_id)

    assert BillingInvoice.objects.get().settled_at == moment(2026, 1, 2)
    assert shop.account.overdue_since is None


def dispute(shop) -> None:
    (charge,) = shop.house.v1.charges.list({"customer": shop.customer.id})
    shop.house.tell(f"/charges/{charge.id}/dispute", reason="fraudulent")


def test_a_subscription_that_ended_leaves_its_plan(shop):
    subscription = shop.subscribe()
    shop.carry()
    shop.house.v1.subscriptions.cancel(subscription.id)

    shop.carry()

    account = shop.account
    assert (account.billing, account.ended_at) == (Billing.CANCELED, moment(2026, 1, 1))
    assert account.plan_version == on_sale()["start"]


def test_a_downgrade_that_waits_is_known(shop):
    fetched = gateway.fetch_subscription(shop.subscribe("studio").id)
    purchase = Purchase.objects.create(organisation=shop.organisation, kind="change")
    gateway.downgrade_at_end(fetched, price=shop.price("start"), purchase_id=purchase.pk)

    shop.carry()

    row = Subscription.objects.get()
    assert (row.plan_version, row.next_version) == (on_sale()["studio"], on_sale()["start"])


def test_a_checkout_is_bought_once_its_subscription_is_there(shop):
    purchase = Purchase.objects.create(organisation=shop.organisation, kind="checkout")
    rate = gateway.make_tax_rate(key="nl", name="Btw", percentage="21", country="NL")
    session = gateway.start_checkout(
        organisation_id=shop.organisation.pk, purchase_id=purchase.pk, customer=shop.customer.id,
        price=shop.price(), tax_rate=rate, trial_end=None, methods=("card",), language="en",
        success_url="https://ours.test/done", cancel_url="https://ours.test/left",
    )  # fmt: skip
    shop.carry()
    before = Purchase.objects.get().state
    shop.house.tell(f"/checkout/{session.id}/complete", method="card", number=GOOD_CARD)

    shop.carry()

    assert (before, Purchase.objects.get().state) == ("open", "done")
    assert BillingInvoice.objects.get().tax_cents == 399


def test_the_mark_finds_the_organisation_where_the_customer_is_not_known_yet(shop):
    BillingAccount.objects.update(stripe_customer="")
    shop.subscribe(metadata={"organisation": str(shop.organisation.pk)})

    shop.carry()

    assert (shop.account.billing, shop.account.stripe_customer) == (Billing.ACTIVE, shop.customer.id)


def test_another_products_customers_are_left_alone(shop):
    BillingAccount.objects.update(stripe_customer="")
    shop.subscribe()

    shop.carry()

    assert (Subscription.objects.count(), BillingInvoice.objects.count()) == (0, 0)
    assert all(one.applied == one.heard for one in StripeObject.objects.all())


def test_a_draft_that_was_thrown_away_is_known_to_be(shop):
    item = {"customer": shop.customer.id, "amount": 500, "currency": "eur"}
    draft = shop.house.v1.invoices.create({"customer": shop.customer.id})
    shop.house.v1.invoice_items.create({**item, "invoice": draft.id})
    shop.carry()
    before = BillingInvoice.objects.get().status
    shop.house.v1.invoices.delete(draft.id)

    shop.carry()

    assert (before, BillingInvoice.objects.get().status) == ("draft", "deleted")


def test_a_subscription_that_stripe_no_longer_knows_is_held_against_nobody(shop):
    subscription = shop.subscribe()
    shop.carry()
    with shop.house.standin.working() as world:
        world.remove(world.get("subscription", subscription.id))

    news.look_now(Kind.SUBSCRIPTION, subscription.id)

    assert shop.account.billing == Billing.UNKNOWN
    assert access_of(shop.account) is Access.FULL


def test_what_was_applied_already_asks_nobody(shop, monkeypatch):
    shop.subscribe()
    shop.carry()
    about = StripeObject.objects.get(kind="subscription")
    monkeypatch.setattr(gateway, "fetch_subscription", lambda name: 1 / 0)

    news._ask_to_look(about.pk, about.heard)
    shop.work()

    assert waiting_jobs() == 0


def test_of_two_who_answer_the_wrong_way_round_the_later_news_wins(shop):
    subscription = shop.subscribe()
    shop.carry()
    news.hear(Kind.SUBSCRIPTION, subscription.id)
    slow = StripeObject.objects.get(kind="subscription")
    old_answer = news._subscription(subscription.id)
    shop.house.v1.subscriptions.cancel(subscription.id)
    shop.carry()

    news.apply(slow, old_answer)

    assert Subscription.objects.get().status == "canceled"


def test_news_during_an_answer_is_not_taken_for_applied(shop):
    subscription = shop.subscribe()
    shop.carry()
    news.hear(Kind.SUBSCRIPTION, subscription.id)
    about = StripeObject.objects.get(kind="subscription")
    answer = news._subscription(subscription.id)
    news.hear(Kind.SUBSCRIPTION, subscription.id)

    news.apply(about, answer)

    about.refresh_from_db()
    assert about.heard == about.applied + 1


def test_when_stripe_is_down_the_job_waits(shop, settings):
    subscription = shop.subscribe()
    news.hear(Kind.SUBSCRIPTION, subscription.id)
    settings.STRIPE_API_URL = "http://127.0.0.1:9"
    call = type("Call", (), {"ids": {"object": str(StripeObject.objects.get().pk)}})

    with pytest.raises(TryLater):
        news.refetch(call)


def test_news_whose_job_was_lost_gets_another(shop):
    news.hear(Kind.SUBSCRIPTION, shop.subscribe().id)
    Job.objects.all().delete()
    assert news.look_again_where_stuck() == 0
    StripeObject.objects.update(heard_at=moment(2026, 1, 1))

    assert news.look_again_where_stuck() == 1

    shop.work()
    assert Subscription.objects.get().status == "active"


def test_others_are_told_of_invoices_and_of_access(shop, heard):
    shop.subscribe()

    shop.carry()

    invoices = [given["invoice"] for name, given in heard if name == "invoice"]
    assert [one.status for one in invoices] == ["paid"]
    assert [given["account"].billing for name, given in heard if name == "access"] == ["active"]


def test_others_are_told_of_a_credit_note(shop, heard):
    shop.subscribe()
    shop.carry()
    row = BillingInvoice.objects.get()
    shop.house.credit(row.stripe_id, 2299)

    shop.carry()

    ((_, given),) = [one for one in heard if one[0] == "credit"]
    assert (given["invoice"], given["fetched"].total_cents) == (row, 2299)
    assert BillingInvoice.objects.get().credited_cents == 2299


def test_from_when_on_a_plan_was_another_is_known(shop):
    """From the news of the change, however late that came."""
    subscription = shop.subscribe("start")
    shop.carry()
    shop.house.wait(days=3)
    take_studio(shop, subscription)
    shop.house.wait(days=2)
    shop.carry()

    assert plans() == [("start", moment(2026, 1, 1)), ("studio", moment(2026, 1, 4))]


def test_a_change_of_what_was_bought_again_is_as_old_as_itself(shop):
    """Not as old as the subscription, which began with the plan that the one before it had."""
    shop.house.v1.subscriptions.cancel(shop.subscribe("start").id)
    shop.carry()
    shop.house.wait(days=5)
    again = shop.subscribe("start")
    shop.carry()
    shop.house.wait(days=40)
    take_studio(shop, again)
    shop.carry()

    assert plans() == [
        ("start", moment(2026, 1, 1)),
        ("start", moment(2026, 1, 6)),
        ("studio", moment(2026, 2, 15)),
    ]


def test_a_change_that_was_seen_before_its_message_gets_the_day_of_that(shop):
    subscription = shop.subscribe("start")
    shop.carry()
    shop.house.wait(days=3)
    take_studio(shop, subscription)
    shop.house.wait(days=2)
    news.hear(Kind.SUBSCRIPTION, subscription.id)
    shop.work()
    seen = plans()

    shop.carry()
    shop.carry()

    assert [code for code, _ in seen] == ["start", "studio"]
    assert plans()[1] == ("studio", moment(2026, 1, 4))
    assert plans()[2:] == seen[1:]


def take_studio(shop, subscription) -> None:
    given = {"items": [{"id": subscription["items"].data[0].id, "price": shop.price("studio")}]}
    shop.house.v1.subscriptions.update(subscription.id, given)


def plans() -> list[tuple[str, datetime]]:
    return list(PlanChange.objects.order_by("since").values_list("plan_version__code", "since"))


# --- The pure function ----------------------------------------------------------------------------


def _subscription(**given) -> Subscription:
    return Subscription(**{"status": "active", "created": moment(2026, 1, 1), "stripe_id": "sub_1", **given})


def test_nothing_was_ever_bought():
    assert facts([], []) == Facts()


def test_a_subscription_that_goes_on_counts_before_a_newer_one_that_ended():
    later = moment(2026, 3, 1)
    ended = _subscription(status="canceled", created=later, ended_at=later, stripe_id="sub_2")

    assert facts([ended, _subscription()], []).billing is Billing.ACTIVE


def test_what_was_never_paid_for_counts_for_nothing():
    assert facts([_subscription(status="incomplete_expired", ended_at=moment(2026, 1, 2))], []) == Facts()


def test_a_word_of_tomorrow_is_unknown():
    assert facts([_subscription(status="resting")], []).billing is Billing.UNKNOWN


def test_the_oldest_that_is_owed_counts():
    days = [moment(2026, 1, 1) + timedelta(days=n) for n in range(4)]
    invoices = [
        BillingInvoice(failed_at=days[3]),
        BillingInvoice(reversed_at=days[1]),
        BillingInvoice(reversed_at=days[0], settled_at=days[2]),
        BillingInvoice(failed_at=days[0], processing=True),
        BillingInvoice(),
    ]

    assert facts([], invoices).overdue_since == days[1]
