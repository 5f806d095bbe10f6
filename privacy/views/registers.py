"""/platform/registers/: companies, demands of authorities, and duties with their days."""

from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import PlatformRole
from accounts.platform import platform_role_required
from accounts.step_up import step_up_required
from privacy import companies, demands, duties
from privacy.models import AuthorityDemand, Company, Duty
from privacy.register_forms import (
    CompanyForm,
    DecisionForm,
    DemandForm,
    DoneForm,
    DutyForm,
    EngageForm,
)

OFFICER = PlatformRole.Role.PRIVACY_OFFICER
Row = TypeVar("Row", bound=Model)

_TITLES: dict[str, Promise] = {
    "company": gettext_lazy("A company that is to work for us"),
    "engage": gettext_lazy("Engage a company"),
    "demand": gettext_lazy("A demand of an authority"),
    "decide": gettext_lazy("Decide on a demand"),
    "duty": gettext_lazy("Something to be done by a day"),
    "done": gettext_lazy("It was done"),
}


@platform_role_required(OFFICER)
@never_cache
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    context = {
        "companies": Company.objects.all(),
        "demands": AuthorityDemand.objects.all(),
        "open_duties": Duty.objects.open(),
        "overdue": Duty.objects.overdue().count(),
        "done_duties": Duty.objects.exclude(done_on=None).order_by("-done_on")[:20],
    }
    return render(request, "privacy/platform/registers.html", context)


@platform_role_required(OFFICER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def company_new(request: HttpRequest) -> HttpResponse:
    form = CompanyForm(_sent(request))
    if form.is_valid():
        form.save()
        return _done(request, _("The company is in the register. It works for us once it is announced."))
    return _form(request, form, "company")


@platform_role_required(OFFICER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def company_engage(request: HttpRequest, pk: UUID) -> HttpResponse:
    company, form = _find(Company, pk), EngageForm(_sent(request))
    if form.is_valid():
        try:
            companies.engage(company, active_from=form.cleaned_data["active_from"], by=_officer(request))
        except companies.NotEngageable as refusal:
            form.add_error("active_from", str(refusal))
        else:
            return _done(request, _("Every organisation is told."))
    return _form(request, form, "engage", about=company.name)


@platform_role_required(OFFICER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demand_new(request: HttpRequest) -> HttpResponse:
    form = DemandForm(_sent(request))
    if form.is_valid():
        demand = form.save(commit=False)
        organisation = form.cleaned_data["organisation"]
        demand.organisation_id = organisation.pk if organisation else None
        demand.save()
        return _done(request, _("The demand is on record."))
    return _form(request, form, "demand")


@platform_role_required(OFFICER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def demand_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    demand, form = _find(AuthorityDemand, pk), DecisionForm(_sent(request))
    if form.is_valid():
        granted = form.cleaned_data["decision"] == AuthorityDemand.Decision.GRANTED
        try:
            demands.decide(
                demand, granted=granted, reasons=form.cleaned_data["reasons"], by=_officer(request)
            )
        except demands.NotGranted:
            form.add_error(None, _("This was decided already."))
        else:
            return _done(request, _("The decision is on record."))
    return _form(request, form, "decide", about=f"{demand.authority}, {demand.reference}: {demand.scope}")


@platform_role_required(OFFICER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def duty_new(request: HttpRequest) -> HttpResponse:
    form = DutyForm(_sent(request))
    if form.is_valid():
        duties.plan(**form.cleaned_data, by=_officer(request))
        return _done(request, _("It is on the list."))
    return _form(request, form, "duty")


@platform_role_required(OFFICER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def duty_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    duty, form = _find(Duty, pk), DoneForm(_sent(request))
    if form.is_valid():
        try:
            duties.fulfil(duty, by=_officer(request), **form.cleaned_data)
        except duties.AlreadyDone:
            form.add_error(None, _("This was done already."))
        else:
            return _done(request, _("It is on record."))
    return _form(request, form, "done", about=f"{duty.get_kind_display()}: {duty.subject}")


def _officer(request: HttpRequest) -> UUID:
    """Who acts; the decorator let nobody else in."""
    assert request.user.pk is not None
    return request.user.pk


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _find(model: type[Row], pk: UUID) -> Row:
    found = model._default_manager.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("platform:registers")


def _form(request: HttpRequest, form: BaseForm, title: str, *, about: str = "") -> HttpResponse:
    context = {"form": form, "title": _TITLES[title], "about": about}
    status = 422 if form.is_bound else 200
    return render(request, "privacy/platform/register_form.html", context, status=status)
