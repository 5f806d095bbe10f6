"""Looking at a page of a customer's own site for what would keep the configurator from working there."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from configurators import site_check
from configurators.embedding import shows_images
from configurators.forms import SiteCheckForm
from configurators.models import Configurator, Publication
from configurators.site_check import Finding, NoPage, NotListed
from configurators.views.access import find, publication_of
from organisations.http import TenantRequest
from organisations.outside import outside
from organisations.permissions import Permission
from tenancy.context import tenant


@require_http_methods(["GET", "HEAD", "POST"])
@outside(Permission.CONFIGURATORS_VIEW)
def check_site(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Ask for the address; then what was found there, each with how to mend it."""
    with tenant(request.organisation.pk):
        configurator = find(pk)
        publication = publication_of(configurator)
    form, found = SiteCheckForm(request.POST or None), None
    if publication is not None and form.is_valid() and site_check.too_often(str(request.organisation.pk)):
        form.add_error("address", _("That is often. Try again in a minute."))
    elif publication is not None and form.is_valid():
        try:
            found = _findings(request, publication, form.cleaned_data["address"])
        except NotListed:
            form.add_error("address", _("This is none of the sites in your list: add its host there first."))
    return _page(request, configurator, form, found, publication=publication)


def _findings(request: TenantRequest, publication: Publication, address: str) -> list[Finding]:
    """Raises NotListed."""
    try:
        page = site_check.fetch(address, listed=request.organisation.embed_domains)
    except NoPage as none:
        return [none.finding]
    on_line = publication.intake_on and not publication.form_hidden and not publication.frozen
    with tenant(request.organisation.pk):
        images = shows_images(publication)
    return site_check.findings(page, public_key=publication.public_key, on_line=on_line, images=images)


def _page(
    request: TenantRequest,
    configurator: Configurator,
    form: SiteCheckForm,
    found: list[Finding] | None,
    *,
    publication: Publication | None,
) -> HttpResponse:
    context = {"configurator": configurator, "publication": publication, "form": form, "findings": found}
    return render(request, "configurators/site_check.html", context, status=422 if form.errors else 200)
