"""Whole lives: renewals that are paid, fail, are tried again, recover or end; debits that take days."""

import pytest

from tests.billing.standin.house import (
    ALWAYS_ASKING_CARD,
    FAILING_IBAN,
    GOOD_CARD,
    GOOD_IBAN,
    LATER_FAILING_CARD,
    House,
    at,
)

POOR_IBAN = "DE65370400440002222227"
DISPUTED_IBAN = "DE35370400440532013002"
DISPUTED_CARD = "4000000000000259"


@pytest.fixture
def late(house: House):
    """The renewal of 1 February has just failed."""
    customer = house.customer(card=GOOD_CARD)
    subscription = house.subscribe(customer, house.price())
    house.use(customer, card=LATER_FAILING_CARD)
    house.wait(days=31, hours=1)
    return subscription


def last_invoice(house, subscription):
    return house.subscription(subscription, "latest_invoice").latest_invoice


def test_a_life_from_trial_over_failure_to_recovery(house):
    customer, price = house.customer(), house.price(2900)
    session = house.checkout(
        customer=customer.id,
        line_items=[{"price": price.id, "quantity": 1}],
        payment_method_collection="if_required",
        subscription_data={
            "trial_period_days": 14,
            "trial_settings": {"end_behavior": {"missing_payment_method": "pause"}},
        },
    )
    subscription = house.subscription(house.complete(session, method="none").subscription)
    told = [subscription.status]
    house.use(customer, card=GOOD_CARD)

    house.wait(days=14, hours=1)
    told.append(house.subscription(subscription).status)
    house.wait(days=31)
    told.append(last_invoice(house, subscription).status)
    house.use(customer, card=LATER_FAILING_CARD)
    house.wait(days=28)
    told.append(house.subscription(subscription).status)
    house.use(customer, card=GOOD_CARD)
    house.wait(days=3)
    told.append(house.subscription(subscription).status)

    assert told == ["trialing", "active", "paid", "past_due", "active"]
    assert [invoice.status for invoice in house.invoices(subscription)] == ["paid"] * 4


def test_a_renewal_is_a_draft_for_an_hour(house):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())

    house.wait(days=31)
    draft = last_invoice(house, subscription)
    house.wait(hours=1)
    paid = last_invoice(house, subscription)

    assert (draft.status, draft.number, draft.automatically_finalizes_at) == (
        "draft",
        None,
        at(2026, 2, 1, 13),
    )
    assert (paid.status, paid.billing_reason) == ("paid", "subscription_cycle")
    assert (paid.period_start, paid.period_end) == (at(2026, 1, 1), at(2026, 2, 1))


def test_a_failed_renewal_is_past_due_and_says_when_it_is_tried_again(house, late):
    invoice = last_invoice(house, late)

    assert house.subscription(late).status == "past_due"
    assert (invoice.status, invoice.attempt_count, invoice.attempted) == ("open", 1, True)
    assert invoice.next_payment_attempt == at(2026, 2, 4, 13)
    assert "invoice.payment_failed" in house.happened(invoice.id)


def test_it_is_tried_again_after_three_five_and_seven_days(house, late):
    tries = []
    for days in (3, 2, 2):
        house.wait(days=days)
        invoice = last_invoice(house, late)
        tries.append((invoice.attempt_count, invoice.next_payment_attempt))

    assert tries == [(2, at(2026, 2, 6, 13)), (3, at(2026, 2, 8, 13)), (4, None)]


@pytest.mark.parametrize("after", ["unpaid", "canceled", "past_due"])
def test_after_the_last_try_it_becomes_what_was_set(house, late, after):
    house.tell("/settings", after_last_try=after)

    house.wait(days=7)

    found = house.subscription(late)
    assert found.status == after
    assert found.cancellation_details.reason == ("payment_failed" if after == "canceled" else None)
    assert last_invoice(house, late).status == "open"


def test_an_unpaid_one_makes_drafts_that_nobody_charges(house, late):
    house.wait(days=7 + 28)

    invoice = last_invoice(house, late)
    assert (invoice.status, invoice.auto_advance) == ("draft", False)


def test_an_unpaid_one_is_active_again_when_what_it_owes_is_paid(house, late):
    house.wait(days=7)
    assert house.subscription(late).status == "unpaid"
    house.use(house.v1.customers.retrieve(late.customer), card=GOOD_CARD)

    house.v1.invoices.pay(house.subscription(late).latest_invoice)

    assert house.subscription(late).status == "active"


def test_a_change_that_was_dropped_does_not_stand_in_the_way(house, late):
    change = {"items": [{"id": late["items"].data[0].id, "price": house.price(6200).id}]}
    how = {"proration_behavior": "always_invoice", "payment_behavior": "pending_if_incomplete"}
    owed = house.subscription(late).latest_invoice
    dropped = house.v1.subscriptions.update(late.id, {**change, **how}).latest_invoice
    house.v1.invoices.void_invoice(dropped)
    house.use(house.v1.customers.retrieve(late.customer), card=GOOD_CARD)

    house.v1.invoices.pay(owed)

    assert house.subscription(late).status == "active"


def test_a_good_card_is_charged_at_the_next_try(house, late):
    house.use(house.v1.customers.retrieve(late.customer), card=GOOD_CARD)

    house.wait(days=3)

    assert (house.subscription(late).status, last_invoice(house, late).status) == ("active", "paid")


def test_what_changed_is_in_the_event(house, late):
    house.wait(days=7)

    changes = [
        event.data.previous_attributes.to_dict()
        for event in house.v1.events.list({"type": "customer.subscription.updated"})
    ]

    assert changes[0] == {"status": "past_due"}
    assert changes[1] == {"status": "active"}


def test_a_renewal_of_a_card_that_always_asks_waits_for_an_answer(house):
    customer = house.customer(card=GOOD_CARD)
    subscription = house.subscribe(customer, house.price())
    house.use(customer, card=ALWAYS_ASKING_CARD)
    house.wait(days=31, hours=1)
    invoice = house.subscription(subscription, "latest_invoice.payments").latest_invoice
    assert "invoice.payment_action_required" in house.happened(invoice.id)

    house.tell(f"/answer/{invoice.payments.data[0].payment.payment_intent}", accept=True)

    assert (house.subscription(subscription).status, last_invoice(house, subscription).status) == (
        "active",
        "paid",
    )


def test_a_card_that_asked_once_renews_without_asking(house):
    customer, price = house.customer(), house.price()
    session = house.checkout(customer=customer.id, line_items=[{"price": price.id, "quantity": 1}])
    done = house.complete(session, method="card", number="4000002500003155", accept=True)

    house.wait(days=31, hours=1)

    assert last_invoice(house, house.subscription(done.subscription)).status == "paid"


# --- Direct debit --------------------------------------------------------------------------------


def debited(house: House, iban: str):
    """On Thursday 1 January a first direct debit was sent."""
    return house.subscribe(house.customer(iban=iban), house.price())


def test_a_debit_under_way_is_active_and_not_paid(house):
    subscription = debited(house, GOOD_IBAN)
    payments = house.v1.invoice_payments.list({"invoice": subscription.latest_invoice})

    intent = house.v1.payment_intents.retrieve(
        payments.data[0].payment.payment_intent, {"expand": ["latest_charge"]}
    )
    assert subscription.status == "active"
    assert (last_invoice(house, subscription).status, intent.status) == ("open", "processing")
    assert intent.latest_charge.status == "pending"


def test_a_debit_is_paid_five_business_days_later(house):
    subscription = debited(house, GOOD_IBAN)

    house.wait(days=6.9)
    before = last_invoice(house, subscription).status
    house.wait(days=0.1)

    assert (before, last_invoice(house, subscription).status) == ("open", "paid")


def test_a_debit_may_take_fourteen_business_days(house):
    house.tell("/settings", sepa_days=14)
    subscription = debited(house, GOOD_IBAN)

    house.wait(days=20)

    assert last_invoice(house, subscription).status == "paid"
    assert last_invoice(house, subscription).status_transitions.paid_at == at(2026, 1, 21)


def test_a_debit_that_comes_back_is_past_due_and_not_tried_again(house):
    subscription = debited(house, FAILING_IBAN)

    house.wait(days=7)

    invoice = last_invoice(house, subscription)
    assert house.subscription(subscription).status == "past_due"
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("open", 1, None)


def test_a_debit_without_cover_is_tried_once_more(house):
    subscription = debited(house, POOR_IBAN)

    house.wait(days=7)
    first = last_invoice(house, subscription)
    house.wait(days=20)
    last = last_invoice(house, subscription)

    assert (first.attempt_count, first.next_payment_attempt) == (1, at(2026, 1, 13))
    assert (last.attempt_count, last.next_payment_attempt) == (2, None)
    assert house.subscription(subscription).status == "unpaid"


def test_the_bank_can_be_made_to_answer_at_once(house):
    subscription = debited(house, GOOD_IBAN)
    payments = house.v1.invoice_payments.list({"invoice": subscription.latest_invoice})

    house.tell(
        f"/payments/{payments.data[0].payment.payment_intent}/settle", outcome="failed", code="account_closed"
    )

    intent = house.v1.payment_intents.retrieve(payments.data[0].payment.payment_intent)
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", "account_closed")
    assert house.subscription(subscription).status == "past_due"


def test_a_debit_reversed_weeks_later_is_a_lost_dispute_and_the_invoice_stays_paid(house):
    subscription = debited(house, GOOD_IBAN)
    house.wait(days=30)
    charge = house.v1.charges.list({"customer": subscription.customer}).data[0]

    house.tell(f"/charges/{charge.id}/dispute")

    dispute = house.v1.disputes.list({"charge": charge.id}).data[0]
    assert (dispute.status, dispute.reason) == ("lost", "debit_not_authorized")
    assert house.v1.charges.retrieve(charge.id).disputed
    assert last_invoice(house, subscription).status == "paid"
    assert {"charge.dispute.created", "charge.dispute.closed"} <= set(house.happened(dispute.id))


def test_some_accounts_reverse_at_once(house):
    debited(house, DISPUTED_IBAN)

    house.wait(days=7)

    assert [dispute.status for dispute in house.v1.disputes.list()] == ["lost"]


def test_a_chargeback_of_a_card_can_be_won(house):
    house.subscribe(house.customer(card=DISPUTED_CARD), house.price())
    dispute = house.v1.disputes.list().data[0]
    assert dispute.status == "needs_response"

    house.tell(f"/disputes/{dispute.id}/close", won=True)

    assert house.v1.disputes.retrieve(dispute.id).status == "won"
    assert house.happened(dispute.id)[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]


def test_a_mandate_stands_behind_a_debit(house):
    subscription = debited(house, GOOD_IBAN)
    charge = house.v1.charges.list({"customer": subscription.customer}).data[0]

    mandate = house.v1.mandates.retrieve(charge.payment_method_details.sepa_debit.mandate)

    assert (mandate.status, mandate.type) == ("active", "multi_use")
