"""Pages about an organisation's plan that speak to Stripe, so outside the organisation's transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.step_up import step_up_required
from billing import gateway
from organisations.http import SignedInRequest, TenantRequest
from organisations.models import Membership
from organisations.permissions import Permission, requires
from organisations.second_step import lacks_second_step, to_second_step

View = Callable[..., HttpResponseBase]


def outside(permission: Permission, *, to: str = "") -> Callable[[View], View]:
    """Open a page to members with the permission, as the middleware does, but enter nothing.

    When Stripe does not answer, the page says so and that nothing was lost. ``to`` is that of ``requires``.
    """

    def decorate(view: View) -> View:
        guarded = requires(permission, to=to)(_with_stripe(view))

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


def confirmed_to_post(view: View) -> View:
    """Looking is free; what moves money from a method that is kept asks again who is there."""
    confirmed = step_up_required(view)

    @wraps(view)
    def asked(request: TenantRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (confirmed if request.method == "POST" else view)(request, *args, **kwargs)

    return asked


def _with_stripe(view: View) -> View:
    @wraps(view)
    def asked(request: TenantRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not gateway.is_set_up():
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except gateway.StripeDown:
            answer = _refusal(request, "down", 503)
            answer["Retry-After"] = "60"
            return answer
        except gateway.CardDeclined:
            return _refusal(request, "declined", 422)
        except gateway.StripeRefused:
            return _refusal(request, "refused", 422)

    return asked


def _refusal(request: TenantRequest, why: str, status: int) -> HttpResponse:
    return render(request, "billing/not_now.html", {"why": why}, status=status)
