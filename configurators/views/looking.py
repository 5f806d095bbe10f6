"""What is known about a draft before it goes live: its scenarios, its proof, and what it changes."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from configurators.changes import MOST_SHOWN, by_kind, changes
from configurators.compiled import Compiled
from configurators.examining import ask_for_proof, proof_of
from configurators.models import Configurator, ConfiguratorVersion
from configurators.previewing import compiled_draft
from configurators.proving.wording import ToldExtreme, Wording
from configurators.scenarios import Moved, moves, outcomes, spoken_of
from configurators.views.access import find
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires


def looked_at(request: TenantRequest, configurator: Configurator, compiled: Compiled) -> dict[str, Any]:
    """For a page that is about to publish."""
    found = outcomes(configurator.scenarios.all(), compiled)
    return {
        "outcomes": found,
        "failing": [outcome for outcome in found if not outcome.passes],
        **proof_told(request, configurator, compiled),
    }


def proof_told(request: TenantRequest, configurator: Configurator, compiled: Compiled) -> dict[str, Any]:
    """What was proved, in words, and how far the worker is."""
    proof, asked = proof_of(configurator, compiled)
    wording = Wording(compiled, spoken_of(compiled))
    ends = [wording.extreme(proof.lowest), wording.extreme(proof.highest)]
    return {
        "proof": proof,
        "clashes": wording.clashes(proof),
        "unreachable": wording.unreachable(proof),
        "extremes": [(end, _preview_url(request, configurator, end)) for end in ends if end],
        "priced": compiled.has_prices,
        "proof_asked": asked,
        "proof_under_way": asked is not None and asked.is_under_way,
        "proof_failed": asked is not None and asked.has_failed,
        "proof_wanted": not proof.complete and asked is None,
    }


def compared(configurator: Configurator, compiled: Compiled, live: ConfiguratorVersion) -> dict[str, Any]:
    """What the draft changes of the version that is live, and whose prices that moves."""
    found = changes(live.lifted_definition, configurator.lifted_draft)
    moved: list[Moved] = moves(configurator, Compiled.from_json(live.compiled), compiled)
    return {
        "live": live,
        "changed": by_kind(found),
        "changed_more": max(len(found) - MOST_SHOWN, 0),
        "moved": moved,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_PUBLISH)
def proof(request: TenantRequest, pk: UUID) -> HttpResponse:
    """The proof as a part of the page, which asks for itself again; or let the worker begin."""
    configurator = find(pk)
    compiled = compiled_draft(configurator)
    if compiled is None:
        raise Http404
    if request.method == "POST":
        ask_for_proof(configurator, compiled)
        if not request.htmx:
            return redirect("configurators:publish", organisation=request.organisation.slug, pk=pk)
    context = {"configurator": configurator, **proof_told(request, configurator, compiled)}
    return render(request, "configurators/_proof.html", context)


def _preview_url(request: TenantRequest, configurator: Configurator, end: ToldExtreme) -> str:
    """The draft's preview with this configuration filled in."""
    place = {"organisation": request.organisation.slug, "pk": configurator.pk}
    filled = json.dumps(end.extreme.inputs, ensure_ascii=False, separators=(",", ":"))
    return f"{reverse('configurators:preview', kwargs=place)}?{urlencode({'filled': filled})}"
