"""What the organisation agreed to, and what waits for its agreement."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.legal import in_a_language_we_write
from organisations.contracts import NotOffered, agree, standings
from organisations.forms import AgreementForm
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires


@requires(Permission.ORGANISATION_MANAGE, even_unpaid=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreements(request: TenantRequest) -> HttpResponse:
    """Show the contracts, and take the agreement of an owner or administrator to those that are open."""
    read_in = in_a_language_we_write(get_language())
    known = standings(request.organisation)
    offered = [edition for standing in known for edition in standing.open]
    form = AgreementForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_valid():
        try:
            agree(
                organisation=request.organisation,
                offered=form.chosen,
                language=read_in,
                by=request.user.pk,
            )
        except NotOffered:
            form.add_error(None, _("There is a newer version. Read it first."))
        else:
            messages.success(request, _("Your agreement is on record."))
            return redirect("organisations:agreements", organisation=request.organisation.slug)
    context = {"standings": known, "offered": offered, "form": form, "read_in": read_in}
    return render(request, "organisations/agreements.html", context, status=422 if form.is_bound else 200)
