"""Telling an organisation's own software what happens: one signed webhook each.

What a message says is composed when it is sent, from identifiers, so nothing of an erased person leaves. A
failed try is followed by others over three days; while the other side fails, one message at a time tries
whether it is back, and the rest wait. A message may arrive twice, under the same id.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import NoticeState, RecipientNotice
from audit.recipients import mark, named_by, record_disclosure
from delivery import outbound, signing
from delivery.jobs import JobCall, TryLater, enqueue, handler
from delivery.models import DeliveryState, EndpointState, WebhookDelivery, WebhookEndpoint
from tenancy.context import current_organisation_id, tenant
from tenancy.encryption import seal, unseal
from tenancy.ids import uuid7

#: The kind of recipient that a webhook is.
RECIPIENT = "webhook"
TEST = "webhook.test"
KEPT = timedelta(days=90)
#: How long both secrets sign after a change.
OVERLAP = timedelta(hours=24)
#: Waits between the tries of one message: some 75 hours in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
#: An endpoint is stopped after so many failures in a row over so long.
MOST_FAILURES = 10
FAILING_FOR = timedelta(hours=24)
GONE = 410

_RESUMED_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, and whose data is in it."""

    data: dict[str, Any]
    disclosed: list[UUID] = field(default_factory=list)


Composer = Callable[[WebhookDelivery], Message | None]
_composers: dict[str, Composer] = {}


def composer(*events: str) -> Callable[[Composer], Composer]:
    """Register who says what a message of these events holds; None where nothing is left to say."""

    def register(compose: Composer) -> Composer:
        _composers.update(dict.fromkeys(events, compose))
        return compose

    return register


# --- The endpoint ---------------------------------------------------------------------------------


def endpoint_in_use() -> WebhookEndpoint | None:
    """The current organisation's webhook."""
    return WebhookEndpoint.objects.filter(retired_at=None).first()


def is_connected_to(url: str) -> bool:
    """Whether messages go to the host of this address already."""
    known = endpoint_in_use()
    return known is not None and _is_same_host(known, url)


def _is_same_host(known: WebhookEndpoint, url: str) -> bool:
    return outbound.host_of(known.url) == outbound.host_of(url)


def set_endpoint(*, url: str, erases_by_itself: bool) -> tuple[WebhookEndpoint, str]:
    """Say where messages go; answers the endpoint, and its secret where a new one was made."""
    outbound.check(url)
    known = endpoint_in_use()
    if known is not None and _is_same_host(known, url):
        known.url, known.erases_by_itself = url, erases_by_itself
        known.save(update_fields=["url", "erases_by_itself"])
        return known, ""
    if known is not None:
        retire(known)
    endpoint = WebhookEndpoint(id=uuid7(), url=url, erases_by_itself=erases_by_itself)
    secret = signing.new_secret()
    endpoint.secret = _sealed(endpoint, "secret", secret)
    endpoint.save(force_insert=True)
    return endpoint, secret


def rotate_secret(endpoint: WebhookEndpoint) -> str:
    """Make a new secret; for a day messages are signed with both, so that none is lost meanwhile."""
    endpoint.previous_secret = _sealed(endpoint, "previous_secret", _opened(endpoint, "secret"))
    endpoint.previous_until = timezone.now() + OVERLAP
    secret = signing.new_secret()
    endpoint.secret = _sealed(endpoint, "secret", secret)
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    return secret


def pause(endpoint: WebhookEndpoint) -> None:
    """Let messages wait until the organisation resumes."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk, state=EndpointState.ACTIVE).update(
        state=EndpointState.PAUSED
    )


def resume(endpoint: WebhookEndpoint) -> None:
    """Send again, beginning with what waits."""
    resumed = WebhookEndpoint.objects.filter(pk=endpoint.pk, retired_at=None)
    resumed.update(
        state=EndpointState.ACTIVE, stop_reason="", failures=0, failing_since=None, not_before=None
    )
    _enqueue_waiting(endpoint.organisation_id, endpoint.pk, after="")


def retire(endpoint: WebhookEndpoint) -> None:
    """Tell this party nothing more. What it still had to be told by law becomes somebody's task."""
    now = timezone.now()
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(state=EndpointState.RETIRED, retired_at=now)
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING)
    for notice_id in waiting.values_list("notice_id", flat=True):
        if notice_id is not None:
            mark(notice_id, NoticeState.MANUAL, error="endpoint_retired")
    waiting.update(state=DeliveryState.DROPPED, finished_at=now, next_try_at=None)


def _sealed(endpoint: WebhookEndpoint, column: str, secret: str) -> bytes:
    return seal(endpoint.organisation_id, secret, place=f"delivery_webhookendpoint.{column}:{endpoint.pk}")


def _opened(endpoint: WebhookEndpoint, column: str) -> str:
    place = f"delivery_webhookendpoint.{column}:{endpoint.pk}"
    return unseal(endpoint.organisation_id, getattr(endpoint, column), place=place)


def _secrets(endpoint: WebhookEndpoint) -> list[str]:
    """The new one first; the former while both count."""
    found = [_opened(endpoint, "secret")]
    if endpoint.previous_until and endpoint.previous_until > timezone.now():
        found.append(_opened(endpoint, "previous_secret"))
    return found


# --- Messages -------------------------------------------------------------------------------------


def publish(event: str, *, object_id: UUID | None = None) -> None:
    """Leave a message for the organisation's webhook, if it has one, in the transaction of what happened."""
    endpoint = endpoint_in_use()
    if endpoint is not None:
        _leave(endpoint, event, object_id=object_id)


@named_by(RECIPIENT)
def host_of(endpoint_id: UUID) -> str:
    """Whose server got the data, as its person may read it."""
    url = WebhookEndpoint.objects.filter(pk=endpoint_id).values_list("url", flat=True).first()
    host = urlsplit(url).hostname if url else None
    return _("Software of the organisation at %(host)s") % {"host": host} if host else ""


@handler("recipients.tell.webhook")
def tell_webhook(call: JobCall) -> None:
    """Give a notice of Art. 19 to the party that got the data; one that is no more is somebody's task."""
    notice = RecipientNotice.objects.filter(pk=call.ids["notice"], state=NoticeState.PENDING).first()
    if notice is None:
        return
    endpoint = WebhookEndpoint.objects.filter(pk=notice.recipient_id, retired_at=None).first()
    if endpoint is None:
        mark(notice.pk, NoticeState.MANUAL, error="endpoint_retired")
    else:
        _leave(endpoint, notice.event, notice_id=notice.pk)


def deliveries() -> QuerySet[WebhookDelivery]:
    """The log, newest first."""
    return WebhookDelivery.objects.order_by("-id")


def retry(delivery: WebhookDelivery) -> None:
    """Try once more, now, whatever was planned; the planned try then finds that it is not its turn."""
    if delivery.state not in (DeliveryState.WAITING, DeliveryState.FAILED):
        return
    if delivery.state == DeliveryState.WAITING:
        delivery.attempts += 1
    delivery.state, delivery.next_try_at, delivery.finished_at = DeliveryState.WAITING, timezone.now(), None
    delivery.save(update_fields=["attempts", "state", "next_try_at", "finished_at"])
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(not_before=None)
    _enqueue_try(delivery)


def _leave(
    endpoint: WebhookEndpoint, event: str, *, object_id: UUID | None = None, notice_id: UUID | None = None
) -> None:
    now = timezone.now()
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint,
        event=event,
        object_id=object_id,
        notice_id=notice_id,
        next_try_at=now,
        created_at=now,
        purge_after=now + KEPT,
    )
    if endpoint.state == EndpointState.ACTIVE:
        _enqueue_try(delivery)


def _enqueue_try(delivery: WebhookDelivery, *, due_at: datetime | None = None) -> None:
    """The job names the try: one that was overtaken finds that it is not its turn."""
    enqueue(
        "delivery.webhook",
        organisation_id=current_organisation_id(),
        ids={"delivery": str(delivery.pk), "try": str(delivery.attempts)},
        due_at=due_at,
    )


@handler("delivery.webhook_resume")
def resume_waiting(call: JobCall) -> None:
    """Leave the jobs of what waits, some at a time."""
    assert call.organisation_id is not None
    _enqueue_waiting(call.organisation_id, UUID(call.ids["endpoint"]), after=call.ids["after"])


def _enqueue_waiting(organisation_id: UUID, endpoint_id: UUID, *, after: str) -> None:
    waiting = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, state=DeliveryState.WAITING)
    later = waiting.filter(pk__gt=after) if after else waiting
    found = list(later.order_by("pk")[:_RESUMED_TOGETHER])
    for delivery in found:
        _enqueue_try(delivery)
    if len(found) == _RESUMED_TOGETHER:
        ids = {"endpoint": str(endpoint_id), "after": str(found[-1].pk)}
        enqueue("delivery.webhook_resume", organisation_id=organisation_id, ids=ids)


# --- One try --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Prepared:
    delivery: WebhookDelivery
    url: str
    body: bytes
    headers: dict[str, str]


@handler("delivery.webhook", external=True)
def deliver(call: JobCall) -> None:
    """Try one message once: compose, send outside any transaction, note what came of it."""
    assert call.organisation_id is not None
    with tenant(call.organisation_id):
        prepared = _prepare(call)
    if prepared is None:
        return
    answer, error = _send(prepared)
    with tenant(call.organisation_id):
        _note(prepared.delivery, answer, error)


def _prepare(call: JobCall) -> _Prepared | None:
    waiting = WebhookDelivery.objects.filter(pk=call.ids["delivery"], state=DeliveryState.WAITING)
    delivery = waiting.filter(attempts=int(call.ids["try"])).select_related("endpoint").first()
    if delivery is None or delivery.endpoint.state != EndpointState.ACTIVE:
        return None
    _wait_for_the_other_side(delivery.endpoint)
    message = _composers[delivery.event](delivery)
    if message is None:
        waiting.update(state=DeliveryState.DROPPED, finished_at=timezone.now(), next_try_at=None)
        return None
    record_disclosure(RECIPIENT, recipient_id=delivery.endpoint_id, objects=message.disclosed)
    return _signed(delivery, message)


def _wait_for_the_other_side(endpoint: WebhookEndpoint) -> None:
    """Raise TryLater while it fails; who comes first after that tries for all."""
    now = timezone.now()
    if endpoint.not_before is None:
        return
    if endpoint.not_before > now:
        raise TryLater(endpoint.not_before - now)
    tried = WebhookEndpoint.objects.filter(pk=endpoint.pk, not_before=endpoint.not_before)
    if not tried.update(not_before=now + timedelta(seconds=2 * outbound.IN_ALL_SECONDS)):
        raise TryLater(timedelta(seconds=outbound.IN_ALL_SECONDS))


def _signed(delivery: WebhookDelivery, message: Message) -> _Prepared:
    now, endpoint = timezone.now(), delivery.endpoint
    said = {"type": delivery.event, "timestamp": delivery.created_at.isoformat(), "data": message.data}
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    headers = signing.headers(message_id(delivery), at=now, body=body, keys=_secrets(endpoint))
    return _Prepared(delivery, endpoint.url, body, {"content-type": "application/json", **headers})


def message_id(delivery: WebhookDelivery) -> str:
    """The same at each try, so that a receiver recognises what it has had."""
    return f"msg_{delivery.pk.hex}"


def _send(prepared: _Prepared) -> tuple[outbound.Answer | None, str]:
    try:
        return outbound.post(prepared.url, body=prepared.body, headers=prepared.headers), ""
    except outbound.NotAllowed:
        return None, "NotAllowed"
    except outbound.Unreachable as failure:
        return None, failure.reason[:60]


def _note(delivery: WebhookDelivery, answer: outbound.Answer | None, error: str) -> None:
    """Write down what came of a try, unless the message was taken back meanwhile."""
    found = WebhookDelivery.objects.select_for_update().filter(pk=delivery.pk, state=DeliveryState.WAITING)
    current = found.first()
    if current is None or current.attempts != delivery.attempts:
        return
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=current.endpoint_id)
    current.attempts += 1
    current.status_code, current.error = (answer.status if answer else None), error
    if answer is not None and answer.is_success:
        _succeeded(current, endpoint, answer)
    else:
        _failed(current, endpoint, gone=answer is not None and answer.status == GONE)
    current.save()


def _succeeded(delivery: WebhookDelivery, endpoint: WebhookEndpoint, answer: outbound.Answer) -> None:
    delivery.state, delivery.next_try_at = DeliveryState.DELIVERED, None
    delivery.finished_at = timezone.now()
    if endpoint.failures or endpoint.not_before:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failures=0, failing_since=None, not_before=None)
    if delivery.notice_id is not None:
        confirmed = endpoint.erases_by_itself or _acknowledges(answer, delivery.notice_id)
        state = NoticeState.CONFIRMED if confirmed else NoticeState.SENT
        mark(delivery.notice_id, state, receipt=message_id(delivery))


def _acknowledges(answer: outbound.Answer, notice_id: UUID) -> bool:
    """Whether the answer names the very notice, which no receiver does by accident."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("acknowledged") == str(notice_id)


def _failed(delivery: WebhookDelivery, endpoint: WebhookEndpoint, *, gone: bool) -> None:
    now = timezone.now()
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.not_before = now + WAITS[min(endpoint.failures, len(WAITS)) - 1]
    if gone or _has_failed_too_long(endpoint, now):
        _stop(endpoint, "gone" if gone else "failing")
    endpoint.save()
    if gone or delivery.attempts > len(WAITS):
        _give_up(delivery, now)
        return
    delivery.next_try_at = now + WAITS[delivery.attempts - 1]
    if endpoint.state == EndpointState.ACTIVE:
        _enqueue_try(delivery, due_at=delivery.next_try_at)


def _has_failed_too_long(endpoint: WebhookEndpoint, now: datetime) -> bool:
    assert endpoint.failing_since is not None
    return endpoint.failures >= MOST_FAILURES and now - endpoint.failing_since >= FAILING_FOR


def _stop(endpoint: WebhookEndpoint, reason: str) -> None:
    """Send nothing more until somebody looks; the owners get a mail."""
    if endpoint.state != EndpointState.ACTIVE:
        return
    endpoint.state, endpoint.stop_reason = EndpointState.STOPPED, reason
    enqueue("webhook.stopped", organisation_id=endpoint.organisation_id, ids={"endpoint": str(endpoint.pk)})


def _give_up(delivery: WebhookDelivery, now: datetime) -> None:
    delivery.state, delivery.next_try_at, delivery.finished_at = DeliveryState.FAILED, None, now
    if delivery.notice_id is not None:
        mark(delivery.notice_id, NoticeState.FAILED, error=delivery.error or str(delivery.status_code))


@composer(TEST)
def _test_message(delivery: WebhookDelivery) -> Message:
    return Message({"message": "This is a test of your webhook. It is about nobody."})
