"""What an organisation changes about its connections, with a record of who did it."""

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.notices import notify
from audit.events import record
from delivery import webhooks
from delivery.jobs import JobCall, handler
from delivery.models import WebhookEndpoint
from organisations.allowances import require_room
from organisations.models import Membership
from tenancy.context import current_organisation_id


def connect_webhook(*, url: str, erases_by_itself: bool, by: User) -> str:
    """Say where messages go; answers the new secret, or '' where the former one stays.

    Another host is another party, which takes the place of the one before: it needs room where the plan has
    none, while who is connected stays. Raises NoRoom.
    """
    if not webhooks.is_connected_to(url):
        require_room(current_organisation_id(), "webhooks", count=lambda: 0)
    endpoint, secret = webhooks.set_endpoint(url=url, erases_by_itself=erases_by_itself)
    _record("webhook.connected" if secret else "webhook.changed", endpoint, by)
    return secret


def change_secret(endpoint: WebhookEndpoint, *, by: User) -> str:
    """A new secret, beside which the former one counts for a day."""
    secret = webhooks.rotate_secret(endpoint)
    _record("webhook.secret_changed", endpoint, by)
    return secret


def switch_webhook(endpoint: WebhookEndpoint, *, on: bool, by: User) -> None:
    """Pause it, or resume."""
    (webhooks.resume if on else webhooks.pause)(endpoint)
    _record("webhook.resumed" if on else "webhook.paused", endpoint, by)


def disconnect_webhook(endpoint: WebhookEndpoint, *, by: User) -> None:
    """Tell this party nothing more."""
    webhooks.retire(endpoint)
    _record("webhook.disconnected", endpoint, by)


def _record(action: str, endpoint: WebhookEndpoint, by: User) -> None:
    record(action, actor_id=by.pk, kind="webhook", object_id=endpoint.pk, evidence=True)


@handler("webhook.stopped")
def tell_owners(call: JobCall) -> None:
    """A mail to each owner: their webhook gets nothing more until somebody has looked."""
    endpoint = WebhookEndpoint.objects.filter(pk=call.ids["endpoint"], retired_at=None).first()
    if endpoint is None:
        return
    for owner in Membership.objects.in_use().filter(organisation=endpoint.organisation_id).owners():
        path = reverse("organisations:integrations", kwargs={"organisation": owner.organisation.slug})
        notify(
            owner.user,
            "organisation_webhook_stopped",
            organisation=owner.organisation.name,
            gone=endpoint.stop_reason == "gone",
            url=settings.SITE_URL + path,
        )
