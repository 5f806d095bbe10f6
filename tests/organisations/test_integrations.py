"""The page where an organisation connects its own software."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from delivery import webhooks
from delivery.drain import drain
from delivery.models import DeliveryState, EndpointState, WebhookDelivery
from organisations import api_keys
from organisations.models import ApiKey
from tenancy.context import tenant
from tests.cast import Member
from tests.delivery.receiver import Receiver, receiving
from tests.factories import sign_in

URL = "https://hooks.example.org/opmaat"


def url(member: Member, name: str, **kwargs: object) -> str:
    return reverse(f"organisations:{name}", kwargs={"organisation": member.organisation.slug, **kwargs})


@pytest.fixture
def desk(alice: Member, client: Client) -> Client:
    sign_in(client, alice)
    return client


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    with receiving() as found:
        settings.EMBEDDED = True
        settings.WEBHOOK_LOOPBACK_PORTS = frozenset({found.port})
        yield found


def connect(desk: Client, member: Member, address: str = URL) -> str:
    return desk.post(url(member, "webhook"), {"url": address}).context["secret"]


def actions(member: Member) -> list[str]:
    with tenant(member.organisation.pk):
        return list(
            Event.objects.filter(kind__in=["webhook", "api_key"])
            .order_by("id")
            .values_list("action", flat=True)
        )


def test_connecting_shows_the_secret_once(alice: Member, desk: Client) -> None:
    secret = connect(desk, alice)

    assert secret.startswith("whsec_")
    assert secret not in desk.get(url(alice, "integrations")).content.decode()
    assert actions(alice) == ["webhook.connected"]


@pytest.mark.parametrize(
    "address",
    ["http://hooks.example.org/", "https://127.0.0.1/", "https://localhost/", "https://10.1.2.3/", "https://user@example.org/",
     "https://example.org:22/", "https://[fec0::1]/", "https://intranet/", "https://2130706433/", "nonsense", "", "https://[",
     "https://host.internal/"],
)  # fmt: skip
def test_an_address_inside_is_refused(alice: Member, desk: Client, address: str) -> None:
    answer = desk.post(url(alice, "webhook"), {"url": address})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["url"])


def test_a_test_message_arrives_and_is_in_the_log(alice: Member, desk: Client, receiver: Receiver) -> None:
    connect(desk, alice, receiver.url)

    desk.post(url(alice, "webhook-test"))
    drain()

    [delivery] = desk.get(url(alice, "integrations")).context["deliveries"]
    assert (delivery.event, delivery.state, len(receiver.got)) == ("webhook.test", "delivered", 1)


def test_pausing_and_resuming(alice: Member, desk: Client) -> None:
    connect(desk, alice)

    states = []
    for on in ("no", "yes"):
        desk.post(url(alice, "webhook-switch"), {"on": on})
        states.append(desk.get(url(alice, "integrations")).context["endpoint"].state)

    assert states == [EndpointState.PAUSED, EndpointState.ACTIVE]
    assert actions(alice) == ["webhook.connected", "webhook.paused", "webhook.resumed"]


def test_a_new_secret_is_asked_for_and_shown(alice: Member, desk: Client) -> None:
    former = connect(desk, alice)

    asked = desk.get(url(alice, "webhook-secret"))
    secret = desk.post(url(alice, "webhook-secret")).context["secret"]

    assert asked.status_code == 200
    assert secret != former


def test_removing_it(alice: Member, desk: Client) -> None:
    connect(desk, alice)

    desk.post(url(alice, "webhook-remove"))

    assert desk.get(url(alice, "integrations")).context["endpoint"] is None


def test_trying_a_failed_message_again(alice: Member, desk: Client, receiver: Receiver) -> None:
    connect(desk, alice, receiver.url)
    with tenant(alice.organisation.pk):
        webhooks.publish(webhooks.TEST)
        WebhookDelivery.objects.update(state=DeliveryState.FAILED)
        [delivery] = webhooks.deliveries()

    desk.post(url(alice, "webhook-retry", delivery=delivery.pk))
    drain()

    with tenant(alice.organisation.pk):
        assert WebhookDelivery.objects.get(pk=delivery.pk).state == DeliveryState.DELIVERED


def test_a_key_is_shown_once_and_opens(alice: Member, desk: Client) -> None:
    answer = desk.post(url(alice, "api-key"), {"name": "CRM", "scopes": ["leads:read"], "days": "90"})

    text = answer.context["text"]
    key = api_keys.key_of(text)
    assert key is not None
    assert (key.name, key.scopes) == ("CRM", ["leads:read"])
    assert text not in desk.get(url(alice, "integrations")).content.decode()


@pytest.mark.parametrize("field", ["name", "scopes", "days"])
def test_a_key_needs_everything(alice: Member, desk: Client, field: str) -> None:
    given = {"name": "CRM", "scopes": ["leads:read"], "days": "90"} | {
        field: "nonsense" if field != "name" else ""
    }

    answer = desk.post(url(alice, "api-key"), given)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_an_organisation_has_so_many_keys(
    alice: Member, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "MOST_KEYS", 0)

    answer = desk.post(url(alice, "api-key"), {"name": "CRM", "scopes": ["leads:read"], "days": "90"})

    assert (answer.status_code, ApiKey.objects.count()) == (422, 0)


def test_revoking_a_key(alice: Member, desk: Client) -> None:
    text = desk.post(url(alice, "api-key"), {"name": "CRM", "scopes": ["leads:read"], "days": "90"}).context[
        "text"
    ]
    [key] = api_keys.living_keys(alice.organisation)

    desk.post(url(alice, "api-key-revoke", api_key=key.pk))

    assert api_keys.key_of(text) is None
    assert actions(alice) == ["api_key.made", "api_key.revoked"]


def test_charlie_cannot_revoke_a_key_of_acme(alice: Member, charlie: Member, desk: Client) -> None:
    desk.post(url(alice, "api-key"), {"name": "CRM", "scopes": ["leads:read"], "days": "90"})
    [key] = api_keys.living_keys(alice.organisation)
    sign_in(desk, charlie)

    assert desk.post(url(charlie, "api-key-revoke", api_key=key.pk)).status_code == 404


def test_sellers_have_no_integrations(bob: Member, client: Client) -> None:
    sign_in(client, bob)

    assert client.get(url(bob, "integrations")).status_code == 403
