"""A suspension: what the organisation reads and answers, and where the platform sets and ends it."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import PlatformRole
from accounts.platform import platform_role_required
from accounts.step_up import step_up_required
from organisations import suspensions
from organisations.forms import AnswerForm, AppealForm, SuspendForm
from organisations.http import SignedInRequest, TenantRequest
from organisations.models import Suspension
from organisations.permissions import Permission, requires

_SHOWN = 50


@requires(Permission.ORGANISATION_VIEW)
@require_safe
@never_cache
def suspension(request: TenantRequest) -> HttpResponse:
    """Why, since when, what goes on working, and what can be done about it."""
    return _page(request, AppealForm())


@requires(Permission.SUSPENSION_APPEAL, even_unpaid=True)
@require_POST
def appeal(request: TenantRequest) -> HttpResponse:
    form, found = AppealForm(request.POST), suspensions.current(request.organisation)
    if found is not None and not form.is_valid():
        return _page(request, form, status=422)
    try:
        if found is None:
            raise suspensions.NotPossible(_("This suspension is over."), code="over")
        suspensions.appeal(suspension=found, text=form.cleaned_data["text"], by=request.membership)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("Your appeal has arrived. You get our answer by mail."))
    return redirect("organisations:suspension", organisation=request.organisation.slug)


def _page(request: TenantRequest, form: AppealForm, *, status: int = 200) -> HttpResponse:
    before = Suspension.objects.filter(organisation=request.organisation).exclude(ended_at=None)
    context = {
        "suspension": suspensions.current(request.organisation),
        "before": before.order_by("-suspended_at")[:_SHOWN],
        "form": form,
    }
    return render(request, "organisations/suspension.html", context, status=status)


# --- The platform's side --------------------------------------------------------------------------


@transaction.non_atomic_requests
@platform_role_required(PlatformRole.Role.SUPPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def at_platform(request: HttpRequest) -> HttpResponse:
    """What is in force, with appeals first, and where another is set."""
    form = SuspendForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            suspensions.suspend(by=cast(SignedInRequest, request).user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("organisation", refusal)
        else:
            messages.success(request, _("It is suspended. The owners were told by mail."))
            return redirect("platform:suspensions")
    context = {"form": form, "suspensions": suspensions.in_force()[:_SHOWN]}
    return render(request, "organisations/suspensions.html", context, status=422 if form.errors else 200)


@transaction.non_atomic_requests
@platform_role_required(PlatformRole.Role.SUPPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One suspension: what was said on both sides, and the decision."""
    found = get_object_or_404(Suspension.objects.select_related("organisation"), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None, suspension=found)
    if form.is_valid():
        try:
            decide = suspensions.lift if form.cleaned_data["outcome"] == "lift" else suspensions.uphold
            decide(
                suspension=found,
                text=form.cleaned_data["text"],
                by=cast(SignedInRequest, request).user,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The owners were told by mail."))
            return redirect("platform:suspensions")
    context = {"suspension": found, "form": form}
    return render(
        request, "organisations/suspension_answer.html", context, status=422 if form.errors else 200
    )
