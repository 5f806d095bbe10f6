"""What is posted to us: believed when signed just now, written down once, with the job in one transaction."""

import gc
import json
import time

import pytest
import stripe
from django.test import Client
from django.urls import reverse

from billing import webhooks
from billing.models import StripeEvent, StripeObject
from delivery.models import Job
from tenancy.encryption import unseal
from tenancy.keys import PLATFORM
from tests.billing.mirror.conftest import SECRET


@pytest.fixture
def letter(shop):
    """A message about the subscription that Acme just began."""
    shop.subscribe()
    letters = map(shop.letter, shop.waiting())
    return next(one for one in letters if json.loads(one["body"])["type"] == "customer.subscription.created")


def signed(body: str, *, secret: str = SECRET, ago: int = 0) -> dict:
    at = int(time.time()) - ago
    mark = stripe.WebhookSignature.generate_signature_header(body, secret, at)
    return {"body": body, "headers": {"Stripe-Signature": mark}}


@pytest.fixture
def no_rubbish():
    """Nothing is collected while a parser stands at the end of the stack: what it frees would fail there."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def stored() -> tuple[int, int, int]:
    return StripeEvent.objects.count(), StripeObject.objects.count(), Job.objects.count()


def test_a_message_is_stored_with_its_job(shop, letter):
    answer = shop.post(letter)

    assert (answer.status_code, stored()) == (200, (1, 1, 1))


def test_the_payload_is_kept_sealed_in_its_place(shop, letter):
    shop.post(letter)

    event = StripeEvent.objects.get()

    assert b"subscription" not in bytes(event.payload)
    place = f"billing_stripeevent.payload:{event.pk}"
    assert unseal(PLATFORM, bytes(event.payload), place=place) == letter["body"]
    assert (event.blank_after - event.received_at).days == 30


def test_a_second_delivery_changes_nothing(shop, letter):
    shop.post(letter)

    answer = shop.post(letter)

    assert (answer.status_code, stored()) == (200, (1, 1, 1))
    assert StripeObject.objects.get().heard == 1


@pytest.mark.parametrize("ago", [0, 290])
def test_both_secrets_are_believed(shop, letter, settings, ago):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_next", SECRET]

    assert shop.post(signed(letter["body"], secret="whsec_next", ago=ago)).status_code == 200


@pytest.mark.parametrize(
    "make",
    [
        lambda body: signed(body, secret="whsec_other"),
        lambda body: signed(body, ago=301),
        lambda body: {**signed(body), "body": body[:-20]},
        lambda body: {**signed(body), "body": body.replace("active", "paused")},
        lambda body: {"body": body, "headers": {"Stripe-Signature": ""}},
        lambda body: {"body": body, "headers": {"Stripe-Signature": "t=1,v1=é"}},
        lambda body: signed("no JSON"),
        lambda body: signed("[" * 5000),
        lambda body: signed("[]"),
        lambda body: signed('{"id": "evt_1", "type": "x", "created": 1e99, "data": {"object": {}}}'),
        lambda body: signed('{"id": "evt_\\u0000", "type": "x", "created": 1, "data": {"object": {}}}'),
        lambda body: signed('{"id": 5, "type": "x", "created": 1, "data": {"object": []}}'),
        lambda body: signed(" " * (webhooks.LARGEST + 1)),
    ],
    ids=[
        "forged",
        "replayed",
        "truncated",
        "altered",
        "unsigned",
        "accented",
        "text",
        "deep",
        "list",
        "far",
        "nul",
        "odd",
        "large",
    ],
)
def test_what_is_not_from_stripe_just_now_is_refused(shop, letter, make, no_rubbish):
    answer = shop.post(make(letter["body"]))

    assert (answer.status_code, stored()) == (400, (0, 0, 0))


def test_bytes_that_are_no_text_are_refused(shop, letter):
    assert shop.post(letter, data=b"\xff\xfe").status_code == 400


def test_it_is_only_posted_to(shop):
    assert shop.client.get(reverse("stripe:webhook")).status_code == 405


def test_it_needs_no_csrf_token_and_sets_no_cookie(shop, letter):
    shop.client = Client(enforce_csrf_checks=True)

    answer = shop.post(letter)

    assert (answer.status_code, dict(answer.cookies)) == (200, {})


def test_an_unknown_kind_is_kept_without_a_job(shop):
    body = {"id": "evt_9", "type": "issuing_card.created", "created": 1, "data": {"object": {"id": "ic_1"}}}

    answer = shop.post(signed(json.dumps(body)))

    assert (answer.status_code, stored()) == (200, (1, 0, 0))
    assert not StripeEvent.objects.get().known


def test_a_crash_before_the_job_leaves_nothing_and_the_next_delivery_everything(shop, letter, monkeypatch):
    shop.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("billing.news.enqueue", lambda *args, **kwargs: 1 / 0)
        assert shop.post(letter).status_code == 500
    assert stored() == (0, 0, 0)

    shop.post(letter)

    assert stored() == (1, 1, 1)
