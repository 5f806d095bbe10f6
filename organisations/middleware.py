"""The door: a request under ``/o/<slug>/`` enters the organisation, or learns nothing about it."""

import re
from collections.abc import Callable
from typing import cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from organisations.http import SignedInRequest, TenantRequest
from organisations.models import Membership
from organisations.second_step import lacks_second_step, to_second_step
from tenancy.context import tenant

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
        with tenant(member.organisation.id):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def _membership_of(request: SignedInRequest, slug: str) -> Membership:
    """The caller's membership. An organisation of others and one that does not exist look the same."""
    found = Membership.objects.in_use().filter(user_id=request.user.pk, organisation__slug=slug).first()
    if found is None:
        raise Http404
    return found
