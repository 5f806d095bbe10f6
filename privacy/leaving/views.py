"""The page where a complete copy is asked for and taken along: inside the organisation, and after it left."""

from collections.abc import Callable
from functools import partial
from itertools import chain
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.step_up import step_up_required
from audit.events import record
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires
from organisations.views.leaving import of_one_that_left
from privacy.leaving import parcel as parcels
from privacy.models import Parcel, ParcelState
from tenancy.context import tenant
from tenancy.sealed_file import FileMissing

Address = Callable[..., str]


def _page(request: TenantRequest, address: Address, layout: str) -> HttpResponse:
    with tenant(request.organisation.pk):
        if request.method == "POST":
            _ask(request)
            return redirect(address("data"))
        copies = [(each, address("data-download", pk=each.pk)) for each in parcels.parcels()]
        under_way = any(each.is_under_way for each, _url in copies)
        context = {"copies": copies, "under_way": under_way, "page_url": address("data"), "layout": layout}
        return render(request, "privacy/data.html", context)


def _ask(request: TenantRequest) -> None:
    try:
        parcels.ask_for_parcel(by=request.user.pk)
        messages.success(request, _("The copy is being made. You can leave this page meanwhile."))
    except parcels.BeingMade:
        messages.info(request, _("A copy is being made already."))


def _download(request: TenantRequest, pk: UUID, address: Address) -> HttpResponseBase:
    with tenant(request.organisation.pk):
        found = parcels.parcels().filter(pk=pk, state=ParcelState.READY).first()
        if found is None:
            raise Http404
        return _sent(request, found, address)


def _sent(request: TenantRequest, found: Parcel, address: Address) -> HttpResponseBase:
    pieces = parcels.archive(found, organisation=request.organisation)
    try:
        first = next(pieces)
    except FileMissing:
        messages.error(request, _("This file is not there any more. Ask for a new one."))
        return redirect(address("data"))
    by, pk = request.user.pk, found.pk
    record("data.export_downloaded", actor_id=by, kind="parcel", object_id=pk, evidence=True)
    answer = StreamingHttpResponse(chain([first], pieces), content_type="application/zip")
    name = f"{request.organisation.slug}-{timezone.localdate():%Y-%m-%d}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _inside(request: TenantRequest, name: str, **kwargs: object) -> str:
    return reverse(f"privacy:{name}", kwargs={"organisation": request.organisation.slug, **kwargs})


def _outside(request: TenantRequest, name: str, **kwargs: object) -> str:
    return reverse(f"left:{name}", kwargs={"organisation": request.organisation.slug, **kwargs})


@requires(Permission.DATA_EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def data(request: TenantRequest) -> HttpResponse:
    """Copies of everything, while the organisation is in use."""
    return _page(request, partial(_inside, request), "layouts/app.html")


@requires(Permission.DATA_EXPORT)
@require_safe
@never_cache
@step_up_required
def download(request: TenantRequest, pk: UUID) -> HttpResponseBase:
    return _download(request, pk, partial(_inside, request))


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_that_left
@step_up_required
def left_data(request: TenantRequest) -> HttpResponse:
    """The same for the owners of an organisation that is deactivated."""
    return _page(request, partial(_outside, request), "layouts/plain.html")


@require_safe
@of_one_that_left
@step_up_required
def left_download(request: TenantRequest, pk: UUID) -> HttpResponseBase:
    return _download(request, pk, partial(_outside, request))
