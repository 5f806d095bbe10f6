"""Legal holds and forecasts for an organisation's officer; sweeps and plans for the platform's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import PlatformRole
from accounts.platform import platform_role_required
from accounts.step_up import step_up_required
from audit.events import record_platform
from delivery.jobs import enqueue
from organisations.http import SignedInRequest, TenantRequest
from organisations.permissions import Permission, requires
from privacy import holds, retention
from privacy.keeping import forecast as forecasts
from privacy.keeping.forms import DayForm, HoldForm, ReviewForm, kinds, root_label
from privacy.keeping.work import APPROVED
from privacy.models import LegalHold, RetentionRun

Scope = LegalHold.Scope
OFFICER = PlatformRole.Role.PRIVACY_OFFICER


# --- Legal holds ----------------------------------------------------------------------------------


@requires(Permission.PRIVACY_VIEW)
@require_safe
@never_cache
def hold_list(request: TenantRequest) -> HttpResponse:
    """What is held back, the ones to be looked at first, and what was."""
    names = dict(kinds())
    found = [(hold, names.get(hold.label, "")) for hold in LegalHold.objects.all()[:200]]
    context = {
        "active": [pair for pair in found if pair[0].is_active],
        "released": [pair for pair in found if not pair[0].is_active],
        "may_decide": request.membership.may(Permission.PRIVACY_DECIDE),
    }
    return render(request, "privacy/keeping/holds.html", context)


@requires(Permission.PRIVACY_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def hold_place(request: TenantRequest) -> HttpResponse:
    """Keep something back from now on."""
    month = timezone.localdate() + timedelta(days=90)
    form = HoldForm(request.POST) if request.method == "POST" else HoldForm(initial={"review_on": month})
    if form.is_valid():
        _place(form, by=request.user.pk)
        messages.success(request, _("It is held: no sweep and no erasure touches it."))
        return redirect("privacy:holds", organisation=request.organisation.slug)
    status = 422 if form.is_bound else 200
    return render(request, "privacy/keeping/hold.html", {"form": form}, status=status)


def _place(form: HoldForm, *, by: UUID) -> None:
    given = form.cleaned_data
    same = {"ground": given["ground"], "reason": given["reason"], "review_on": given["review_on"], "by": by}
    if given["scope"] == Scope.PERSON:
        for root in form.found:
            holds.place(scope=Scope.PERSON, label=root_label(), object_id=root, **same)
    elif given["scope"] == Scope.CATEGORY:
        holds.place(scope=Scope.CATEGORY, label=given["kind"], **same)
    else:
        holds.place(scope=Scope.ORGANISATION, **same)


@requires(Permission.PRIVACY_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def hold_release(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Let go of it: what is overdue goes in the next sweep."""
    hold = get_object_or_404(LegalHold.objects.active(), pk=pk)
    if request.method == "POST":
        holds.release(hold, by=request.user.pk)
        messages.success(request, _("It is released: what is overdue goes in the next sweep."))
        return redirect("privacy:holds", organisation=request.organisation.slug)
    context = {"hold": hold, "kind": dict(kinds()).get(hold.label, "")}
    return render(request, "privacy/keeping/hold_release.html", context)


@requires(Permission.PRIVACY_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def hold_review(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Say that it is still needed, and when to look again."""
    hold = get_object_or_404(LegalHold.objects.active(), pk=pk)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        holds.review(hold, until=form.cleaned_data["review_on"], by=request.user.pk)
        messages.success(request, _("It stays held until you look at it again."))
        return redirect("privacy:holds", organisation=request.organisation.slug)
    context = {"hold": hold, "kind": dict(kinds()).get(hold.label, ""), "form": form}
    return render(request, "privacy/keeping/hold_review.html", context, status=422 if form.is_bound else 200)


# --- Forecasts ------------------------------------------------------------------------------------


@requires(Permission.PRIVACY_VIEW)
@require_safe
@never_cache
def forecast(request: TenantRequest) -> HttpResponse:
    """What the organisation will still keep on a day."""
    return _forecast(request, forecasts.of_organisation, "privacy/keeping/forecast.html")


@platform_role_required(OFFICER)
@require_safe
@never_cache
def platform_forecast(request: HttpRequest) -> HttpResponse:
    """The same for what the platform itself keeps."""
    return _forecast(request, forecasts.of_platform, "privacy/keeping/platform_forecast.html")


def _forecast(
    request: HttpRequest, lines: Callable[[date], list[forecasts.Line]], template: str
) -> HttpResponse:
    in_a_year = timezone.localdate() + timedelta(days=365)
    form = DayForm(request.GET if "on" in request.GET else {"on": in_a_year.isoformat()})
    context: dict[str, Any] = {"form": form, "lines": [], "on": None}
    if not form.is_valid():
        return render(request, template, context, status=400)
    on = form.cleaned_data["on"]
    found = lines(on)
    context |= {"on": on, "lines": found, "total": sum(each.now for each in found)}
    return render(request, template, context)


# --- Sweeps ---------------------------------------------------------------------------------------


@platform_role_required(OFFICER)
@require_safe
@never_cache
def runs(request: HttpRequest) -> HttpResponse:
    """The plans that wait for an officer, and the newest run of every rule."""
    newest = RetentionRun.objects.order_by("rule", "-started_at").distinct("rule")
    waiting = RetentionRun.objects.filter(outcome=RetentionRun.Outcome.HELD).order_by("-started_at")
    context = {"waiting": waiting, "newest": list(newest), "overstay": retention.OVERSTAY_SECONDS}
    return render(request, "privacy/keeping/runs.html", context)


@platform_role_required(OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve exactly the plan that this page shows; it is carried out by a job."""
    run = RetentionRun.objects.filter(pk=pk, outcome=RetentionRun.Outcome.HELD).first()
    if run is None:
        raise Http404
    plan, differs = retention.plan_hash(run), False
    if request.method == "POST":
        if request.POST.get("plan") == plan:
            _approve(run, plan, by=cast(SignedInRequest, request).user.pk)
            messages.success(request, _("The plan is approved and is being carried out."))
            return redirect("platform:retention")
        differs = True
    context = {"run": run, "plan": plan, "differs": differs}
    return render(request, "privacy/keeping/approve.html", context, status=409 if differs else 200)


@transaction.atomic
def _approve(run: RetentionRun, plan: str, *, by: UUID) -> None:
    record_platform(
        APPROVED,
        user_id=by,
        detail={"run": str(run.pk), "rule": run.rule, "rows": run.rows_planned, "plan": plan},
        evidence=True,
    )
    enqueue("privacy.carry_out_plan", organisation_id=None, ids={"run": str(run.pk)})
