"""Putting a frozen configurator on line again, beside the others or instead of one of them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from billing.limits import AddingWaits, LimitReached, decided_by, in_words
from configurators.forms import ThawForm
from configurators.freezing import NotOnLine, on_line, thaw
from configurators.views.access import find
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires


@require_POST
@requires(Permission.CONFIGURATORS_PUBLISH)
def thaw_one(request: TenantRequest, pk: UUID) -> HttpResponse:
    """Back to the list either way, with what was done or why not."""
    configurator, form = find(pk), ThawForm(request.POST, on_line=on_line())
    if not may_choose(request):
        messages.error(request, _("An owner chooses which configurators stay on line."))
    elif not form.is_valid():
        messages.error(request, _("Choose one of the configurators that are on line."))
    else:
        try:
            thaw(configurator, by=request.user.pk, instead_of=form.cleaned_data["instead_of"])
            messages.success(request, _("%(name)s is on line again.") % {"name": configurator.name})
        except NotOnLine:
            messages.error(request, _("That one is no longer on line. Choose another."))
        except (LimitReached, AddingWaits) as refusal:
            messages.error(request, _why_not(refusal))
    return redirect("configurators:list", organisation=request.organisation.slug)


def may_choose(request: TenantRequest) -> bool:
    """Whoever may both publish and decide on the plan: an owner."""
    rights = (Permission.CONFIGURATORS_PUBLISH, Permission.BILLING_MANAGE)
    return all(request.membership.may(right) for right in rights)


def _why_not(refusal: LimitReached | AddingWaits) -> str:
    if isinstance(refusal, AddingWaits):
        return in_words(refusal)
    room = refusal.entitlement.value or 0
    return ngettext(
        "%(who)s has room for %(count)d configurator on line. Choose which one makes room for it, or take a"
        " larger plan.",
        "%(who)s has room for %(count)d configurators on line. Choose which one makes room for it, or take a"
        " larger plan.",
        room,
    ) % {"who": decided_by(refusal.entitlement), "count": room}
