"""The helper that looks at every answer notices what is wrong with one."""

import copy

import pytest

from tests.billing.standin.house import GOOD_CARD, House
from tests.billing.standin.shapes import mistakes


@pytest.fixture
def subscription(house: House) -> dict:
    made = house.subscribe(house.customer(card=GOOD_CARD), house.price())
    return house.subscription(made, "latest_invoice").to_dict()


def plain(subscription: dict) -> dict:
    """As it came over the wire: the library has made decimals of some texts."""
    found = copy.deepcopy(subscription)
    for item in found["items"]["data"]:
        for part, name in (("price", "unit_amount_decimal"), ("plan", "amount_decimal")):
            item[part][name] = str(item[part][name])
    for line in found["latest_invoice"]["lines"]["data"]:
        line["pricing"]["unit_amount_decimal"] = str(line["pricing"]["unit_amount_decimal"])
        line["quantity_decimal"] = str(line["quantity_decimal"])
    return found


def test_a_right_answer_has_no_mistakes(subscription):
    assert list(mistakes(plain(subscription))) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda s: s.update(current_period_end=1),
            "subscription.current_period_end: Subscription knows no such",
        ),
        (lambda s: s.pop("billing_mode"), "subscription.billing_mode: missing"),
        (lambda s: s.update(status="overdue"), "subscription.status: 'overdue' is none of"),
        (lambda s: s.update(created="now"), "subscription.created: 'now' is no int"),
        (lambda s: s.update(cancel_at_period_end=0), "subscription.cancel_at_period_end: 0 is no bool"),
        (lambda s: s.update(customer=None), "subscription.customer: None where something must be"),
        (lambda s: s["items"].pop("has_more"), "subscription.items.has_more: no bool"),
        (lambda s: s["items"]["data"][0]["price"].pop("product"), "items[0].price.product: missing"),
        (lambda s: s["metadata"].update(a=1), "subscription.metadata.a: 1 is no str"),
        (lambda s: s["latest_invoice"].update(status="late"), "latest_invoice.status: 'late' is none of"),
    ],
)
def test_a_wrong_answer_is_noticed(subscription, change, expected):
    wrong = plain(subscription)

    change(wrong)

    assert any(expected in mistake for mistake in mistakes(wrong)), list(mistakes(wrong))
