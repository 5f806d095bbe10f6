"""How a subscription begins: paid at once, on trial, incomplete, or not at all."""

import pytest
import stripe

from tests.billing.standin.house import (
    ALWAYS_ASKING_CARD,
    DAY,
    GOOD_CARD,
    LATER_FAILING_CARD,
    House,
    at,
    period,
)


def test_a_subscription_is_paid_and_active(house):
    subscription = house.subscribe(
        house.customer(card=GOOD_CARD), house.price(2900), expand=["latest_invoice"]
    )

    assert subscription.status == "active"
    invoice = subscription.latest_invoice
    assert (invoice.status, invoice.total, invoice.billing_reason) == ("paid", 2900, "subscription_create")


def test_the_period_is_told_by_the_items_alone(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())

    assert period(subscription) == (at(2026, 1, 1), at(2026, 2, 1))
    assert "current_period_end" not in subscription.to_dict()


def test_tax_comes_on_top(house):
    subscription = house.subscribe(
        house.customer(card=GOOD_CARD),
        house.price(2900),
        default_tax_rates=[house.vat().id],
        expand=["latest_invoice"],
    )

    invoice = subscription.latest_invoice
    assert (invoice.subtotal, invoice.total) == (2900, 3509)
    assert [tax.amount for tax in invoice.total_taxes] == [609]


def test_a_reverse_charged_customer_pays_no_tax_and_the_line_says_why(house):
    subscription = house.subscribe(
        house.customer(card=GOOD_CARD, tax_exempt="reverse"),
        house.price(2900),
        default_tax_rates=[house.vat().id],
        expand=["latest_invoice"],
    )

    invoice = subscription.latest_invoice
    assert invoice.total == 2900
    assert invoice.lines.data[0].taxes[0].taxability_reason == "reverse_charge"
    assert invoice.customer_tax_exempt == "reverse"


def test_an_inclusive_rate_is_within_the_price(house):
    rate = house.v1.tax_rates.create({"display_name": "Btw", "percentage": 21, "inclusive": True})
    subscription = house.subscribe(
        house.customer(card=GOOD_CARD),
        house.price(12100),
        default_tax_rates=[rate.id],
        expand=["latest_invoice"],
    )

    invoice = subscription.latest_invoice
    assert (invoice.total, invoice.total_excluding_tax) == (12100, 10000)


def test_without_a_method_nothing_begins(house):
    customer = house.customer()

    with pytest.raises(stripe.InvalidRequestError):
        house.subscribe(customer, house.price())

    assert list(house.v1.subscriptions.list({"customer": customer.id, "status": "all"})) == []


def test_a_declined_card_leaves_it_incomplete(house):
    subscription = house.subscribe(
        house.customer(card=LATER_FAILING_CARD), house.price(), expand=["latest_invoice"]
    )

    assert subscription.status == "incomplete"
    assert (subscription.latest_invoice.status, subscription.latest_invoice.attempt_count) == ("open", 1)


def test_an_incomplete_one_expires_after_23_hours(house):
    subscription = house.subscribe(house.customer(card=LATER_FAILING_CARD), house.price())

    house.wait(hours=22)
    assert house.subscription(subscription).status == "incomplete"
    house.wait(hours=1)

    gone = house.subscription(subscription, "latest_invoice")
    assert (gone.status, gone.latest_invoice.status) == ("incomplete_expired", "void")


def test_an_incomplete_one_becomes_active_when_paid(house):
    customer = house.customer(card=LATER_FAILING_CARD)
    subscription = house.subscribe(customer, house.price())
    house.use(customer, card=GOOD_CARD)

    house.v1.invoices.pay(subscription.latest_invoice)

    assert house.subscription(subscription).status == "active"


def test_default_incomplete_waits_for_its_intent_to_be_confirmed(house):
    customer = house.customer(card=GOOD_CARD)
    subscription = house.subscribe(
        customer,
        house.price(),
        payment_behavior="default_incomplete",
        expand=["latest_invoice.confirmation_secret"],
    )
    secret = subscription.latest_invoice.confirmation_secret.client_secret
    assert (subscription.status, subscription.latest_invoice.attempt_count) == ("incomplete", 0)

    house.v1.payment_intents.confirm(secret.partition("_secret_")[0])

    assert house.subscription(subscription).status == "active"


def test_what_pays_first_can_become_the_subscriptions_own(house):
    customer = house.customer(card=GOOD_CARD)
    subscription = house.subscribe(
        customer,
        house.price(),
        payment_behavior="default_incomplete",
        payment_settings={"save_default_payment_method": "on_subscription"},
        expand=["latest_invoice.payments"],
    )
    intent_id = subscription.latest_invoice.payments.data[0].payment.payment_intent

    house.v1.payment_intents.confirm(intent_id, {"payment_method": "pm_card_mastercard"})

    found = house.subscription(subscription, "default_payment_method")
    assert found.default_payment_method.card.last4 == "4444"


def test_a_method_of_another_customer_pays_nothing(house):
    theirs = house.use(house.customer(), card=GOOD_CARD)
    subscription = house.subscribe(house.customer(card=LATER_FAILING_CARD), house.price())

    with pytest.raises(stripe.InvalidRequestError):
        house.v1.invoices.pay(subscription.latest_invoice, {"payment_method": theirs.id})

    assert house.subscription(subscription).status == "incomplete"


def test_error_if_incomplete_makes_nothing(house):
    customer = house.customer(card=LATER_FAILING_CARD)

    with pytest.raises(stripe.CardError) as refusal:
        house.subscribe(customer, house.price(), payment_behavior="error_if_incomplete")

    assert refusal.value.error.decline_code == "generic_decline"
    assert list(house.v1.invoices.list({"customer": customer.id})) == []


def test_a_card_that_asks_leaves_a_question(house):
    subscription = house.subscribe(
        house.customer(card=ALWAYS_ASKING_CARD), house.price(), expand=["latest_invoice.payments"]
    )
    intent_id = subscription.latest_invoice.payments.data[0].payment.payment_intent
    intent = house.v1.payment_intents.retrieve(intent_id)

    assert (subscription.status, intent.status) == ("incomplete", "requires_action")
    assert intent.next_action.redirect_to_url.url.endswith(f"/ask/{intent_id}")
    assert "invoice.payment_action_required" in house.happened(subscription.latest_invoice.id)


def test_the_answer_to_the_question_completes_it(house):
    subscription = house.subscribe(
        house.customer(card=ALWAYS_ASKING_CARD), house.price(), expand=["latest_invoice.payments"]
    )

    house.tell(f"/answer/{subscription.latest_invoice.payments.data[0].payment.payment_intent}", accept=True)

    assert house.subscription(subscription).status == "active"


# --- Trials --------------------------------------------------------------------------------------


def test_a_trial_owes_nothing_and_needs_no_method(house):
    subscription = house.subscribe(
        house.customer(), house.price(), trial_period_days=14, expand=["latest_invoice"]
    )

    assert (subscription.status, subscription.trial_end) == ("trialing", at(2026, 1, 15))
    assert (subscription.latest_invoice.status, subscription.latest_invoice.total) == ("paid", 0)
    assert period(subscription) == (at(2026, 1, 1), at(2026, 1, 15))


def test_three_days_before_its_end_a_trial_warns(house):
    subscription = house.subscribe(house.customer(), house.price(), trial_period_days=14)

    house.wait(days=10.9)
    assert "customer.subscription.trial_will_end" not in house.happened(subscription.id)
    house.wait(days=0.1)

    assert "customer.subscription.trial_will_end" in house.happened(subscription.id)


def test_a_short_trial_warns_at_once_and_once(house):
    subscription = house.subscribe(house.customer(), house.price(), trial_period_days=2)
    house.wait(hours=1)
    item = subscription["items"].data[0].id
    house.v1.subscriptions.update(subscription.id, {"items": [{"id": item, "quantity": 2}]})
    house.wait(hours=1)

    assert house.happened(subscription.id).count("customer.subscription.trial_will_end") == 1


def test_a_trial_ends_in_a_paid_period(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(), trial_period_days=14)

    house.wait(days=14)
    draft = house.subscription(subscription, "latest_invoice").latest_invoice
    house.wait(hours=1)

    now = house.subscription(subscription, "latest_invoice")
    assert (draft.status, now.latest_invoice.status, now.status) == ("draft", "paid", "active")
    assert period(now) == (at(2026, 1, 15), at(2026, 2, 15))


@pytest.mark.parametrize(
    ("then", "status"), [("pause", "paused"), ("cancel", "canceled"), ("create_invoice", "past_due")]
)
def test_a_trial_that_ends_without_a_method_does_as_was_said(house, then, status):
    subscription = house.subscribe(
        house.customer(),
        house.price(),
        trial_period_days=14,
        trial_settings={"end_behavior": {"missing_payment_method": then}},
    )

    house.wait(days=14, hours=1)

    assert house.subscription(subscription).status == status


def test_a_paused_one_says_why_and_is_billed_no_more(house):
    subscription = paused_after_trial(house, house.customer())

    house.wait(days=90)

    found = house.subscription(subscription)
    assert found.status_details.paused.subscription.type == "trial_end_without_payment_method"
    assert len(house.invoices(found)) == 1


def test_a_paused_one_resumes_with_a_new_period_paid_at_once(house):
    customer = house.customer()
    subscription = paused_after_trial(house, customer)
    house.wait(days=10)
    house.use(customer, card=GOOD_CARD)

    resumed = house.v1.subscriptions.resume(subscription.id, {"expand": ["latest_invoice"]})

    assert (resumed.status, resumed.latest_invoice.status) == ("active", "paid")
    assert period(resumed) == (at(2026, 1, 25), at(2026, 2, 25))
    assert "customer.subscription.resumed" in house.happened(subscription.id)


def test_one_that_resumes_on_success_stays_paused_until_it_is_paid(house):
    customer = house.customer()
    subscription = paused_after_trial(house, customer)
    house.use(customer, card=LATER_FAILING_CARD)
    house.v1.subscriptions.resume(subscription.id, {"payment_behavior": "resume_on_payment_success"})
    assert house.subscription(subscription).status == "paused"
    house.use(customer, card=GOOD_CARD)

    house.v1.invoices.pay(house.subscription(subscription).latest_invoice)

    assert house.subscription(subscription).status == "active"


def paused_after_trial(house: House, customer):
    subscription = house.subscribe(
        customer,
        house.price(),
        trial_period_days=14,
        trial_settings={"end_behavior": {"missing_payment_method": "pause"}},
    )
    house.wait(days=14)
    return subscription


def test_a_trial_can_be_ended_now(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(), trial_period_days=14)
    house.wait(days=4)

    now = house.v1.subscriptions.update(subscription.id, {"trial_end": "now", "expand": ["latest_invoice"]})

    assert (now.status, now.latest_invoice.status) == ("active", "paid")
    assert period(now)[0] == at(2026, 1, 5)


def test_a_trial_can_be_made_longer(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(), trial_period_days=14)

    house.v1.subscriptions.update(subscription.id, {"trial_end": at(2026, 1, 20)})
    house.wait(days=16)

    assert house.subscription(subscription).status == "trialing"
    house.wait(days=4)
    assert house.subscription(subscription).status == "active"


# --- Pauses --------------------------------------------------------------------------------------


def test_one_can_be_paused_and_what_is_unused_is_credited(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(3100))
    house.wait(days=10)

    paused = house.v1.subscriptions.pause(subscription.id)

    assert (paused.status, paused.status_details.paused.subscription.type) == ("paused", "pause_requested")
    assert [item.amount for item in house.v1.invoice_items.list({"pending": True})] == [-2100]


def test_one_that_resumes_within_its_period_pays_for_the_rest(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(3100))
    house.wait(days=10)
    house.v1.subscriptions.pause(subscription.id, {"bill_for": {"unused_time_from": {"type": "none"}}})
    house.wait(days=10)

    resumed = house.v1.subscriptions.resume(
        subscription.id, {"billing_cycle_anchor": {"type": "unchanged"}, "expand": ["latest_invoice"]}
    )

    assert period(resumed) == (at(2026, 1, 21), at(2026, 2, 1))
    assert (resumed.status, resumed.latest_invoice.total) == ("active", 1100)


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")],
)
def test_while_collection_is_paused_invoices_are_made_and_not_collected(house, behaviour, status):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())
    house.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": behaviour}})

    house.wait(days=31, hours=2)

    found = house.subscription(subscription, "latest_invoice")
    assert (found.status, found.latest_invoice.status) == ("active", status)


# --- The end -------------------------------------------------------------------------------------


def test_one_canceled_at_the_end_of_its_period_runs_until_then(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())
    leaving = house.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (leaving.status, leaving.cancel_at) == ("active", at(2026, 2, 1))

    house.wait(days=31)

    gone = house.subscription(subscription)
    assert (gone.status, gone.ended_at) == ("canceled", at(2026, 2, 1))
    assert gone.cancellation_details.reason == "cancellation_requested"
    assert len(house.invoices(gone)) == 1


def test_a_cancellation_can_be_taken_back(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())
    house.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})

    kept = house.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    house.wait(days=31, hours=1)

    assert (kept.cancel_at, kept.canceled_at) == (None, None)
    assert house.subscription(subscription).status == "active"


def test_one_ends_at_a_chosen_moment(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())

    house.v1.subscriptions.update(subscription.id, {"cancel_at": at(2026, 1, 10)})
    house.wait(days=9)

    assert house.subscription(subscription).ended_at == at(2026, 1, 10)


def test_one_canceled_now_is_gone_from_the_list_but_not_from_the_world(house):
    customer = house.customer(card=GOOD_CARD)
    subscription = house.subscribe(customer, house.price())

    house.v1.subscriptions.cancel(subscription.id)

    assert list(house.v1.subscriptions.list({"customer": customer.id})) == []
    assert [s.id for s in house.v1.subscriptions.list({"customer": customer.id, "status": "all"})] == [
        subscription.id
    ]
    assert house.happened(subscription.id)[-1] == "customer.subscription.deleted"


def test_one_canceled_now_may_give_back_what_is_unused(house):
    customer = house.customer(card=GOOD_CARD)
    subscription = house.subscribe(customer, house.price(3100))
    house.wait(days=10)

    house.v1.subscriptions.cancel(subscription.id, {"prorate": True, "invoice_now": True})

    assert house.v1.customers.retrieve(customer.id).balance == -2100


def test_an_ended_one_can_be_changed_no_more(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())
    house.v1.subscriptions.cancel(subscription.id)

    with pytest.raises(stripe.InvalidRequestError):
        house.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})


def test_a_deleted_customer_takes_the_subscription_along(house):
    customer = house.customer(card=GOOD_CARD)
    subscription = house.subscribe(customer, house.price())

    house.v1.customers.delete(customer.id)

    assert house.subscription(subscription).status == "canceled"
    assert house.v1.customers.retrieve(customer.id).deleted


# --- The calendar --------------------------------------------------------------------------------


def test_an_anchor_on_the_31st_keeps_to_the_end_of_short_months(house):
    house.wait_until(at(2026, 1, 31))
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())

    ends = [period(subscription)[1]]
    for _ in range(4):
        house.wait_until(ends[-1])
        ends.append(period(house.subscription(subscription))[1])

    assert ends == [at(2026, 2, 28), at(2026, 3, 31), at(2026, 4, 30), at(2026, 5, 31), at(2026, 6, 30)]


@pytest.mark.parametrize("day", [29, 30])
def test_an_anchor_on_the_29th_and_30th_returns_to_its_day(house, day):
    house.wait_until(at(2026, 1, day))
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())

    house.wait_until(at(2026, 2, 28))

    assert period(house.subscription(subscription)) == (at(2026, 2, 28), at(2026, 3, day))


def test_a_year_from_29_february_ends_on_the_28th(house):
    house.wait_until(at(2028, 2, 29))
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(interval="year"))

    assert period(subscription) == (at(2028, 2, 29), at(2029, 2, 28))


def test_a_week_is_seven_days(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(interval="week"))

    assert period(subscription)[1] - period(subscription)[0] == 7 * DAY


def test_a_later_anchor_makes_a_first_part_of_a_period(house):
    subscription = house.subscribe(
        house.customer(card=GOOD_CARD),
        house.price(3100),
        billing_cycle_anchor=at(2026, 1, 11),
        expand=["latest_invoice"],
    )

    assert period(subscription) == (at(2026, 1, 1), at(2026, 1, 11))
    assert subscription.latest_invoice.total == 1000


def test_a_renewal_a_year_on_has_thirteen_invoices(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())

    house.wait(days=366)

    assert len(house.invoices(subscription)) == 13
    assert {invoice.status for invoice in house.invoices(subscription)} == {"paid"}
