"""Handing over an organisation: where an owner offers it, and where a member answers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.step_up import step_up_required
from organisations import handing_over
from organisations.forms import OwnershipForm
from organisations.http import TenantRequest
from organisations.models import OwnershipOffer
from organisations.permissions import Permission, requires
from organisations.second_step import to_second_step


@requires(Permission.ORGANISATION_VIEW)
@require_safe
@never_cache
def ownership(request: TenantRequest) -> HttpResponse:
    """The open offer: for owners to withdraw, for whoever was asked to answer; nothing for others."""
    offer = handing_over.open_offer(request.organisation)
    is_theirs = offer is not None and offer.to_id == request.user.pk
    may_see = is_theirs or request.membership.may(Permission.OWNERSHIP_OFFER)
    context = {
        "offer": offer if may_see else None,
        "is_theirs": is_theirs,
        "needs_second_step": is_theirs and not request.user.is_verified(),  # type: ignore[attr-defined]
        "bills_go_to": handing_over.bills_go_to(request.organisation) if may_see and not is_theirs else [],
    }
    return render(request, "organisations/ownership.html", context)


@requires(Permission.OWNERSHIP_OFFER)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def offer(request: TenantRequest) -> HttpResponse:
    """Choose who becomes owner, and what one becomes oneself."""
    form = OwnershipForm(request.POST if request.method == "POST" else None, by=request.membership)
    if form.is_valid():
        try:
            made = handing_over.offer_ownership(by=request.membership, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("%(name)s was asked by mail.") % {"name": made.to.name})
            return _back(request)
    context = {
        "form": form,
        "open_offer": handing_over.open_offer(request.organisation),
        "bills_go_to": handing_over.bills_go_to(request.organisation),
    }
    return render(request, "organisations/ownership_offer.html", context, status=422 if form.errors else 200)


@requires(Permission.OWNERSHIP_OFFER)
@require_POST
def withdraw(request: TenantRequest) -> HttpResponse:
    """It needs no proof: taking an offer back never waits."""
    try:
        handing_over.withdraw_offer(offer=_open(request), by=request.membership)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The offer was withdrawn."))
    return _back(request)


@requires(Permission.ORGANISATION_VIEW)
@require_POST
def decline(request: TenantRequest) -> HttpResponse:
    try:
        handing_over.decline_offer(offer=_open(request), by=request.membership)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("You have declined. The owners were told."))
    return _back(request)


@requires(Permission.ORGANISATION_VIEW)
@require_POST
def accept(request: TenantRequest) -> HttpResponse:
    """First the second factor, set up where there is none; then a fresh proof; then the deed."""
    if not request.user.is_verified():  # type: ignore[attr-defined]
        return to_second_step(request)
    return _accept(request)


@step_up_required
def _accept(request: TenantRequest) -> HttpResponse:
    try:
        handing_over.accept_offer(offer=_open(request), by=request.membership)
    except handing_over.NeedsSecondStep:
        return to_second_step(request)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("You are now owner of %(name)s.") % {"name": request.organisation.name})
    return redirect("organisations:members", organisation=request.organisation.slug)


def _open(request: TenantRequest) -> OwnershipOffer:
    """The open offer that concerns the reader; to everybody else there is none."""
    found = handing_over.open_offer(request.organisation)
    if found is None or not (
        found.to_id == request.user.pk or request.membership.may(Permission.OWNERSHIP_OFFER)
    ):
        raise Http404
    return found


def _back(request: TenantRequest) -> HttpResponse:
    return redirect("organisations:ownership", organisation=request.organisation.slug)
