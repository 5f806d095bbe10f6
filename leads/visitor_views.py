"""A view that anybody may ask, from our own page or from a listed site's."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from leads import other_sites, replies
from leads.capture import IntakeUnavailable
from leads.posted import read_small
from leads.visits import UnknownKey, visit_of

View = Callable[..., HttpResponse]


def visitor_view(*methods: str, fresh: bool = False) -> Callable[[View], Any]:
    """A view for anybody, in no transaction; without cookies there is nothing that CSRF could borrow.

    It receives the visit, and what else its address says.
    """

    def decorate(view: View) -> Any:
        @wraps(view)
        def answer(request: HttpRequest, key: str, **rest: Any) -> HttpResponse:
            try:
                visit = visit_of(request, key, fresh=fresh and request.method in ("GET", "HEAD"))
            except UnknownKey:
                return replies.unknown(request)
            except IntakeUnavailable:
                return replies.unavailable_at_all(
                    request, read_small(request) if request.method == "POST" else None
                )
            response = other_sites.preflight() if request.method == "OPTIONS" else view(visit, **rest)
            return other_sites.readable(visit, response)

        checked = require_http_methods([*methods, "OPTIONS"])(answer)
        return login_not_required(csrf_exempt(transaction.non_atomic_requests(checked)))

    return decorate
