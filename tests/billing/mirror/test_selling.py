"""The price list at Stripe and in the database: brought once, never changed under its number."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing import selling
from billing.models import PlanVersion
from billing.price_list import PLANS
from billing.selling import PlanChanged, bring_list, on_sale

pytestmark = pytest.mark.django_db


def prices(house) -> list[tuple[str, int]]:
    return sorted((one.lookup_key, one.unit_amount) for one in house.v1.prices.list({"limit": 100}))


def test_the_list_is_brought_to_stripe_and_to_the_database(house):
    made = bring_list()

    assert [(one.code, one.monthly_cents) for one in made] == [
        ("start", 1900), ("studio", 4900), ("works", 12900)
    ]  # fmt: skip
    assert len(prices(house)) == 6
    assert ("studio_1_year", 49000) in prices(house)
    assert made[0].limits == PLANS[0].stored_limits


def test_a_second_time_there_is_nothing_to_do(house):
    bring_list()
    before = prices(house)

    assert (bring_list(), prices(house)) == ([], before)


def test_after_a_stop_halfway_nothing_is_made_twice(house, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(PlanVersion.objects, "create", lambda **given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring_list()
    house.wait(days=2)

    bring_list()

    assert (len(prices(house)), len(house.v1.products.list().data)) == (6, 3)


def test_a_plan_that_changed_under_its_number_is_refused(house, monkeypatch):
    bring_list()
    monkeypatch.setattr(selling, "PLANS", (replace(PLANS[0], monthly_cents=2900), *PLANS[1:]))

    with pytest.raises(PlanChanged, match="start, version 1, is on sale with another monthly_cents"):
        bring_list()


def test_a_new_number_is_what_is_sold_from_then_on(house, monkeypatch):
    bring_list()
    monkeypatch.setattr(selling, "PLANS", (replace(PLANS[0], number=2, monthly_cents=2900), *PLANS[1:]))

    bring_list()

    assert [(one.code, one.number) for one in on_sale().values()] == [
        ("start", 2), ("studio", 1), ("works", 1)
    ]  # fmt: skip
    assert PlanVersion.objects.filter(code="start").count() == 2


def test_a_price_at_stripe_with_another_amount_is_refused(house):
    product = house.v1.products.create({"id": "plan_start", "name": "Start"})
    house.v1.prices.create(
        {"product": product.id, "currency": "eur", "unit_amount": 1, "lookup_key": "start_1_month",
         "recurring": {"interval": "month"}}
    )  # fmt: skip

    with pytest.raises(CommandError, match="Stripe did not do it"):
        call_command("price_list")


def test_the_command_says_what_it_did(house):
    said = StringIO()

    call_command("price_list", stdout=said)
    call_command("price_list", stdout=said)

    assert said.getvalue().splitlines() == [
        "On sale: start, version 1.", "On sale: studio, version 1.", "On sale: works, version 1.",
        "Everything was there.",
    ]  # fmt: skip


def test_where_nothing_is_sold_the_command_refuses():
    with pytest.raises(CommandError, match="STRIPE_SECRET_KEY"):
        call_command("price_list")
