"""Invoices by hand, what stands on them, and money that goes back."""

import pytest
import stripe

from tests.billing.standin.house import GOOD_CARD, LATER_FAILING_CARD, at


@pytest.fixture
def paid(house):
    """An invoice of € 29 with 21 % on top, paid."""
    subscription = house.subscribe(
        house.customer(card=GOOD_CARD),
        house.price(2900),
        default_tax_rates=[house.vat().id],
        expand=["latest_invoice"],
    )
    return subscription.latest_invoice


def draft(house, customer, amount=1000, **given):
    invoice = house.v1.invoices.create({"customer": customer.id, "currency": "eur", **given})
    house.v1.invoice_items.create(
        {"customer": customer.id, "invoice": invoice.id, "amount": amount, "currency": "eur"}
    )
    return house.v1.invoices.retrieve(invoice.id)


def test_numbers_run_without_gaps_for_each_customer(house):
    customer = house.customer(card=GOOD_CARD)
    house.subscribe(customer, house.price())
    abandoned = draft(house, customer)
    house.v1.invoices.delete(abandoned.id)
    house.wait(days=80)

    prefix = house.v1.customers.retrieve(customer.id).invoice_prefix
    numbers = sorted(invoice.number for invoice in house.v1.invoices.list({"customer": customer.id}))

    assert numbers == [f"{prefix}-{n:04d}" for n in range(1, 4)]


def test_an_invoice_by_hand_is_finalised_and_paid_on_request(house):
    invoice = draft(house, house.customer(card=GOOD_CARD))
    finalised = house.v1.invoices.finalize_invoice(invoice.id)
    assert (finalised.status, finalised.amount_due, finalised.hosted_invoice_url is None) == (
        "open",
        1000,
        False,
    )

    assert house.v1.invoices.pay(invoice.id).status == "paid"


def test_a_failed_payment_on_request_is_an_error_and_counts(house):
    invoice = draft(house, house.customer(card=LATER_FAILING_CARD))
    house.v1.invoices.finalize_invoice(invoice.id)

    with pytest.raises(stripe.CardError) as refusal:
        house.v1.invoices.pay(invoice.id)

    assert refusal.value.code == "card_declined"
    assert house.v1.invoices.retrieve(invoice.id).attempt_count == 1


def test_an_invoice_sent_for_payment_by_transfer_is_paid_outside(house):
    price = house.price(30000, interval="year")
    subscription = house.subscribe(
        house.customer(),
        price,
        collection_method="send_invoice",
        days_until_due=30,
        expand=["latest_invoice"],
    )
    invoice = subscription.latest_invoice
    assert (subscription.status, invoice.status, invoice.due_date) == ("active", "open", at(2026, 1, 31))

    paid = house.v1.invoices.pay(invoice.id, {"paid_out_of_band": True})

    assert (paid.status, paid.amount_remaining) == ("paid", 0)
    assert list(house.v1.charges.list({"customer": subscription.customer})) == []


def test_a_sent_invoice_that_is_not_paid_in_time_is_past_due(house):
    price = house.price(30000, interval="year")
    subscription = house.subscribe(
        house.customer(), price, collection_method="send_invoice", days_until_due=30
    )

    house.wait(days=30)

    assert house.subscription(subscription).status == "past_due"
    assert "invoice.overdue" in house.happened(subscription.latest_invoice)


def test_what_waits_for_a_customer_goes_on_the_next_invoice(house):
    customer = house.customer(card=GOOD_CARD)
    subscription = house.subscribe(customer, house.price(2900))
    house.v1.invoice_items.create(
        {"customer": customer.id, "amount": 450, "currency": "eur", "description": "45 more leads"}
    )

    house.wait(days=31, hours=1)

    invoice = house.subscription(subscription, "latest_invoice").latest_invoice
    assert invoice.total == 3350
    assert "45 more leads" in [line.description for line in invoice.lines]


def test_something_can_be_put_on_a_renewal_while_it_is_a_draft(house):
    customer = house.customer(card=GOOD_CARD)
    subscription = house.subscribe(customer, house.price(2900))
    house.wait(days=31)
    renewal = house.subscription(subscription).latest_invoice
    house.v1.invoice_items.create(
        {"customer": customer.id, "invoice": renewal, "amount": 450, "currency": "eur"}
    )

    house.wait(hours=1)

    assert house.v1.invoices.retrieve(renewal).amount_paid == 3350


def test_nothing_is_put_on_a_finalised_invoice(house, paid):
    with pytest.raises(stripe.InvalidRequestError):
        house.v1.invoice_items.create(
            {"customer": paid.customer, "invoice": paid.id, "amount": 1, "currency": "eur"}
        )


def test_an_open_invoice_can_be_voided_and_a_paid_one_cannot(house, paid):
    invoice = draft(house, house.customer())
    house.v1.invoices.finalize_invoice(invoice.id)

    assert house.v1.invoices.void_invoice(invoice.id).status == "void"
    with pytest.raises(stripe.InvalidRequestError):
        house.v1.invoices.void_invoice(paid.id)


def test_an_open_invoice_can_be_written_off(house):
    invoice = draft(house, house.customer())
    house.v1.invoices.finalize_invoice(invoice.id)

    assert house.v1.invoices.mark_uncollectible(invoice.id).status == "uncollectible"


def test_a_finalised_invoice_keeps_the_name_and_address_it_had(house, paid):
    house.v1.customers.update(paid.customer, {"name": "Somebody Else"})

    assert house.v1.invoices.retrieve(paid.id).customer_name == "Ada"


def test_tax_ids_stand_on_the_invoice(house):
    customer = house.customer(card=GOOD_CARD)
    house.v1.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": "NL123456789B01"})

    subscription = house.subscribe(customer, house.price(), expand=["latest_invoice"])

    assert [one.value for one in subscription.latest_invoice.customer_tax_ids] == ["NL123456789B01"]


def test_lines_can_be_listed(house, paid):
    assert [line.amount for line in house.v1.invoices.line_items.list(paid.id)] == [2900]


# --- Money that goes back ------------------------------------------------------------------------


def charge_of(house, invoice):
    return house.v1.charges.list({"customer": invoice.customer}).data[0]


def test_a_refund_is_written_on_its_charge(house, paid):
    charge = charge_of(house, paid)

    refund = house.v1.refunds.create({"charge": charge.id, "amount": 1000})

    after = house.v1.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert (refund.status, after.amount_refunded, after.refunded) == ("succeeded", 1000, False)
    assert [one.id for one in after.refunds] == [refund.id]


def test_no_more_is_refunded_than_was_paid(house, paid):
    charge = charge_of(house, paid)
    house.v1.refunds.create({"charge": charge.id})

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        house.v1.refunds.create({"charge": charge.id})

    assert refusal.value.code == "charge_already_refunded"


def test_a_credit_note_takes_a_paid_invoice_back_with_its_tax(house, paid):
    note = house.v1.credit_notes.create({"invoice": paid.id, "refund_amount": 3509, "reason": "order_change"})

    assert (note.total, note.subtotal, note.total_taxes[0].amount) == (3509, 2900, 609)
    assert (note.type, note.number) == ("post_payment", f"{paid.number}-CN-01")
    assert charge_of(house, paid).refunded


def test_a_credit_note_for_a_line_reckons_the_tax(house, paid):
    line = paid.lines.data[0].id
    lines = [{"type": "invoice_line_item", "invoice_line_item": line, "amount": 1000}]

    note = house.v1.credit_notes.create({"invoice": paid.id, "lines": lines, "credit_amount": 1210})

    assert (note.total, note.total_excluding_tax) == (1210, 1000)
    assert house.v1.customers.retrieve(paid.customer).balance == -1210


def test_a_credit_note_on_an_open_invoice_lessens_what_is_owed(house):
    invoice = draft(house, house.customer())
    house.v1.invoices.finalize_invoice(invoice.id)

    note = house.v1.credit_notes.create({"invoice": invoice.id, "amount": 400})

    after = house.v1.invoices.retrieve(invoice.id)
    assert (note.type, after.amount_remaining, after.pre_payment_credit_notes_amount) == (
        "pre_payment",
        600,
        400,
    )


def test_a_credit_note_for_all_of_an_open_invoice_settles_it(house):
    invoice = draft(house, house.customer())
    house.v1.invoices.finalize_invoice(invoice.id)

    house.v1.credit_notes.create({"invoice": invoice.id, "amount": 1000})

    assert house.v1.invoices.retrieve(invoice.id).status == "paid"


def test_a_voided_credit_note_is_owed_again(house):
    invoice = draft(house, house.customer())
    house.v1.invoices.finalize_invoice(invoice.id)
    note = house.v1.credit_notes.create({"invoice": invoice.id, "amount": 400})

    house.v1.credit_notes.void_credit_note(note.id)

    assert house.v1.invoices.retrieve(invoice.id).amount_remaining == 1000


def test_a_credit_note_can_be_previewed(house, paid):
    preview = house.v1.credit_notes.preview({"invoice": paid.id, "refund_amount": 3509})

    assert preview.total == 3509
    assert list(house.v1.credit_notes.list({"invoice": paid.id})) == []


def test_more_than_the_invoice_cannot_be_credited(house, paid):
    with pytest.raises(stripe.InvalidRequestError):
        house.v1.credit_notes.create({"invoice": paid.id, "amount": 9999, "refund_amount": 9999})
