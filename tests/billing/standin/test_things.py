"""Customers, tax ids, what is for sale, and ways to pay."""

import pytest
import stripe

from tests.billing.standin.house import DECLINED_CARD, GOOD_CARD, GOOD_IBAN, House


def test_a_customer_is_changed_and_the_event_says_from_what(house):
    customer = house.customer()

    house.v1.customers.update(customer.id, {"name": "Ada B.V.", "tax_exempt": "reverse"})

    event = house.v1.events.list({"type": "customer.updated"}).data[0]
    assert event.data.previous_attributes.to_dict() == {"name": "Ada", "tax_exempt": "none"}


def test_a_change_that_changes_nothing_makes_no_event(house):
    customer = house.customer()

    house.v1.customers.update(customer.id, {"name": "Ada"})

    assert "customer.updated" not in house.happened()


def test_customers_are_found_by_email(house):
    house.v1.customers.create({"email": "bob@example.org"})
    house.customer()

    assert [one.email for one in house.v1.customers.list({"email": "bob@example.org"})] == ["bob@example.org"]


def test_a_deleted_customer_says_so(house):
    customer = house.customer()

    house.v1.customers.delete(customer.id)

    assert house.v1.customers.retrieve(customer.id).deleted
    assert list(house.v1.customers.list()) == []


@pytest.mark.parametrize("status", ["verified", "unverified", "unavailable"])
def test_a_tax_id_is_pending_until_it_is_verified_or_not(house, status):
    customer = house.customer()
    tax_id = house.v1.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": "BE0123456789"})
    assert (tax_id.country, tax_id.verification.status) == ("BE", "pending")

    house.tell(f"/tax_ids/{tax_id.id}/verify", status=status, name="ADA NV")

    found = house.v1.customers.tax_ids.retrieve(customer.id, tax_id.id)
    assert (found.verification.status, found.verification.verified_name) == (status, "ADA NV")
    assert "customer.tax_id.updated" in house.happened(tax_id.id)


def test_a_tax_id_without_the_form_of_one_is_refused(house):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.customers.tax_ids.create(house.customer().id, {"type": "eu_vat", "value": "12"})

    assert refusal.value.code == "tax_id_invalid"


def test_a_tax_id_can_be_taken_away(house):
    customer = house.customer()
    tax_id = house.v1.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": "BE0123456789"})

    house.v1.customers.tax_ids.delete(customer.id, tax_id.id)

    assert list(house.v1.customers.tax_ids.list(customer.id)) == []


def test_a_price_is_found_by_its_lookup_key(house):
    product = house.v1.products.create({"name": "Pro", "id": "pro"})
    given = {
        "product": product.id,
        "currency": "eur",
        "recurring": {"interval": "month"},
        "lookup_key": "pro_month",
    }
    house.v1.prices.create({**given, "unit_amount": 2900})
    newer = house.v1.prices.create({**given, "unit_amount": 3100, "transfer_lookup_key": True})

    assert [one.id for one in house.v1.prices.list({"lookup_keys": ["pro_month"]})] == [newer.id]


def test_a_lookup_key_is_not_given_twice(house):
    product = house.v1.products.create({"name": "Pro"})
    given = {"product": product.id, "currency": "eur", "unit_amount": 1, "lookup_key": "k"}
    house.v1.prices.create(given)

    with pytest.raises(stripe.InvalidRequestError):
        house.v1.prices.create(given)


def test_an_inactive_price_cannot_be_subscribed_to(house):
    price = house.price()
    house.v1.prices.update(price.id, {"active": False})

    with pytest.raises(stripe.InvalidRequestError):
        house.subscribe(house.customer(card=GOOD_CARD), price)


def test_a_product_with_prices_is_not_deleted(house):
    price = house.price()

    with pytest.raises(stripe.InvalidRequestError):
        house.v1.products.delete(price.product)

    assert not house.v1.products.update(price.product, {"active": False}).active


def test_tax_rates_are_listed_and_changed(house):
    rate = house.vat()

    house.v1.tax_rates.update(rate.id, {"active": False})

    assert [one.id for one in house.v1.tax_rates.list({"active": False})] == [rate.id]


# --- Ways to pay ---------------------------------------------------------------------------------


def test_a_method_is_attached_made_default_and_detached(house: House):
    customer = house.customer()
    method = house.use(customer, card=GOOD_CARD)
    assert [one.id for one in house.v1.customers.payment_methods.list(customer.id)] == [method.id]

    house.v1.payment_methods.detach(method.id)

    settings = house.v1.customers.retrieve(customer.id).invoice_settings
    assert settings.default_payment_method is None


def test_a_declined_card_is_not_attached(house):
    method = house.v1.payment_methods.create({"type": "card", "card": {"number": DECLINED_CARD}})

    with pytest.raises(stripe.CardError) as refusal:
        house.v1.payment_methods.attach(method.id, {"customer": house.customer().id})

    assert (refusal.value.code, refusal.value.error.decline_code) == ("card_declined", "generic_decline")


@pytest.mark.parametrize(
    ("name", "last4"),
    [("pm_card_visa", "4242"), ("pm_card_chargeCustomerFail", "0341"), ("pm_success_de", "3000")],
)
def test_a_ready_made_method_is_copied_when_attached(house, name, last4):
    customer = house.customer()

    method = house.v1.payment_methods.attach(name, {"customer": customer.id})

    assert method.id != name
    assert method[method.type].last4 == last4


def test_a_method_of_another_customer_cannot_be_the_default(house):
    method = house.use(house.customer(), card=GOOD_CARD)

    with pytest.raises(stripe.InvalidRequestError):
        house.v1.customers.update(
            house.customer().id, {"invoice_settings": {"default_payment_method": method.id}}
        )


def test_an_impossible_iban_is_refused(house):
    with pytest.raises(stripe.InvalidRequestError):
        house.v1.payment_methods.create({"type": "sepa_debit", "sepa_debit": {"iban": "NL00BANK0123456789"}})


def test_a_setup_intent_saves_an_account_with_a_mandate(house):
    customer = house.customer()
    method = house.v1.payment_methods.create({"type": "sepa_debit", "sepa_debit": {"iban": GOOD_IBAN}})

    intent = house.v1.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method_types": ["sepa_debit"],
            "payment_method": method.id,
            "confirm": True,
        }
    )

    assert intent.status == "succeeded"
    assert house.v1.mandates.retrieve(intent.mandate).payment_method == method.id


def test_a_setup_intent_asks_and_takes_the_answer(house):
    customer = house.customer()
    intent = house.v1.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": "pm_card_authenticationRequiredOnSetup",
            "confirm": True,
            "return_url": "https://ours.test/back",
        }
    )
    assert (intent.status, intent.next_action.redirect_to_url.return_url) == (
        "requires_action",
        "https://ours.test/back",
    )

    house.tell(f"/answer/{intent.id}", accept=False)
    assert (
        house.v1.setup_intents.retrieve(intent.id).last_setup_error.code
        == "setup_intent_authentication_failure"
    )

    again = house.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert again.status == "succeeded"
