"""Pages about an organisation's plan that speak to Stripe, so outside the organisation's transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.step_up import step_up_required
from billing import gateway
from organisations.http import TenantRequest
from organisations.outside import outside as entering_nothing
from organisations.permissions import Permission

View = Callable[..., HttpResponseBase]


def outside(permission: Permission, *, to: str = "") -> Callable[[View], View]:
    """As in ``organisations``; when Stripe does not answer, the page says so and that nothing was lost."""

    def decorate(view: View) -> View:
        return entering_nothing(permission, to=to)(_with_stripe(view))

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
