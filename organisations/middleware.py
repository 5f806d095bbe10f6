"""The door: a request under ``/o/<slug>/`` enters the organisation, or learns nothing about it."""

import re
from collections.abc import Callable
from typing import cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.links import with_next
from organisations.http import SignedInRequest, TenantRequest
from organisations.models import Membership
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
        if _lacks_second_step(member):
            return _to_second_step(member)
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


def _lacks_second_step(request: TenantRequest) -> bool:
    """Whether this session has yet to show the second factor that its role, organisation or owner wants."""
    if request.user.is_verified():  # type: ignore[attr-defined]  # OTPMiddleware adds it
        return False
    return (
        request.membership.is_guarded
        or request.organisation.require_two_step
        or request.user.authenticator is not None
    )


def _to_second_step(request: TenantRequest) -> HttpResponse:
    page = "accounts:two-step" if request.user.authenticator else "accounts:two-step-setup"
    back = request.path if request.method in {"GET", "HEAD"} else reverse("organisations:home")
    address = with_next(page, back)
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
