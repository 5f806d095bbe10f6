"""Pages of an organisation that ask somebody else something, so outside the organisation's transaction."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from organisations.http import SignedInRequest, TenantRequest
from organisations.models import Membership
from organisations.permissions import Permission, requires
from organisations.second_step import lacks_second_step, to_second_step

View = Callable[..., HttpResponseBase]


def outside(permission: Permission, *, to: str = "") -> Callable[[View], View]:
    """Open a page to members with the permission, as the middleware does, but enter nothing.

    ``to`` is that of ``requires``.
    """

    def decorate(view: View) -> View:
        guarded = requires(permission, to=to)(view)

        @wraps(view)
        @never_cache
        @transaction.non_atomic_requests
        def entered(request: HttpRequest, *args: Any, organisation: str, **kwargs: Any) -> HttpResponseBase:
            found = (
                Membership.objects.in_use()
                .filter(user_id=cast(SignedInRequest, request).user.pk, organisation__slug=organisation)
                .first()
            )
            if found is None:
                raise Http404
            member = cast(TenantRequest, request)
            member.membership, member.organisation = found, found.organisation
            if lacks_second_step(member, found):
                return to_second_step(member)
            return guarded(member, *args, organisation=organisation, **kwargs)

        entered.permission = permission  # type: ignore[attr-defined]
        return entered

    return decorate
