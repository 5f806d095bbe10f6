"""Changing a subscription: what a change costs, when it takes hold, and that its preview says the same."""

import pytest
import stripe

from tests.billing.standin.house import (
    ALWAYS_ASKING_CARD,
    GOOD_CARD,
    GOOD_IBAN,
    LATER_FAILING_CARD,
    House,
    at,
    period,
)


@pytest.fixture
def subscription(house: House):
    """Pro at € 31 since 1 January, a euro a day, with a good card."""
    return house.subscribe(house.customer(card=GOOD_CARD), house.price(3100))


def change_to(subscription, price, **more):
    return {"items": [{"id": subscription["items"].data[0].id, "price": price.id}], **more}


def test_an_upgrade_is_charged_for_the_rest_of_the_period(house, subscription):
    house.wait(days=10)

    changed = house.v1.subscriptions.update(
        subscription.id,
        change_to(
            subscription, house.price(6200), proration_behavior="always_invoice", expand=["latest_invoice"]
        ),
    )

    invoice = changed.latest_invoice
    assert (invoice.status, invoice.total, invoice.billing_reason) == ("paid", 2100, "subscription_update")
    assert [line.amount for line in invoice.lines] == [-2100, 4200]
    assert all(line.parent.subscription_item_details.proration for line in invoice.lines)
    assert period(changed) == period(subscription)


@pytest.mark.parametrize("tax", [False, True])
@pytest.mark.parametrize("seconds", [1, 12_345, 1_000_003])
def test_a_preview_says_to_the_cent_what_the_upgrade_costs(house, seconds, tax):
    rates = [house.vat().id] if tax else []
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(2999), default_tax_rates=rates)
    dear = house.price(7777)
    moment = at(2026, 1, 1) + seconds
    house.wait_until(moment)
    details = change_to(subscription, dear, proration_behavior="always_invoice", proration_date=moment)
    preview = house.v1.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": details}
    )
    house.wait(hours=1)

    changed = house.v1.subscriptions.update(subscription.id, {**details, "expand": ["latest_invoice"]})

    real = changed.latest_invoice
    assert (preview.total, preview.amount_due) == (real.total, real.amount_paid)
    assert [line.amount for line in preview.lines] == [line.amount for line in real.lines]
    assert [line.description for line in preview.lines] == [line.description for line in real.lines]


def test_a_preview_leaves_nothing_behind(house, subscription):
    before = house.ask("")["objects"]

    house.v1.invoices.create_preview(
        {
            "subscription": subscription.id,
            "subscription_details": change_to(subscription, subscription["items"].data[0].price),
        }
    )

    assert house.ask("")["objects"] == before


def test_an_upcoming_invoice_is_what_the_renewal_charges(house, subscription):
    preview = house.v1.invoices.create_preview({"subscription": subscription.id})

    house.wait(days=31, hours=1)

    assert preview.total == house.subscription(subscription, "latest_invoice").latest_invoice.total
    assert preview.lines.data[0].period.start == at(2026, 2, 1)


def test_a_week_before_a_renewal_it_is_announced(house, subscription):
    house.wait(days=24)

    assert "invoice.upcoming" in house.happened()


def test_one_that_leaves_has_no_upcoming_invoice(house, subscription):
    house.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.invoices.create_preview({"subscription": subscription.id})

    assert refusal.value.code == "invoice_upcoming_none"


def test_the_first_invoice_can_be_previewed_too(house):
    customer, price = house.customer(card=GOOD_CARD, tax_exempt="none"), house.price(2900)
    details = {"items": [{"price": price.id}], "default_tax_rates": [house.vat().id]}

    preview = house.v1.invoices.create_preview({"customer": customer.id, "subscription_details": details})
    real = house.subscribe(
        customer, price, default_tax_rates=details["default_tax_rates"], expand=["latest_invoice"]
    )

    assert preview.total == real.latest_invoice.total == 3509


def test_by_default_prorations_wait_for_the_next_invoice(house, subscription):
    house.wait(days=10)

    house.v1.subscriptions.update(subscription.id, change_to(subscription, house.price(6200)))
    waiting = list(house.v1.invoice_items.list({"pending": True}))
    house.wait(days=21, hours=1)

    assert sorted(item.amount for item in waiting) == [-2100, 4200]
    assert house.subscription(subscription, "latest_invoice").latest_invoice.total == 2100 + 6200


def test_without_proration_only_the_next_period_costs_more(house, subscription):
    house.wait(days=10)

    house.v1.subscriptions.update(
        subscription.id, change_to(subscription, house.price(6200), proration_behavior="none")
    )
    house.wait(days=21, hours=1)

    assert house.subscription(subscription, "latest_invoice").latest_invoice.total == 6200


def test_a_downgrade_now_becomes_a_balance_that_the_next_invoice_uses(house, subscription):
    house.wait(days=10)

    changed = house.v1.subscriptions.update(
        subscription.id,
        change_to(
            subscription,
            house.price(1000),
            proration_behavior="always_invoice",
            expand=["latest_invoice", "customer"],
        ),
    )
    credit = changed.customer.balance
    house.wait(days=21, hours=1)

    renewal = house.subscription(subscription, "latest_invoice").latest_invoice
    assert (changed.latest_invoice.status, credit) == ("paid", changed.latest_invoice.total)
    assert credit < 0
    assert (renewal.total, renewal.amount_due, renewal.status) == (1000, max(0, 1000 + credit), "paid")


def test_another_quantity_is_prorated(house, subscription):
    house.wait(days=10)
    item = subscription["items"].data[0].id

    changed = house.v1.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": item, "quantity": 3}],
            "proration_behavior": "always_invoice",
            "expand": ["latest_invoice"],
        },
    )

    assert changed.latest_invoice.total == 4200


def test_from_month_to_year_a_new_period_begins_and_is_paid_at_once(house, subscription):
    house.wait(days=10)

    changed = house.v1.subscriptions.update(
        subscription.id,
        change_to(subscription, house.price(30000, interval="year"), expand=["latest_invoice"]),
    )

    assert period(changed) == (at(2026, 1, 11), at(2027, 1, 11))
    assert changed.latest_invoice.total == 30000 - 2100


def test_an_anchor_of_now_starts_the_period_anew(house, subscription):
    house.wait(days=10)

    changed = house.v1.subscriptions.update(
        subscription.id, {"billing_cycle_anchor": {"type": "now"}, "expand": ["latest_invoice"]}
    )

    assert period(changed) == (at(2026, 1, 11), at(2026, 2, 11))
    assert changed.latest_invoice.total == 3100 - 2100


def test_in_a_trial_a_change_costs_nothing(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(), trial_period_days=14)

    changed = house.v1.subscriptions.update(
        subscription.id, change_to(subscription, house.price(9900), proration_behavior="always_invoice")
    )

    assert (changed.status, len(house.invoices(changed))) == ("trialing", 1)


def test_a_proration_date_outside_the_period_is_refused(house, subscription):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.subscriptions.update(
            subscription.id, change_to(subscription, house.price(6200), proration_date=at(2025, 12, 1))
        )

    assert refusal.value.param == "proration_date"


def test_an_item_can_be_added_and_removed(house, subscription):
    extra = house.v1.subscription_items.create(
        {"subscription": subscription.id, "price": house.price(500).id, "proration_behavior": "none"}
    )
    assert len(house.subscription(subscription)["items"].data) == 2

    house.v1.subscription_items.delete(extra.id)

    assert len(house.v1.subscription_items.list({"subscription": subscription.id}).data) == 1


# --- Changes that fail ---------------------------------------------------------------------------


def upgrade(house, subscription, **more):
    given = change_to(subscription, house.price(6200), proration_behavior="always_invoice", **more)
    return house.v1.subscriptions.update(subscription.id, {**given, "expand": ["latest_invoice"]})


@pytest.fixture
def failing(house, subscription):
    """The same subscription ten days later, with a card from which nothing can be taken."""
    house.wait(days=10)
    house.use(house.v1.customers.retrieve(subscription.customer), card=LATER_FAILING_CARD)
    return subscription


def test_an_unpaid_upgrade_takes_hold_and_is_past_due(house, failing):
    changed = upgrade(house, failing)

    assert changed.status == "past_due"
    assert changed["items"].data[0].price.unit_amount == 6200


def test_an_upgrade_that_must_be_paid_is_refused_when_it_is_not(house, failing):
    with pytest.raises(stripe.CardError):
        upgrade(house, failing, payment_behavior="error_if_incomplete")

    assert house.subscription(failing)["items"].data[0].price.unit_amount == 3100


def test_an_upgrade_that_waits_grants_nothing_until_it_is_paid(house, failing):
    changed = upgrade(house, failing, payment_behavior="pending_if_incomplete")

    assert (changed.status, changed["items"].data[0].price.unit_amount) == ("active", 3100)
    assert changed.pending_update.subscription_items[0].price.unit_amount == 6200
    assert changed.latest_invoice.status == "open"


def test_an_upgrade_that_waited_takes_hold_when_it_is_paid(house, failing):
    changed = upgrade(house, failing, payment_behavior="pending_if_incomplete")
    house.use(house.v1.customers.retrieve(failing.customer), card=GOOD_CARD)

    house.v1.invoices.pay(changed.latest_invoice.id)

    now = house.subscription(failing)
    assert (now.pending_update, now["items"].data[0].price.unit_amount) == (None, 6200)
    assert "customer.subscription.pending_update_applied" in house.happened(failing.id)


def test_an_upgrade_that_waited_in_vain_is_forgotten_with_its_invoice(house, failing):
    changed = upgrade(house, failing, payment_behavior="pending_if_incomplete")

    house.wait(hours=23)

    now = house.subscription(failing)
    assert (now.pending_update, now["items"].data[0].price.unit_amount) == (None, 3100)
    assert house.v1.invoices.retrieve(changed.latest_invoice.id).status == "void"
    assert "customer.subscription.pending_update_expired" in house.happened(failing.id)


def test_an_upgrade_that_is_paid_at_once_never_waits(house, subscription):
    changed = upgrade(house, subscription, payment_behavior="pending_if_incomplete")

    assert (changed.pending_update, changed["items"].data[0].price.unit_amount) == (None, 6200)


def test_an_upgrade_that_waits_for_an_answer_takes_hold_with_it(house, subscription):
    house.use(house.v1.customers.retrieve(subscription.customer), card=ALWAYS_ASKING_CARD)
    changed = upgrade(house, subscription, payment_behavior="pending_if_incomplete")
    assert changed.pending_update
    payments = house.v1.invoice_payments.list({"invoice": changed.latest_invoice.id})

    house.tell(f"/answer/{payments.data[0].payment.payment_intent}", accept=True)

    assert house.subscription(subscription)["items"].data[0].price.unit_amount == 6200


def test_no_change_waits_for_a_direct_debit(house, subscription):
    house.use(house.v1.customers.retrieve(subscription.customer), iban=GOOD_IBAN)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        upgrade(house, subscription, payment_behavior="pending_if_incomplete")

    assert refusal.value.param == "payment_behavior"


def test_a_change_that_waits_may_say_nothing_else(house, subscription):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        upgrade(house, subscription, payment_behavior="pending_if_incomplete", metadata={"a": "1"})

    assert refusal.value.param == "metadata"


# --- Schedules -----------------------------------------------------------------------------------


def downgrade_at_period_end(house, subscription, price):
    schedule = house.v1.subscription_schedules.create({"from_subscription": subscription.id})
    present = schedule.phases[0]
    items = [{"price": item.price, "quantity": item.quantity} for item in present["items"]]
    return house.v1.subscription_schedules.update(
        schedule.id,
        {
            "end_behavior": "release",
            "phases": [
                {"items": items, "start_date": present.start_date, "end_date": present.end_date},
                {"items": [{"price": price.id, "quantity": 1}], "proration_behavior": "none"},
            ],
        },
    )


def test_a_scheduled_downgrade_waits_for_the_end_of_the_period(house, subscription):
    cheap = house.price(1000)
    schedule = downgrade_at_period_end(house, subscription, cheap)
    assert house.subscription(subscription).schedule == schedule.id

    house.wait(days=30)
    before = house.subscription(subscription)
    house.wait(days=1, hours=1)
    after = house.subscription(subscription, "latest_invoice")

    assert before["items"].data[0].price.unit_amount == 3100
    assert after["items"].data[0].price.id == cheap.id
    assert (after.latest_invoice.total, after.latest_invoice.status) == (1000, "paid")


def test_a_scheduled_downgrade_is_in_the_preview(house, subscription):
    downgrade_at_period_end(house, subscription, house.price(1000))

    assert house.v1.invoices.create_preview({"subscription": subscription.id}).total == 1000


def test_a_schedule_lets_go_after_its_last_phase(house, subscription):
    schedule = downgrade_at_period_end(house, subscription, house.price(1000))

    house.wait(days=31 + 28)

    assert house.v1.subscription_schedules.retrieve(schedule.id).status == "released"
    assert house.subscription(subscription).schedule is None


def test_a_released_schedule_changes_nothing_any_more(house, subscription):
    schedule = downgrade_at_period_end(house, subscription, house.price(1000))

    house.v1.subscription_schedules.release(schedule.id)
    house.wait(days=31, hours=1)

    assert house.subscription(subscription)["items"].data[0].price.unit_amount == 3100


def test_a_scheduled_subscription_is_changed_by_its_schedule_alone(house, subscription):
    downgrade_at_period_end(house, subscription, house.price(1000))

    with pytest.raises(stripe.InvalidRequestError):
        upgrade(house, subscription)


def test_a_schedule_from_year_to_month_begins_its_months_there(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(30000, interval="year"))
    downgrade_at_period_end(house, subscription, house.price(3100))

    house.wait(days=365, hours=1)

    assert period(house.subscription(subscription)) == (at(2027, 1, 1), at(2027, 2, 1))


def test_a_schedule_may_end_the_subscription(house, subscription):
    schedule = house.v1.subscription_schedules.create({"from_subscription": subscription.id})
    house.v1.subscription_schedules.update(schedule.id, {"end_behavior": "cancel"})

    house.wait(days=31)

    assert house.subscription(subscription).status == "canceled"
    assert house.v1.subscription_schedules.retrieve(schedule.id).status == "completed"


def test_a_schedule_can_change_the_present_phase_too(house, subscription):
    schedule = house.v1.subscription_schedules.create({"from_subscription": subscription.id})
    present = schedule.phases[0]
    phase = {
        "items": [{"price": house.price(6200).id}],
        "start_date": present.start_date,
        "end_date": present.end_date,
        "proration_behavior": "always_invoice",
    }
    house.wait(days=10)

    house.v1.subscription_schedules.update(schedule.id, {"phases": [phase]})

    assert house.subscription(subscription, "latest_invoice").latest_invoice.total == 2100
