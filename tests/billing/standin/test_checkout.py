"""Checkout: what a session becomes when its customer has gone through the page."""

import urllib.error

import pytest
import stripe

from tests.billing.standin.house import (
    ASKING_CARD,
    DECLINED_CARD,
    FAILING_IBAN,
    GOOD_CARD,
    GOOD_IBAN,
    HOUR,
    LATER_FAILING_CARD,
    POOR_CARD,
    House,
    at,
)


@pytest.fixture
def customer(house: House):
    return house.customer()


@pytest.fixture
def session(house: House, customer):
    """Pro for € 29, with 21 % on top."""
    return house.checkout(
        customer=customer.id,
        line_items=[{"price": house.price(2900).id, "quantity": 1}],
        subscription_data={"default_tax_rates": [house.vat().id], "metadata": {"organisation": "7"}},
        client_reference_id="7",
    )


def subscription_of(house, session):
    return house.subscription(session.subscription, "latest_invoice", "default_payment_method")


def test_a_session_says_what_is_due(house, session):
    assert (session.status, session.payment_status, session.amount_subtotal, session.amount_total) == (
        "open",
        "unpaid",
        2900,
        3509,
    )
    assert session.url.startswith(house.standin.url)


def test_before_payment_there_is_no_subscription(house, session, customer):
    assert session.subscription is None
    assert list(house.v1.subscriptions.list({"customer": customer.id, "status": "all"})) == []


def test_a_card_pays_and_is_kept_for_the_subscription(house, session):
    done = house.complete(session, method="card", number=GOOD_CARD)

    subscription = subscription_of(house, done)
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert (subscription.status, subscription.latest_invoice.status) == ("active", "paid")
    assert subscription.default_payment_method.card.last4 == "4242"
    assert subscription.metadata.to_dict() == {"organisation": "7"}


def test_its_completion_comes_after_all_that_it_made(house, session):
    house.complete(session, method="card", number=GOOD_CARD)

    happened = house.happened()

    assert happened[-1] == "checkout.session.completed"
    assert {"customer.subscription.created", "invoice.paid", "payment_method.attached"} <= set(happened)


@pytest.mark.parametrize("number", [DECLINED_CARD, POOR_CARD, LATER_FAILING_CARD, "4000000000000003", "1234"])
def test_a_refused_card_leaves_the_session_open(house, session, number):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        house.tell(f"/checkout/{session.id}/complete", method="card", number=number)

    assert refusal.value.code == 402
    assert house.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_card_that_asks_completes_when_its_holder_accepts(house, session):
    done = house.complete(session, method="card", number=ASKING_CARD, accept=True)

    assert (done.status, done.payment_status) == ("complete", "paid")


def test_a_card_that_asks_stays_open_when_its_holder_refuses(house, session):
    with pytest.raises(urllib.error.HTTPError):
        house.tell(f"/checkout/{session.id}/complete", method="card", number=ASKING_CARD, accept=False)

    assert house.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_direct_debit_is_complete_and_unpaid_until_the_bank_has_paid(house, session):
    done = house.complete(session, method="sepa_debit", iban=GOOD_IBAN)
    assert (done.status, done.payment_status, subscription_of(house, done).status) == (
        "complete",
        "unpaid",
        "active",
    )

    house.wait(days=7)

    assert house.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert house.happened(session.id) == [
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
    ]


def test_a_direct_debit_that_comes_back_says_so(house, session):
    done = house.complete(session, method="sepa_debit", iban=FAILING_IBAN)

    house.wait(days=7)

    assert house.happened(session.id)[-1] == "checkout.session.async_payment_failed"
    assert subscription_of(house, done).status == "past_due"


@pytest.mark.parametrize("method", ["ideal", "bancontact"])
def test_a_banks_page_pays_and_leaves_an_account_to_debit(house, session, method):
    done = house.complete(session, method=method, accept=True)

    subscription = subscription_of(house, done)
    charge = house.v1.charges.list({"customer": done.customer}).data[0].payment_method_details[method]
    assert done.payment_status == "paid"
    assert subscription.default_payment_method.type == "sepa_debit"
    assert charge.generated_sepa_debit == subscription.default_payment_method.id
    assert house.v1.mandates.retrieve(charge.generated_sepa_debit_mandate).status == "active"


def test_after_a_banks_page_the_renewal_is_a_debit(house, session):
    done = house.complete(session, method="ideal", accept=True)

    house.wait(days=31, hours=1)

    charge = house.v1.charges.list({"customer": done.customer}).data[0]
    assert (charge.payment_method_details.type, charge.status) == ("sepa_debit", "pending")


def test_a_trial_without_a_method_begins_with_a_button(house, customer):
    session = house.checkout(
        customer=customer.id,
        line_items=[{"price": house.price().id, "quantity": 1}],
        payment_method_collection="if_required",
        subscription_data={"trial_period_days": 14},
    )

    done = house.complete(session, method="none")

    assert (done.payment_status, done.amount_total) == ("no_payment_required", 0)
    assert subscription_of(house, done).status == "trialing"


def test_a_trial_asks_for_a_method_unless_told_otherwise(house, customer):
    session = house.checkout(
        customer=customer.id,
        line_items=[{"price": house.price().id, "quantity": 1}],
        subscription_data={"trial_period_days": 14},
    )

    with pytest.raises(urllib.error.HTTPError):
        house.tell(f"/checkout/{session.id}/complete", method="none")

    done = house.complete(session, method="card", number=LATER_FAILING_CARD)
    assert subscription_of(house, done).default_payment_method.card.last4 == "0341"


def test_setup_mode_saves_a_method_and_charges_nothing(house, customer):
    session = house.checkout(mode="setup", customer=customer.id, currency="eur")

    done = house.complete(session, method="card", number=GOOD_CARD)

    intent = house.v1.setup_intents.retrieve(done.setup_intent, {"expand": ["payment_method"]})
    assert (done.payment_status, intent.status) == ("no_payment_required", "succeeded")
    assert intent.payment_method.customer == customer.id
    assert list(house.v1.charges.list()) == []


def test_setup_mode_at_a_banks_page_tells_the_account_behind_it(house, customer):
    session = house.checkout(mode="setup", customer=customer.id, payment_method_types=["ideal"])

    done = house.complete(session, method="ideal", accept=True)

    intent = house.v1.setup_intents.retrieve(done.setup_intent, {"expand": ["latest_attempt"]})
    account = intent.latest_attempt.payment_method_details.ideal.generated_sepa_debit
    assert house.v1.payment_methods.retrieve(account).customer == customer.id


def test_a_session_without_a_customer_makes_one(house):
    session = house.checkout(
        line_items=[{"price": house.price().id, "quantity": 1}], customer_email="bob@example.org"
    )

    done = house.complete(session, method="card", number=GOOD_CARD, name="Bob")

    assert house.v1.customers.retrieve(done.customer).name == "Bob"


def test_a_tax_id_given_at_checkout_is_the_customers(house, customer):
    session = house.checkout(
        customer=customer.id,
        line_items=[{"price": house.price().id, "quantity": 1}],
        tax_id_collection={"enabled": True},
        customer_update={"name": "auto", "address": "auto"},
    )

    house.complete(session, method="card", number=GOOD_CARD, tax_id="BE0123456789", name="Ada NV")

    found = house.v1.customers.retrieve(customer.id, {"expand": ["tax_ids"]})
    assert [one.value for one in found.tax_ids] == ["BE0123456789"]
    assert found.name == "Ada NV"


def test_a_session_expires_after_a_day(house, session):
    house.wait(hours=24)

    expired = house.v1.checkout.sessions.retrieve(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert house.happened(session.id) == ["checkout.session.expired"]


def test_a_session_can_be_expired(house, session):
    assert house.v1.checkout.sessions.expire(session.id).status == "expired"

    with pytest.raises(stripe.InvalidRequestError):
        house.v1.checkout.sessions.expire(session.id)


def test_a_completed_session_cannot_be_completed_again(house, session):
    house.complete(session, method="card", number=GOOD_CARD)

    with pytest.raises(urllib.error.HTTPError):
        house.tell(f"/checkout/{session.id}/complete", method="card", number=GOOD_CARD)

    assert len(list(house.v1.subscriptions.list({"customer": session.customer}))) == 1


def test_its_lines_are_listed(house, session):
    (line,) = house.v1.checkout.sessions.line_items.list(session.id)

    assert (line.description, line.amount_total) == ("Pro", 3509)


def test_it_must_last_between_half_an_hour_and_a_day(house):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.checkout(line_items=[{"price": house.price().id}], expires_at=at(2026, 1, 1) + 25 * HOUR)

    assert refusal.value.param == "expires_at"
