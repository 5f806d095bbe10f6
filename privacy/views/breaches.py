"""/platform/breaches/: the officer's register; /o/<slug>/privacy/incidents/: what concerns one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.legal import LANGUAGES
from accounts.models import PlatformRole
from accounts.platform import platform_role_required
from accounts.step_up import step_up_required
from organisations.http import TenantRequest
from organisations.models import Organisation
from organisations.permissions import Permission, requires
from privacy import art33, breaches
from privacy.breach_forms import BreachForm, CloseForm, EntryForm
from privacy.models import Breach, BreachOrganisation, EntryKind

OFFICER = PlatformRole.Role.PRIVACY_OFFICER


@platform_role_required(OFFICER)
@never_cache
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    rows = [
        {"breach": breach, "clock": breaches.clock(breach), "concerned": breach.concerned.count()}
        for breach in Breach.objects.prefetch_related("entries")
    ]
    return render(request, "privacy/platform/breaches.html", {"rows": rows})


@platform_role_required(OFFICER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = BreachForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = dict(form.cleaned_data)
        breach = breaches.open_breach(actor_id=given.pop("actor"), by=request.user.pk, **given)
        messages.success(request, _("The case is open."))
        return redirect("platform:breach", pk=breach.pk)
    status = 422 if form.is_bound else 200
    return render(request, "privacy/platform/breach_new.html", {"form": form}, status=status)


@platform_role_required(OFFICER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def breach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One case; a POST adds an entry."""
    found = _find(pk)
    form = EntryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            breaches.add_entry(
                found,
                kind=EntryKind(form.cleaned_data["kind"]),
                moment=form.cleaned_data["moment"],
                text=form.cleaned_data["text"],
                by=request.user.pk,
            )
        except breaches.IsClosed:
            form.add_error(None, _("This case is closed."))
        else:
            messages.success(request, _("It is on record."))
            return redirect("platform:breach", pk=pk)
    return _page(request, found, entry_form=form, status=422 if form.is_bound else 200)


@platform_role_required(OFFICER)
@never_cache
@require_POST
@step_up_required
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, form = _find(pk), CloseForm(request.POST)
    if form.is_valid():
        try:
            breaches.close(found, text=form.cleaned_data["text"], by=_officer(request))
        except breaches.Undecided:
            form.add_error(None, _("The case cannot be closed yet."))
        except breaches.IsClosed:
            form.add_error(None, _("This case is closed."))
        else:
            messages.success(request, _("The case is closed."))
            return redirect("platform:breach", pk=pk)
    return _page(request, found, close_form=form, status=422)


@platform_role_required(OFFICER)
@never_cache
@require_safe
def draft(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """The notification of Art. 33(3) as a text to copy into the authority's form."""
    if language not in LANGUAGES:
        raise Http404
    found = _find(pk)
    response = HttpResponse(art33.draft(found, language).text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.reference}-{language}.txt"'
    return response


@requires(Permission.PRIVACY_VIEW)
@never_cache
@require_safe
def incidents(request: TenantRequest) -> HttpResponse:
    """What concerns this organisation: enough to answer its own duty, nothing of others."""
    lines = BreachOrganisation.objects.filter(organisation_id=request.organisation.pk)
    rows = [_told(line) for line in lines.select_related("breach").order_by("-id")]
    return render(request, "privacy/incidents.html", {"rows": rows})


def _told(line: BreachOrganisation) -> dict[str, Any]:
    """What an organisation reads: the parts that are said to it, not who was told what else."""
    shown = (EntryKind.AWARE, EntryKind.NATURE, EntryKind.CONSEQUENCES, EntryKind.MEASURES)
    entries = [e for e in line.breach.entries.all() if e.kind in shown]
    return {"line": line, "breach": line.breach, "entries": entries}


def _officer(request: HttpRequest) -> UUID:
    """Who acts; the decorator let nobody else in."""
    assert request.user.pk is not None
    return request.user.pk


def _find(pk: UUID) -> Breach:
    found = Breach.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: Breach,
    *,
    entry_form: EntryForm | None = None,
    close_form: CloseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    names = dict(Organisation.objects.values_list("pk", "name"))
    context = {
        "breach": found,
        "clock": breaches.clock(found),
        "entries": [(entry, EntryKind(entry.kind).label) for entry in found.entries.all()],
        "concerned": [(line, names.get(line.organisation_id, "")) for line in found.concerned.all()],
        "missing": breaches.missing(found),
        "draft": art33.draft(found, get_language() or "en"),
        "languages": LANGUAGES,
        "entry_form": entry_form or EntryForm(),
        "close_form": close_form or CloseForm(),
    }
    return render(request, "privacy/platform/breach.html", context, status=status)
