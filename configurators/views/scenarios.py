"""The scenarios of a configurator: what they come to on the draft now, and the form to add or change one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configurators.compiled import Compiled
from configurators.models import Configurator, Scenario
from configurators.previewing import compiled_draft
from configurators.scenario_form import ScenarioForm
from configurators.scenarios import (
    MOST_KEPT,
    SameName,
    TooManyScenarios,
    accept,
    keep_scenario,
    outcomes,
    remove,
)
from configurators.views.access import find
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires


@require_safe
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def index(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Every scenario with what comes of it on the draft as it was last saved."""
    configurator = find(pk)
    compiled = compiled_draft(configurator)
    context = {
        "configurator": configurator,
        "broken": compiled is None,
        "outcomes": outcomes(configurator.scenarios.all(), compiled) if compiled else [],
        "scenarios": configurator.scenarios.order_by("name"),
    }
    return render(request, "configurators/scenarios.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def create(request: TenantRequest, pk: UUID) -> HttpResponse:
    """A new one, filled in as a visitor's form begins."""
    return _form_page(request, find(pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def change(request: TenantRequest, pk: UUID, scenario: UUID) -> HttpResponse:
    """Another configuration, name or price."""
    configurator = find(pk)
    found = _scenario(configurator, scenario, to_change=request.method == "POST")
    return _form_page(request, configurator, found)


@require_POST
@requires(Permission.CONFIGURATORS_EDIT)
def take_over(request: TenantRequest, pk: UUID, scenario: UUID) -> HttpResponse:
    """What comes of it now is right."""
    configurator = find(pk)
    found, compiled = _scenario(configurator, scenario, to_change=True), compiled_draft(configurator)
    outcome = outcomes([found], compiled)[0] if compiled else None
    if outcome is None:
        messages.error(request, _("Nothing was changed: mend the errors in the draft first."))
    elif request.POST.get("found", outcome.found) != outcome.found:
        messages.error(request, _("Nothing was changed: something else comes of it by now."))
    else:
        accept(outcome)
        messages.success(request, _("The scenario expects from now on what comes of it."))
    return redirect("configurators:scenarios", organisation=request.organisation.slug, pk=pk)


@require_POST
@requires(Permission.CONFIGURATORS_EDIT)
def forget(request: TenantRequest, pk: UUID, scenario: UUID) -> HttpResponse:
    """Remove one."""
    remove(_scenario(find(pk), scenario))
    messages.success(request, _("The scenario was removed."))
    return redirect("configurators:scenarios", organisation=request.organisation.slug, pk=pk)


def _form_page(request: TenantRequest, configurator: Configurator, scenario: Scenario | None) -> HttpResponse:
    compiled = compiled_draft(configurator)
    if compiled is None:
        status = 422 if request.method == "POST" else 200
        context: dict[str, Any] = {"configurator": configurator, "scenario": scenario}
        return render(request, "configurators/scenario.html", context, status=status)
    if request.method != "POST":
        form = ScenarioForm(compiled=compiled, scenario=scenario)
        if scenario is None:
            form.take_over(form.verdict)
        return _shown(request, configurator, scenario, form)
    if "work_out" in request.POST:
        form = ScenarioForm(compiled=compiled, scenario=scenario, typed=request.POST)
        form.take_over(form.verdict)
        return _shown(request, configurator, scenario, form)
    return _kept(request, configurator, scenario, compiled)


def _kept(
    request: TenantRequest, configurator: Configurator, scenario: Scenario | None, compiled: Compiled
) -> HttpResponse:
    form = ScenarioForm(request.POST, compiled=compiled, scenario=scenario)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "inputs", "expects", "amount")}
        try:
            keep_scenario(configurator, instead_of=scenario, **given)
        except SameName:
            form.add_error("name", _("Another scenario has this name."))
        except TooManyScenarios:
            form.add_error(None, _too_many())
        else:
            messages.success(request, _("The scenario is kept. It is worked out before each publication."))
            return redirect(
                "configurators:scenarios", organisation=request.organisation.slug, pk=configurator.pk
            )
    return _shown(request, configurator, scenario, form, status=422)


def _shown(
    request: TenantRequest,
    configurator: Configurator,
    scenario: Scenario | None,
    form: ScenarioForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "configurator": configurator,
        "scenario": scenario,
        "form": form,
        "verdict": form.verdict,
        "currency": form.compiled.currency,
    }
    return render(request, "configurators/scenario.html", context, status=status)


def _scenario(configurator: Configurator, pk: UUID, *, to_change: bool = False) -> Scenario:
    """``to_change`` keeps others from changing or removing it until this request is done."""
    scenarios = configurator.scenarios.select_for_update() if to_change else configurator.scenarios
    return get_object_or_404(scenarios, pk=pk)


def _too_many() -> str:
    return ngettext(
        "%(count)d scenario is kept, and there is room for no more. Remove one first.",
        "%(count)d scenarios are kept, and there is room for no more. Remove one first.",
        MOST_KEPT,
    ) % {"count": MOST_KEPT}
