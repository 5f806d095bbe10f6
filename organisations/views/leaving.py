"""Leaving: asking for it inside the organisation, and what is left to do from outside of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.step_up import step_up_required
from organisations.forms import LeaveForm
from organisations.http import TenantRequest
from organisations.leaving import NotLeaving, TooLate, deactivate, give_up_the_rest_of_the_time, restore
from organisations.models import Membership
from organisations.navigation import page_of
from organisations.outside import View, by_one_of
from organisations.permissions import Permission, requires


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.ORGANISATION_LEAVE)
@step_up_required
def leave(request: TenantRequest) -> HttpResponse:
    """What follows from leaving, and the button."""
    form = LeaveForm(request.POST if request.method == "POST" else None, organisation=request.organisation)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "export_url": page_of("privacy:data", request.organisation.slug)}
        return render(request, "organisations/leave_organisation.html", context, status=status)
    deactivate(request.organisation, by=request.user.pk)
    messages.success(request, _("The organisation is deactivated."))
    return redirect("organisations:left", organisation=request.organisation.slug)


def of_one_that_left(view: View) -> View:
    """Open a page about a deactivated organisation to its owners; it is entered by the verbs themselves."""

    return by_one_of(Membership.objects.left, view)


@require_safe
@of_one_that_left
def left(request: TenantRequest) -> HttpResponse:
    """Until when it can come back, and what can still be taken along."""
    return _show_left(request, LeaveForm(organisation=request.organisation))


@require_POST
@of_one_that_left
@step_up_required
def come_back(request: TenantRequest) -> HttpResponse:
    try:
        restore(request.organisation, by=request.user.pk)
    except TooLate:
        messages.error(request, _("The time to come back is over; everything is being deleted."))
        return redirect("organisations:chooser")
    messages.success(request, _("%(name)s is back.") % {"name": request.organisation.name})
    return redirect("organisations:overview", organisation=request.organisation.slug)


@require_POST
@of_one_that_left
@step_up_required
def delete_now(request: TenantRequest) -> HttpResponse:
    """The instruction to delete before the time is over."""
    form = LeaveForm(request.POST, organisation=request.organisation)
    if not form.is_valid():
        return _show_left(request, form, status=422)
    try:
        give_up_the_rest_of_the_time(request.organisation, by=request.user.pk)
    except NotLeaving:
        raise Http404 from None
    messages.success(request, _("Everything is being deleted. A certificate follows by mail."))
    return redirect("organisations:chooser")


def _show_left(request: TenantRequest, form: LeaveForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "export_url": page_of("left:data", request.organisation.slug)}
    return render(request, "organisations/left.html", context, status=status)
