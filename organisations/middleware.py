"""The door: a request under ``/o/<slug>/`` enters the organisation, or learns nothing about it."""

import re
from collections.abc import Callable
from typing import cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve

from organisations.http import SignedInRequest, TenantRequest
from organisations.models import Membership
from organisations.second_step import lacks_second_step, to_second_step
from organisations.support import SupportVisit, record_read, visit_of
from tenancy.context import tenant
from tenancy.masking import masked

_ADDRESS = re.compile(r"/o/(?P<slug>[-a-zA-Z0-9_]+)/")


class OrganisationMiddleware:
    """Give members their organisation, inside its transaction; give everybody else the same 404.

    The transaction ends when the answer is ready, and is undone when that answer is an error of ours:
    a template that fails after the view has written would otherwise leave its half behind.
    ``ATOMIC_REQUESTS`` stays on beside it, or an exception between would commit. A streamed answer is
    written after the transaction has ended and opens ``tenant()`` itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = _ADDRESS.match(request.path_info)
        if address is None or not request.user.is_authenticated:
            return self.get_response(request)  # LoginRequiredMiddleware sends strangers to sign in
        member = cast(TenantRequest, request)
        member.membership = _membership_of(member, address["slug"])
        member.organisation = member.membership.organisation
        if lacks_second_step(member, member.membership):
            return to_second_step(member)
        visit = member.membership if isinstance(member.membership, SupportVisit) else None
        with tenant(member.organisation.id), masked(bool(visit and not visit.grant.unmasked)):
            response = self._visited(request, visit) if visit else self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def _visited(self, request: HttpRequest, visit: SupportVisit) -> HttpResponse:
        """A page for support: on the customer's record first, and only to look unless granted otherwise."""
        if request.method not in ("GET", "HEAD") and not visit.grant.may_change:
            return render(request, "organisations/support_may_look.html", status=403)
        record_read(visit, resolve(request.path_info).view_name)
        return self.get_response(request)


def _membership_of(request: SignedInRequest, slug: str) -> Membership:
    """The caller's membership. An organisation of others and one that does not exist look the same."""
    found = Membership.objects.in_use().filter(user_id=request.user.pk, organisation__slug=slug).first()
    visit = None if found else visit_of(request.user, slug)
    if found is None and visit is None:
        raise Http404
    return found or cast(Membership, visit)
