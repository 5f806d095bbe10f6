"""Letting support in: what the organisation sees and decides, and where support asks."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import PlatformRole
from accounts.platform import platform_role_required
from accounts.step_up import step_up_required
from organisations import support
from organisations.forms import SupportAskForm, SupportGrantForm
from organisations.http import SignedInRequest, TenantRequest
from organisations.models import SupportGrant
from organisations.permissions import Permission, requires

_SHOWN = 50


@requires(Permission.SUPPORT_GRANT)
@require_safe
@never_cache
def grants(request: TenantRequest) -> HttpResponse:
    """Who asks, who is in, and who was."""
    return _page(request, SupportGrantForm())


def _page(request: TenantRequest, form: SupportGrantForm, *, status: int = 200) -> HttpResponse:
    answered = support.newest_first(support.grants_of(request.organisation), most=_SHOWN)
    context = {
        "form": form,
        "waiting": support.waiting(request.organisation),
        "live": [(each, support.pages_read(each)) for each in answered if each.is_live],
        "past": [(each, support.pages_read(each)) for each in answered if not each.is_live],
    }
    return render(request, "organisations/support.html", context, status=status)


@requires(Permission.SUPPORT_GRANT)
@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def let_in(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Grant one wish, for as long as the form says."""
    if request.method != "POST":
        return redirect("organisations:support", organisation=request.organisation.slug)
    wish = get_object_or_404(support.waiting(request.organisation), pk=pk)
    form = SupportGrantForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        support.grant(wish, by=request.membership, **form.cleaned_data)
    except support.NotGrantable:
        messages.error(request, _("This was answered already."))
    else:
        messages.success(request, _("Support can look in now. You can end it at any moment."))
    return redirect("organisations:support", organisation=request.organisation.slug)


@requires(Permission.SUPPORT_GRANT)
@require_POST
def end(request: TenantRequest, pk: UUID) -> HttpResponse:
    """End it at once, or refuse the wish. It needs no proof: shutting a door never waits."""
    found = get_object_or_404(SupportGrant, pk=pk, organisation=request.organisation)
    support.end(found, by=request.user.pk)
    messages.success(request, _("Support cannot look in any more."))
    return redirect("organisations:support", organisation=request.organisation.slug)


@platform_role_required(PlatformRole.Role.SUPPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Where support asks to look in, and enters what was granted."""
    asker = cast(SignedInRequest, request).user
    form = SupportAskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        support.ask(by=asker, **form.cleaned_data)
        messages.success(request, _("The organisation was asked."))
        return redirect("platform:support")
    wishes = SupportGrant.objects.filter(asked_by=asker).select_related("organisation")
    context = {"form": form, "grants": support.newest_first(wishes, most=_SHOWN)}
    return render(request, "organisations/support_ask.html", context, status=422 if form.errors else 200)
