"""Webhooks: signed, tried again, and gone wrong on purpose without the truth going wrong."""

import json
from itertools import pairwise

import pytest
import stripe

from tests.billing.standin.house import GOOD_CARD, LATER_FAILING_CARD, House, Receiver
from tests.billing.standin.shapes import mistakes_in_event


def test_events_arrive_signed_and_in_order(house, receiver):
    house.subscribe(house.customer(card=GOOD_CARD), house.price())
    house.settle()

    arrived = [event.type for event in receiver.events()]

    assert arrived == house.happened()
    assert "invoice.paid" in arrived


def test_what_arrives_has_the_shape_of_an_event(house, receiver):
    house.subscribe(house.customer(card=GOOD_CARD), house.price(), trial_period_days=5)
    house.wait(days=60)
    house.settle()

    wrong = [mistake for body in receiver.bodies for mistake in mistakes_in_event(json.loads(body))]

    assert wrong == []
    assert {event.api_version for event in receiver.events()} == {"2026-10-28.endive"}


def test_another_secret_does_not_fit(house, receiver):
    house.customer()
    house.settle()

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(receiver.bodies[0], receiver.signatures[0], "whsec_other")


def test_the_secret_is_told_once(house, receiver):
    (endpoint,) = house.v1.webhook_endpoints.list()

    assert "secret" not in endpoint.to_dict()


def test_an_endpoint_receives_what_it_asked_for(house):
    receiver = Receiver()
    server = receiver.open()
    wanted = ["customer.created", "price.*"]
    house.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": wanted})

    house.subscribe(house.customer(card=GOOD_CARD), house.price())
    house.settle()
    server.shutdown()
    server.server_close()

    assert {json.loads(body)["type"] for body in receiver.bodies} == {"customer.created", "price.created"}


def test_a_disabled_endpoint_receives_nothing(house, receiver):
    (endpoint,) = house.v1.webhook_endpoints.list()
    house.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})

    house.customer()
    house.settle()

    assert receiver.bodies == []


def test_while_a_secret_is_changed_both_fit(house, receiver):
    (endpoint,) = house.v1.webhook_endpoints.list()
    new = house.tell(f"/webhook_endpoints/{endpoint.id}/rotate", overlap_seconds=3600)["secret"]

    house.customer()
    house.settle()

    for secret in (receiver.secret, new):
        assert stripe.Webhook.construct_event(receiver.bodies[0], receiver.signatures[0], secret)


def test_afterwards_the_old_secret_no_longer_fits(house, receiver):
    (endpoint,) = house.v1.webhook_endpoints.list()
    house.tell(f"/webhook_endpoints/{endpoint.id}/rotate", overlap_seconds=3600)
    house.wait(hours=1)

    house.customer()
    house.settle()

    with pytest.raises(stripe.SignatureVerificationError):
        receiver.events()


def test_a_failed_delivery_is_tried_again_by_the_clock(house, receiver):
    receiver.answers = lambda number: 500 if number < 2 else 200
    house.customer()
    house.settle()
    assert len(receiver.bodies) == 1

    house.wait(hours=1)
    house.settle()

    assert len(receiver.bodies) == 3
    assert len({json.loads(body)["id"] for body in receiver.bodies}) == 1
    assert house.ask("/deliveries?state=delivered")["data"][0]["attempts"] == 3


def test_after_three_days_a_delivery_is_given_up(house, receiver):
    receiver.answers = lambda number: 500
    house.customer()

    house.wait(days=4)
    house.settle()

    (delivery,) = house.ask("/deliveries")["data"]
    assert delivery["state"] == "given_up"
    assert len(receiver.bodies) > 8


def test_an_event_knows_how_many_wait_for_it(house, receiver):
    receiver.answers = lambda number: 500
    house.customer()
    house.settle()

    assert house.v1.events.list().data[0].pending_webhooks == 1
    assert len(house.v1.events.list({"delivery_success": False}).data) == 1


def test_held_deliveries_go_in_the_order_the_test_likes(house, receiver):
    house.tell("/chaos", hold=True)
    house.customer()
    house.price()
    house.settle()
    assert receiver.bodies == []
    held = house.ask("/deliveries?state=held")["data"]

    house.tell("/deliver", ids=[one["id"] for one in held[::-1]])

    assert [event.type for event in receiver.events()] == [
        "price.created",
        "product.created",
        "customer.created",
    ]


def test_a_held_delivery_can_be_sent_twice(house, receiver):
    house.tell("/chaos", hold=True)
    house.customer()
    (delivery,) = house.ask("/deliveries")["data"]

    house.tell("/deliver", ids=[delivery["id"], delivery["id"]])

    assert len({event.id for event in receiver.events()}) == 1
    assert len(receiver.bodies) == 2


def test_a_test_can_carry_a_held_delivery_over_itself(house, receiver):
    house.tell("/chaos", hold=True)
    house.customer()
    (delivery,) = house.ask("/deliveries")["data"]

    carried = house.ask(f"/deliveries/{delivery['id']}")
    event = stripe.Webhook.construct_event(
        carried["body"].encode(), carried["headers"]["Stripe-Signature"], receiver.secret
    )
    house.tell(f"/deliveries/{delivery['id']}", status=200)

    assert event.type == "customer.created"
    assert house.ask("/deliveries")["data"][0]["state"] == "delivered"
    assert house.v1.events.retrieve(event.id).pending_webhooks == 0


def test_letting_go_sends_what_was_held(house, receiver):
    house.tell("/chaos", hold=True)
    house.customer()

    house.tell("/chaos")
    house.settle()

    assert len(receiver.bodies) == 1


def test_a_lost_delivery_comes_with_the_next_try(house, receiver):
    house.tell("/chaos", lose=1, seed=1)
    house.customer()
    house.settle()
    assert receiver.bodies == []

    house.wait(hours=1)
    house.settle()

    assert len(receiver.bodies) == 1


def test_a_delayed_delivery_waits_for_the_clock(house, receiver):
    house.tell("/chaos", delay=600, seed=1)
    house.price()
    house.settle()
    early = len(receiver.bodies)

    house.wait(hours=1)
    house.settle()

    assert early < len(receiver.bodies) == 2


def test_an_endpoint_with_a_known_secret_is_registered_once(house):
    for secret in ("whsec_one", "whsec_two"):
        house.tell("/webhook_endpoints", url="http://127.0.0.1:9/hook", secret=secret)

    assert len(house.v1.webhook_endpoints.list().data) == 1


def test_every_event_that_happened_can_be_fetched(house, receiver):
    house.customer()
    house.settle()

    (arrived,) = receiver.events()

    assert house.v1.events.retrieve(arrived.id).data.object["id"] == arrived.data.object["id"]


def chaotic_lives(house: House) -> dict[str, str]:
    """Ten customers, half of whom fail and recover; the status of each subscription at the end."""
    price = house.price()
    customers = [house.customer(card=GOOD_CARD) for _ in range(10)]
    subscriptions = [house.subscribe(customer, price) for customer in customers]
    for customer in customers[::2]:
        house.use(customer, card=LATER_FAILING_CARD)
    house.wait(days=31, hours=2)
    for customer in customers[::4]:
        house.use(customer, card=GOOD_CARD)
    house.wait(days=7)
    return {one.id: house.subscription(one).status for one in subscriptions}


def test_in_chaos_events_come_twice_and_out_of_order_and_the_api_stays_right(house, receiver):
    house.tell("/chaos", seed=7, duplicate=0.3, reorder=0.5, delay=900, lose=0.1)

    statuses = chaotic_lives(house)
    for _ in range(4):
        house.settle()
        house.wait(hours=1)
    house.settle()

    arrived = receiver.events()
    assert list(statuses.values()).count("active") == 8
    assert list(statuses.values()).count("unpaid") == 2
    assert {event.id for event in arrived} == {
        one.id for one in house.v1.events.list({"limit": 100}).auto_paging_iter()
    }
    assert len(arrived) > len({event.id for event in arrived})
    assert any(one.created > other.created for one, other in pairwise(arrived))


def test_in_chaos_a_receiver_that_asks_anew_ends_right_and_one_that_believes_does_not(house, receiver):
    house.tell("/chaos", seed=7, duplicate=0.3, reorder=0.5, delay=40_000, lose=0.1)

    statuses = chaotic_lives(house)
    for _ in range(16):
        house.settle()
        house.wait(hours=1)
    house.settle()

    believed, asked = {}, {}
    for event in receiver.events():
        if event.type.startswith("customer.subscription."):
            about = event.data.object
            believed[about["id"]] = about["status"]
            asked[about["id"]] = house.subscription(about["id"]).status
    assert asked == statuses
    assert believed != statuses
