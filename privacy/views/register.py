"""The registers of Art. 30 GDPR and the data map, for who answers for them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import PlatformRole
from accounts.platform import platform_role_required
from audit.events import record
from organisations.http import TenantRequest
from organisations.models import Organisation
from organisations.permissions import Permission, requires
from privacy import art30, registers

OFFICER = PlatformRole.Role.PRIVACY_OFFICER
Who = list[tuple[str, str]]


@requires(Permission.PRIVACY_VIEW)
@never_cache
@require_safe
def processor_register(request: TenantRequest) -> HttpResponse:
    """Art. 30(2): what the platform processes for this organisation."""
    context = {
        "rows": art30.register("processor"),
        "who": _who_for(request.organisation),
        "measures": art30.MEASURES,
    }
    return render(request, "privacy/register.html", context)


@requires(Permission.PRIVACY_VIEW)
@never_cache
@require_safe
def processor_register_file(request: TenantRequest) -> HttpResponse:
    text = art30.as_csv(
        art30.register("processor"),
        title=_("Register of processing as processor (Art. 30(2) GDPR)"),
        who=_who_for(request.organisation),
    )
    record("register.downloaded", actor_id=request.user.pk)
    return _file(text, f"art-30-2-{request.organisation.slug}.csv")


@platform_role_required(OFFICER)
@never_cache
@require_safe
def controller_register(request: HttpRequest) -> HttpResponse:
    """Art. 30(1): what the platform processes for itself."""
    context = {"rows": art30.register("controller"), "who": _ourselves(), "measures": art30.MEASURES}
    return render(request, "privacy/platform/register.html", context)


@platform_role_required(OFFICER)
@never_cache
@require_safe
def controller_register_file(request: HttpRequest) -> HttpResponse:
    title = _("Register of processing as controller (Art. 30(1) GDPR)")
    return _file(art30.as_csv(art30.register("controller"), title=title, who=_ourselves()), "art-30-1.csv")


@platform_role_required(OFFICER)
@never_cache
@require_safe
def data_map(request: HttpRequest) -> HttpResponse:
    """Every table with personal data, column by column."""
    tables = [table for table in registers.data_map() if table.personal]
    return render(request, "privacy/platform/data_map.html", {"tables": tables})


def _who_for(organisation: Organisation) -> Who:
    named = ", ".join(
        part
        for part in (
            organisation.controller_name or organisation.name,
            " ".join(organisation.controller_address.split()),
            organisation.controller_email,
        )
        if part
    )
    days = organisation.lead_retention_days
    kept = _("{days} days").format(days=days) if days else _("Not chosen yet")
    return [
        (_("Controller"), named),
        (_("Processor"), f"Opmaat, {settings.PRIVACY_CONTACT}"),
        (_("Requests are kept for"), kept),
    ]


def _ourselves() -> Who:
    return [(_("Controller"), f"Opmaat, {settings.PRIVACY_CONTACT}")]


def _file(text: str, name: str) -> HttpResponse:
    """With the mark by which spreadsheets know UTF-8."""
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
