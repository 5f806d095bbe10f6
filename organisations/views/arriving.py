"""Where somebody lands after signing in: their organisation, a choice of several, or a new one."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.legal import in_a_language_we_write
from organisations.forms import FoundForm
from organisations.founding import found_organisation
from organisations.http import SignedInRequest
from organisations.invitations import invitations_for
from organisations.models import Membership
from organisations.second_step import second_step_first


@require_safe
@second_step_first
def home(request: SignedInRequest) -> HttpResponse:
    """Straight on where there is nothing to choose."""
    memberships = list(Membership.objects.in_use().filter(user_id=request.user.pk)[:2])
    if len(memberships) > 1 or invitations_for(request.user):
        return redirect("organisations:chooser")
    if memberships:
        return redirect("organisations:overview", organisation=memberships[0].organisation.slug)
    if Membership.objects.left().filter(user_id=request.user.pk).exists():
        return redirect("organisations:chooser")
    return redirect("organisations:found")


@require_safe
@second_step_first
def chooser(request: SignedInRequest) -> HttpResponse:
    memberships = Membership.objects.in_use().filter(user_id=request.user.pk)
    context = {
        "places": memberships,
        "invitations": invitations_for(request.user),
        "left": Membership.objects.left().filter(user_id=request.user.pk),
    }
    return render(request, "organisations/chooser.html", context)


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
@second_step_first
def found(request: SignedInRequest) -> HttpResponse:
    form = FoundForm(request.POST if request.method == "POST" else None)
    read_in = in_a_language_we_write(get_language())
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("name", "country", "language")}
        organisation = found_organisation(**chosen, by=request.user, read_in=read_in)
        messages.success(request, _("%(name)s is ready.") % {"name": organisation.name})
        return redirect("organisations:overview", organisation=organisation.slug)
    status = 422 if form.is_bound else 200
    return render(request, "organisations/found.html", {"form": form, "read_in": read_in}, status=status)
