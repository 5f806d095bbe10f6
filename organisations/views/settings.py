"""The settings of an organisation."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.links import with_next
from accounts.step_up import recently_confirmed
from organisations.administering import change_settings, never_waits
from organisations.forms import SettingsForm
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires, withheld


@requires(Permission.ORGANISATION_MANAGE, even_unpaid=True)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: TenantRequest) -> HttpResponse:
    """Show the settings and store them.

    What matters is stored only for somebody who proved lately who they are. Whoever did not gets the
    page back with everything still in it, to save again once they have. Late payment and a suspension
    withhold what is neither narrower nor a contact put right (``never_waits``).
    """
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(data, instance=copy(request.organisation))
    is_valid, proved = form.is_valid(), recently_confirmed(request)
    changes = {name: form.cleaned_data[name] for name in SettingsForm.Meta.fields} if is_valid else {}
    waits = not never_waits(request.organisation, changes)
    if waits and (refusal := withheld(request, Permission.ORGANISATION_MANAGE)):
        return refusal
    if is_valid and (proved or not form.changes_what_matters):
        change_settings(organisation=request.organisation, changes=changes, by=request.membership)
        messages.success(request, _("The settings are saved."))
        return redirect("organisations:settings", organisation=request.organisation.slug)
    ask_who = not proved and (form.changes_what_matters or not form.is_bound)
    context = {
        "form": form,
        "step_up_url": with_next("accounts:step-up", request.path) if ask_who else "",
        "may_leave": request.membership.may(Permission.ORGANISATION_LEAVE),
    }
    return render(request, "organisations/settings.html", context, status=422 if form.is_bound else 200)
