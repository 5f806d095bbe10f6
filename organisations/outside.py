"""Pages of an organisation that ask somebody else something, so outside the organisation's transaction."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from organisations.http import SignedInRequest, TenantRequest
from organisations.models import Membership, MembershipQuerySet
from organisations.permissions import Permission, requires
from organisations.second_step import lacks_second_step, to_second_step

View = Callable[..., HttpResponseBase]
Members = Callable[[], MembershipQuerySet]


def by_one_of(members: Members, view: View) -> View:
    """Open a page about an organisation to these of its memberships, entering nothing; 404 to others."""

    @wraps(view)
    @never_cache
    @transaction.non_atomic_requests
    def opened(request: HttpRequest, *args: Any, organisation: str, **kwargs: Any) -> HttpResponseBase:
        user = cast(SignedInRequest, request).user
        found = members().filter(user_id=user.pk, organisation__slug=organisation).first()
        if found is None:
            raise Http404
        member = cast(TenantRequest, request)
        member.membership, member.organisation = found, found.organisation
        if lacks_second_step(member, found):
            return to_second_step(member)
        return view(member, *args, **kwargs)

    return opened


def outside(permission: Permission, *, to: str = "") -> Callable[[View], View]:
    """Open a page to members with the permission, as the middleware does, but enter nothing.

    ``to`` is that of ``requires``.
    """

    def decorate(view: View) -> View:
        guarded = requires(permission, to=to)(view)

        def named(request: TenantRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return guarded(request, *args, organisation=request.organisation.slug, **kwargs)

        entered = by_one_of(Membership.objects.in_use, wraps(view)(named))
        entered.permission = permission  # type: ignore[attr-defined]
        return entered

    return decorate
