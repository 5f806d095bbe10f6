"""Messages to an organisation's own software: signed, tried again, taken back, confirmed."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.utils import timezone
from standardwebhooks import Webhook
from time_machine import travel

from audit.models import NoticeState, RecipientNotice
from audit.recipients import record_disclosure, tell_recipients
from delivery import outbound, webhooks
from delivery.drain import drain
from delivery.models import DeliveryState, EndpointState, Job, WebhookDelivery, WebhookEndpoint
from organisations.integrations import tell_owners  # noqa: F401  registers the mail to the owners
from tenancy.context import tenant
from tenancy.ids import uuid7
from tests.cast import Member
from tests.delivery.receiver import Receiver, receiving


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    with receiving() as found:
        settings.EMBEDDED = True
        settings.WEBHOOK_LOOPBACK_PORTS = frozenset({found.port})
        yield found


def connect(
    member: Member, receiver: Receiver, *, erases_by_itself: bool = False
) -> tuple[WebhookEndpoint, str]:
    with tenant(member.organisation.pk):
        return webhooks.set_endpoint(url=receiver.url, erases_by_itself=erases_by_itself)


def publish(member: Member) -> None:
    with tenant(member.organisation.pk):
        webhooks.publish(webhooks.TEST)


def log(member: Member) -> list[WebhookDelivery]:
    with tenant(member.organisation.pk):
        return list(webhooks.deliveries())


def endpoint_of(member: Member) -> WebhookEndpoint:
    with tenant(member.organisation.pk):
        found = webhooks.endpoint_in_use()
    assert found is not None
    return found


def make_due() -> None:
    """Everything that waits is due now, and the other side may be tried."""
    Job.objects.update(due_at=Now())


def let_go(member: Member) -> None:
    with tenant(member.organisation.pk):
        WebhookEndpoint.objects.update(not_before=None)
    make_due()


def test_a_message_is_signed_as_standard_webhooks_has_it(alice: Member, receiver: Receiver) -> None:
    _, secret = connect(alice, receiver)
    publish(alice)

    drain()

    [(headers, body)] = receiver.got
    said = Webhook(secret).verify(body, headers)
    [delivery] = log(alice)
    assert (said["type"], headers["webhook-id"]) == ("webhook.test", f"msg_{delivery.pk.hex}")
    assert (delivery.state, delivery.status_code, delivery.attempts) == (DeliveryState.DELIVERED, 200, 1)


def test_after_a_change_both_secrets_count_for_a_day(alice: Member, receiver: Receiver) -> None:
    endpoint, former = connect(alice, receiver)
    with tenant(alice.organisation.pk):
        secret = webhooks.rotate_secret(endpoint)
    publish(alice)
    drain()
    with travel(timezone.now() + timedelta(hours=25), tick=False):
        publish(alice)
        make_due()
        drain()
        (first, body), (later, later_body) = receiver.got
        Webhook(secret).verify(later_body, later)
        with pytest.raises(Exception, match="No matching signature"):
            Webhook(former).verify(later_body, later)

    for key in (secret, former):
        Webhook(key).verify(body, first)


def test_without_a_webhook_nothing_is_written(alice: Member) -> None:
    publish(alice)

    assert (log(alice), Job.objects.filter(task="delivery.webhook").count()) == ([], 0)


def test_a_failure_is_tried_again_under_the_same_id(alice: Member, receiver: Receiver) -> None:
    connect(alice, receiver)
    publish(alice)
    receiver.status = 503
    drain()
    [failed] = log(alice)

    receiver.status = 200
    let_go(alice)
    drain()

    [delivered] = log(alice)
    assert (failed.state, failed.status_code, failed.attempts) == (DeliveryState.WAITING, 503, 1)
    assert failed.next_try_at is not None
    assert (delivered.state, delivered.attempts) == (DeliveryState.DELIVERED, 2)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_after_the_last_try_it_is_given_up(alice: Member, receiver: Receiver) -> None:
    connect(alice, receiver)
    publish(alice)
    receiver.status = 500
    for _ in range(len(webhooks.WAITS) + 3):
        drain()
        let_go(alice)

    [delivery] = log(alice)
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, len(webhooks.WAITS) + 1)
    assert len(receiver.got) == len(webhooks.WAITS) + 1


def test_while_the_other_side_fails_one_message_tries_for_all(alice: Member, receiver: Receiver) -> None:
    """A receiver that answers slowly or not at all costs one try at a time, not one for each message."""
    connect(alice, receiver)
    for _ in range(20):
        publish(alice)
    receiver.status = 500

    drain()
    make_due()
    drain()

    assert len(receiver.got) == 1


def test_gone_means_gone(alice: Member, receiver: Receiver) -> None:
    connect(alice, receiver)
    publish(alice)
    receiver.status = 410

    drain()
    drain()

    assert (endpoint_of(alice).state, endpoint_of(alice).stop_reason) == (EndpointState.STOPPED, "gone")
    drain()
    assert [message.to for message in mail.outbox] == [["alice@example.org"]]


def test_after_a_day_of_failures_it_is_stopped_and_what_waits_is_kept(
    alice: Member, receiver: Receiver
) -> None:
    endpoint, _ = connect(alice, receiver)
    receiver.status = 500
    publish(alice)
    publish(alice)
    yesterday = timezone.now() - timedelta(hours=25)
    with tenant(alice.organisation.pk):
        WebhookEndpoint.objects.update(failures=webhooks.MOST_FAILURES - 1, failing_since=yesterday)

    drain()

    assert endpoint_of(alice).state == EndpointState.STOPPED
    receiver.status = 200
    with tenant(alice.organisation.pk):
        webhooks.resume(endpoint)
    drain()
    assert [delivery.state for delivery in log(alice)] == ["delivered", "delivered"]


def test_paused_messages_wait_and_go_when_it_is_resumed(alice: Member, receiver: Receiver) -> None:
    endpoint, _ = connect(alice, receiver)
    with tenant(alice.organisation.pk):
        webhooks.pause(endpoint)
    publish(alice)
    drain()
    waiting = len(receiver.got)

    with tenant(alice.organisation.pk):
        webhooks.resume(endpoint)
    drain()

    assert (waiting, len(receiver.got)) == (0, 1)


def test_trying_by_hand_overtakes_what_was_planned(alice: Member, receiver: Receiver) -> None:
    connect(alice, receiver)
    publish(alice)
    receiver.status = 500
    drain()
    receiver.status = 200
    [failed] = log(alice)

    with tenant(alice.organisation.pk):
        webhooks.retry(failed)
    drain()
    let_go(alice)
    drain()

    assert [delivery.state for delivery in log(alice)] == ["delivered"]
    assert len(receiver.got) == 2


def test_a_message_that_cannot_leave_is_a_failure(alice: Member, receiver: Receiver, settings) -> None:
    connect(alice, receiver)
    publish(alice)
    settings.WEBHOOK_LOOPBACK_PORTS = frozenset()

    drain()

    [delivery] = log(alice)
    assert (delivery.state, delivery.error) == (DeliveryState.WAITING, "NotAllowed")


def test_another_host_is_another_party(alice: Member, receiver: Receiver) -> None:
    endpoint, _ = connect(alice, receiver)
    with tenant(alice.organisation.pk):
        same, no_secret = webhooks.set_endpoint(url=f"{receiver.url}/v2", erases_by_itself=True)
        other, secret = webhooks.set_endpoint(url="https://hooks.example.org/", erases_by_itself=False)
        retired = WebhookEndpoint.objects.get(pk=endpoint.pk)

    assert (same.pk, no_secret) == (endpoint.pk, "")
    assert other.pk != endpoint.pk
    assert secret.startswith("whsec_")
    assert retired.state == EndpointState.RETIRED


def test_secrets_are_sealed(alice: Member, receiver: Receiver) -> None:
    endpoint, secret = connect(alice, receiver)

    assert secret.encode() not in bytes(endpoint.secret)


def test_charlie_has_no_webhook_of_acme(alice: Member, charlie: Member, receiver: Receiver) -> None:
    connect(alice, receiver)

    with tenant(charlie.organisation.pk):
        assert webhooks.endpoint_in_use() is None


# --- Notices ----------------------------------------------------------------------------------------


def tell(member: Member, endpoint: WebhookEndpoint) -> UUID:
    lead = uuid7()
    with tenant(member.organisation.pk):
        record_disclosure("webhook", recipient_id=endpoint.pk, objects=[lead])
        [notice] = tell_recipients("lead.erased", case_id=uuid7(), objects=[lead])
    return notice.pk


def state_of(member: Member, notice_id: UUID) -> str:
    with tenant(member.organisation.pk):
        return RecipientNotice.objects.get(pk=notice_id).state


@pytest.mark.promise("H28")
def test_a_plain_success_says_that_it_was_told_not_that_it_is_done(alice: Member, receiver: Receiver) -> None:
    endpoint, _ = connect(alice, receiver)
    notice = tell(alice, endpoint)

    drain()
    drain()

    assert state_of(alice, notice) == NoticeState.SENT
    assert receiver.said[0]["data"]["notice"] == str(notice)


def test_naming_the_notice_confirms_it(alice: Member, receiver: Receiver) -> None:
    endpoint, _ = connect(alice, receiver)
    notice = tell(alice, endpoint)
    receiver.body = f'{{"acknowledged": "{notice}"}}'.encode()

    drain()
    drain()

    assert state_of(alice, notice) == NoticeState.CONFIRMED


@pytest.mark.parametrize(
    "body", [b"ok", b"[]", b'{"acknowledged": true}', b'{"acknowledged": "other"}', b"\xff"]
)
def test_anything_else_confirms_nothing(alice: Member, receiver: Receiver, body: bytes) -> None:
    endpoint, _ = connect(alice, receiver)
    notice = tell(alice, endpoint)
    receiver.body = body

    drain()
    drain()

    assert state_of(alice, notice) == NoticeState.SENT


def test_software_that_erases_by_itself_confirms_by_success(alice: Member, receiver: Receiver) -> None:
    endpoint, _ = connect(alice, receiver, erases_by_itself=True)
    notice = tell(alice, endpoint)

    drain()
    drain()

    assert state_of(alice, notice) == NoticeState.CONFIRMED


def test_a_party_that_is_no_more_is_somebodys_task(alice: Member, receiver: Receiver) -> None:
    endpoint, _ = connect(alice, receiver)
    waiting = tell(alice, endpoint)
    with tenant(alice.organisation.pk):
        webhooks.pause(endpoint)
    drain()
    with tenant(alice.organisation.pk):
        webhooks.retire(endpoint)
    later = tell(alice, endpoint)

    drain()

    assert (state_of(alice, waiting), state_of(alice, later)) == (NoticeState.MANUAL, NoticeState.MANUAL)


def test_a_notice_that_never_arrives_is_said_to_have_failed(
    alice: Member, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "WAITS", ())
    monkeypatch.setattr(webhooks, "_failed", _failed_at_once)
    endpoint, _ = connect(alice, receiver)
    notice = tell(alice, endpoint)
    receiver.status = 500

    drain()
    drain()

    assert state_of(alice, notice) == NoticeState.FAILED


def _failed_at_once(delivery: WebhookDelivery, endpoint: WebhookEndpoint, *, gone: bool) -> None:
    webhooks._give_up(delivery, timezone.now())


def test_a_silent_server_is_named_by_the_class_of_the_failure(
    alice: Member, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "IN_ALL_SECONDS", 0.2)
    receiver.silent = 5
    connect(alice, receiver)
    publish(alice)

    drain()

    assert [delivery.error for delivery in log(alice)] == ["TookTooLong"]
