"""The settings of an organisation."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.administering import change_settings
from organisations.forms import SettingsForm
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires


@requires(Permission.ORGANISATION_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: TenantRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(data, instance=copy(request.organisation))
    if form.is_valid():
        changes = {name: form.cleaned_data[name] for name in SettingsForm.Meta.fields}
        change_settings(organisation=request.organisation, changes=changes, by=request.membership)
        messages.success(request, _("The settings are saved."))
        return redirect("organisations:settings", organisation=request.organisation.slug)
    status = 422 if form.is_bound else 200
    return render(request, "organisations/settings.html", {"form": form}, status=status)
