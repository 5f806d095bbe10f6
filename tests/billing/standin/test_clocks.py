"""Time: test clocks, the clock of everyone, and that the same history happens again the same."""

import time

import pytest
import stripe

from billing.standin.server import StandIn
from tests.billing.standin.house import GOOD_CARD, House, at, period


def advanced(house: House, clock, moment: int):
    """As every integration waits: ask until it is ready."""
    house.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": moment})
    for _ in range(500):
        found = house.v1.test_helpers.test_clocks.retrieve(clock.id)
        if found.status == "ready":
            return found
        time.sleep(0.01)
    raise AssertionError("It never became ready.")


@pytest.fixture
def clock(house):
    return house.v1.test_helpers.test_clocks.create({"frozen_time": at(2027, 1, 31), "name": "long ago"})


def test_customers_of_a_test_clock_live_by_it(house, clock):
    subscription = house.subscribe(house.customer(card=GOOD_CARD, test_clock=clock.id), house.price())

    assert (subscription.created, subscription.test_clock) == (at(2027, 1, 31), clock.id)


def test_advancing_a_test_clock_renews_what_lives_by_it_alone(house, clock):
    price = house.price()
    theirs = house.subscribe(house.customer(card=GOOD_CARD, test_clock=clock.id), price)
    others = house.subscribe(house.customer(card=GOOD_CARD), price)

    ready = advanced(house, clock, at(2027, 3, 31, 14))

    assert ready.frozen_time == at(2027, 3, 31, 14)
    assert period(house.subscription(theirs)) == (at(2027, 3, 31), at(2027, 4, 30))
    assert [invoice.created for invoice in house.invoices(theirs)] == [
        at(2027, 1, 31),
        at(2027, 2, 28),
        at(2027, 3, 31),
    ]
    assert period(house.subscription(others)) == period(others)


def test_an_advancing_clock_says_where_it_goes(house, clock):
    answer = house.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": at(2027, 2, 1)})

    assert (answer.status, answer.status_details.advancing.target_frozen_time) == (
        "advancing",
        at(2027, 2, 1),
    )
    house.settle()
    assert house.happened(clock.id)[-2:] == [
        "test_helpers.test_clock.advancing",
        "test_helpers.test_clock.ready",
    ]


def test_a_test_clock_does_not_go_back(house, clock):
    with pytest.raises(stripe.InvalidRequestError):
        house.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": at(2027, 1, 1)})


def test_customers_of_a_test_clock_are_listed_for_it_alone(house, clock):
    theirs = house.customer(test_clock=clock.id)
    house.customer()

    assert len(house.v1.customers.list().data) == 1
    assert [one.id for one in house.v1.customers.list({"test_clock": clock.id})] == [theirs.id]


def test_a_deleted_test_clock_takes_its_customers_along(house, clock):
    theirs = house.customer(test_clock=clock.id)

    house.v1.test_helpers.test_clocks.delete(clock.id)

    with pytest.raises(stripe.InvalidRequestError):
        house.v1.customers.retrieve(theirs.id)


def test_without_a_fixed_moment_time_runs_by_itself_and_can_be_moved_on():
    with StandIn() as standin:
        house = House(standin)
        before = house.customer().created
        house.wait(days=40)

        assert abs(before - time.time()) < 30
        assert house.customer().created - before in range(40 * 86_400, 40 * 86_400 + 30)


def history(seed: str) -> list[tuple]:
    with StandIn(at=at(2026, 1, 1), seed=seed) as standin:
        house = House(standin)
        subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price())
        house.wait(days=100)
        assert subscription.id
        events = house.v1.events.list({"limit": 100}).auto_paging_iter()
        return [(event.id, event.type, event.created) for event in events]


def test_the_same_steps_make_the_same_history():
    assert history("a") == history("a")
    assert history("a") != history("b")


def test_events_are_in_the_order_of_their_time(house):
    for day in range(3):
        house.subscribe(house.customer(card=GOOD_CARD), house.price(name=str(day)))
        house.wait(days=1)
    house.wait(days=100)

    times = [event.created for event in house.v1.events.list({"limit": 100}).auto_paging_iter()]

    assert times == sorted(times, reverse=True)


def test_a_clock_moves_on_by_whole_seconds_only_forward(house):
    for wrong in (-1, "soon", None):
        with pytest.raises(Exception, match="400"):
            house.tell("/advance", seconds=wrong)
