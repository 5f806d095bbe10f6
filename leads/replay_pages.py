"""What a draft's prices would have made of past requests: sums for who publishes, and nobody's request."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from configurators import examining
from configurators.models import Examination
from configurators.previewing import compiled_draft
from configurators.views.access import find
from leads.replaying import MOST, ask_for_replay
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires

#: Sums of fewer requests would tell of each to who may not see requests.
FEWEST = 10


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_PUBLISH)
def replay_page(request: TenantRequest, pk: UUID) -> HttpResponse:
    """How far it is or what came of it; a part of the publish page, or by itself without JavaScript."""
    configurator = find(pk)
    compiled = compiled_draft(configurator)
    if request.method == "POST" and compiled is not None:
        ask_for_replay(configurator, compiled)
        if not request.htmx:
            return redirect("leads:replay", organisation=request.organisation.slug, pk=pk)
    asked = examining.examination_of(configurator, compiled, examining.REPLAY) if compiled else None
    tally = asked.result.get("tally") if asked and asked.state == Examination.State.DONE else None
    context = {
        "configurator": configurator,
        "compiled": compiled,
        "asked": asked,
        "under_way": asked is not None and asked.is_under_way,
        "tally": tally,
        "too_few": tally is not None
        and _tells_of_each(tally)
        and not request.membership.may(Permission.LEADS_VIEW),
        "most": MOST,
    }
    return render(request, "leads/_replay.html" if request.htmx else "leads/replay.html", context)


def _tells_of_each(tally: dict[str, Any]) -> bool:
    """Whether there are sums, of too few requests; what does not fit the draft adds nothing to them."""
    return tally["looked"] > 0 and tally["looked"] - tally["unfit"] - tally["refused"] < FEWEST
