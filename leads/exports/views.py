"""The page where a colleague asks for a file of requests, and takes it away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.step_up import step_up_required
from audit.models import RecipientNotice
from leads.exports import asking, file, notices
from leads.exports.forms import ExportForm
from leads.exports.making import RECIPIENT
from leads.models import ExportState, LeadExport
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires


@requires(Permission.LEADS_EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def export(request: TenantRequest) -> HttpResponse:
    """What can be downloaded now, and the form that asks for more."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _asked(request, form):
        messages.success(request, _("The file is being made. You can leave this page meanwhile."))
        return redirect("leads:export", organisation=request.organisation.slug)
    context = {"form": form, "exports": asking.exports_of(request.user.pk)}
    return render(request, "leads/exports/page.html", context, status=422 if form.errors else 200)


def _asked(request: TenantRequest, form: ExportForm) -> bool:
    try:
        asking.ask_for_export(by=request.user.pk, language=get_language() or "en", **form.cleaned_data)
    except asking.ExportUnderWay:
        form.add_error(
            None, _("Another file is being made for your organisation. Wait for it, or cancel it.")
        )
    except asking.TooManyExports:
        form.add_error(None, _("Your organisation keeps as many files as it may. Remove one first."))
    return not form.errors


@requires(Permission.LEADS_EXPORT)
@require_safe
@never_cache
def progress(request: TenantRequest, pk: UUID) -> HttpResponse:
    """One line of the list, which asks for itself again while the file is being made."""
    return render(request, "leads/exports/_export.html", {"export": _own(request, pk)})


@requires(Permission.LEADS_EXPORT)
@require_POST
def cancel(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Stop it, or throw the file away."""
    asking.cancel_export(_own(request, pk), by=request.user.pk)
    messages.success(request, _("The file was removed."))
    return redirect("leads:export", organisation=request.organisation.slug)


@requires(Permission.LEADS_EXPORT)
@require_safe
@never_cache
@step_up_required
def download(request: TenantRequest, pk: UUID) -> HttpResponseBase:
    """The file, opened while it is sent; only for who asked for it."""
    found = _own(request, pk)
    if found.state != ExportState.READY or not file.is_whole(found):
        messages.error(request, _("This file is not there any more. Ask for a new one."))
        return redirect("leads:export", organisation=request.organisation.slug)
    asking.note_download(found, by=request.user.pk)
    name = _("requests")
    answer = StreamingHttpResponse(asking.contents(found), content_type="text/csv; charset=utf-8")
    day = timezone.localtime(found.requested_at).date()
    answer["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return answer


@requires(Permission.LEADS_VIEW)
@require_safe
@never_cache
def export_notices(request: TenantRequest) -> HttpResponse:
    """What somebody with a copy has to change in it; a privacy officer sees what everybody has to."""
    every = request.membership.may(Permission.PRIVACY_DECIDE)
    found = list(notices.notices_for(request.membership, every=every))
    people = dict(User.objects.filter(pk__in=[each.recipient_id for each in found]).values_list("pk", "name"))
    rows = [(each, people.get(each.recipient_id, "")) for each in found]
    return render(request, "leads/exports/notices.html", {"notices": rows, "every": every})


@requires(Permission.LEADS_VIEW)
@require_POST
def confirm_notice(request: TenantRequest, pk: UUID) -> HttpResponse:
    """The copy was changed: said by who has it, or by the privacy officer."""
    found = get_object_or_404(RecipientNotice, pk=pk, recipient_kind=RECIPIENT)
    if found.recipient_id != request.user.pk and not request.membership.may(Permission.PRIVACY_DECIDE):
        raise Http404
    notices.confirm(found, by=request.user.pk)
    messages.success(request, _("Thank you. It is on record."))
    return redirect("leads:export-notices", organisation=request.organisation.slug)


def _own(request: TenantRequest, pk: UUID) -> LeadExport:
    found = get_object_or_404(asking.exports_of(request.user.pk), pk=pk)
    if found.state == ExportState.CANCELLED:
        raise Http404
    return found
