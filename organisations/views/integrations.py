"""Connections with an organisation's own software: its webhook, and keys to the API."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.step_up import step_up_required
from delivery import webhooks
from delivery.models import EndpointState, WebhookDelivery, WebhookEndpoint
from organisations import api_keys, integrations
from organisations.allowances import NoRoom
from organisations.forms import ApiKeyForm, WebhookForm
from organisations.http import TenantRequest
from organisations.models import ApiKey
from organisations.permissions import Permission, requires

#: Lines of the log on the page.
SHOWN = 30
FOLDER = "organisations/integrations"


@requires(Permission.INTEGRATIONS_MANAGE)
@require_safe
@never_cache
def overview(request: TenantRequest) -> HttpResponse:
    """The webhook with its log, and the keys."""
    context = {
        "endpoint": webhooks.endpoint_in_use(),
        "deliveries": webhooks.deliveries()[:SHOWN],
        "keys": api_keys.living_keys(request.organisation),
    }
    return render(request, f"{FOLDER}/overview.html", context)


# --- The webhook ------------------------------------------------------------------------------------


@requires(Permission.INTEGRATIONS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def webhook(request: TenantRequest) -> HttpResponse:
    """Where messages go. A new party gets a secret, which is shown this once."""
    endpoint = webhooks.endpoint_in_use()
    known = {"url": endpoint.url, "erases_by_itself": endpoint.erases_by_itself} if endpoint else {}
    form = WebhookForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            secret = integrations.connect_webhook(by=request.user, **form.cleaned_data)
        except NoRoom as refusal:
            form.add_error(None, refusal)
        else:
            return _connected(request, secret)
    context = {"form": form, "endpoint": endpoint}
    return render(request, f"{FOLDER}/webhook.html", context, status=422 if form.errors else 200)


@requires(Permission.INTEGRATIONS_MANAGE, even_unpaid=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def webhook_secret(request: TenantRequest) -> HttpResponse:
    """Ask first, then show the new secret once."""
    endpoint = _endpoint()
    if request.method != "POST":
        return render(request, f"{FOLDER}/webhook_secret.html", {"endpoint": endpoint})
    return _show_secret(request, integrations.change_secret(endpoint, by=request.user))


@requires(Permission.INTEGRATIONS_MANAGE, even_unpaid=True)
@require_POST
def webhook_switch(request: TenantRequest) -> HttpResponse:
    """Pause or resume."""
    on = request.POST.get("on") == "yes"
    integrations.switch_webhook(_endpoint(), on=on, by=request.user)
    messages.success(request, _("The webhook is on.") if on else _("The webhook is paused."))
    return _back(request)


@requires(Permission.INTEGRATIONS_MANAGE)
@require_POST
def webhook_test(request: TenantRequest) -> HttpResponse:
    """Send a message about nobody."""
    if _endpoint().state == EndpointState.ACTIVE:
        webhooks.publish(webhooks.TEST)
        messages.success(request, _("A test message is on its way. See below what became of it."))
    else:
        messages.info(request, _("The webhook is paused: switch it on first."))
    return _back(request)


@requires(Permission.INTEGRATIONS_MANAGE, even_unpaid=True)
@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def webhook_remove(request: TenantRequest) -> HttpResponse:
    """Ask first, then tell this party nothing more."""
    endpoint = _endpoint()
    if request.method != "POST":
        return render(request, f"{FOLDER}/webhook_remove.html", {"endpoint": endpoint})
    integrations.disconnect_webhook(endpoint, by=request.user)
    messages.success(request, _("The webhook was removed."))
    return _back(request)


@requires(Permission.INTEGRATIONS_MANAGE)
@require_POST
def webhook_retry(request: TenantRequest, delivery: UUID) -> HttpResponse:
    """Try a message again, now."""
    found = get_object_or_404(WebhookDelivery, pk=delivery)
    if found.endpoint.state != EndpointState.ACTIVE:
        messages.info(request, _("The webhook is paused: switch it on first."))
    else:
        webhooks.retry(found)
        messages.success(request, _("The message is tried again."))
    return _back(request)


# --- Keys -------------------------------------------------------------------------------------------


@requires(Permission.INTEGRATIONS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def api_key(request: TenantRequest) -> HttpResponse:
    """Make a key, and show it this once."""
    form = ApiKeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _key, text = api_keys.make_key(
                organisation=request.organisation, by=request.user, **form.cleaned_data
            )
            return render(request, f"{FOLDER}/api_key_made.html", {"text": text})
        except api_keys.TooManyKeys:
            form.add_error(None, _("Your organisation has as many keys as it may. Revoke one first."))
        except NoRoom as refusal:
            form.add_error(None, refusal)
    return render(request, f"{FOLDER}/api_key.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.INTEGRATIONS_MANAGE, even_unpaid=True)
@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def api_key_revoke(request: TenantRequest, api_key: UUID) -> HttpResponse:
    """Ask first, then end a key."""
    found = get_object_or_404(ApiKey.objects.living(), pk=api_key, organisation=request.organisation)
    if request.method != "POST":
        return render(request, f"{FOLDER}/api_key_revoke.html", {"key": found})
    api_keys.revoke_key(found, by=request.user)
    messages.success(request, _("The key opens nothing any more."))
    return _back(request)


def _endpoint() -> WebhookEndpoint:
    endpoint = webhooks.endpoint_in_use()
    if endpoint is None:
        raise Http404
    return endpoint


def _connected(request: TenantRequest, secret: str) -> HttpResponse:
    if secret:
        return _show_secret(request, secret)
    messages.success(request, _("The webhook was changed."))
    return _back(request)


def _show_secret(request: TenantRequest, secret: str) -> HttpResponse:
    return render(request, f"{FOLDER}/secret.html", {"secret": secret})


def _back(request: TenantRequest) -> HttpResponse:
    return redirect("organisations:integrations", organisation=request.organisation.slug)
