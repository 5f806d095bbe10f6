"""Asking again who is there, before something that cannot be taken back.

``recently_confirmed`` is true for ten minutes after a sign-in or after the page at
``accounts:step-up``. ``step_up_required`` sends everyone else to that page first.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.links import came_from, own_path, with_next

CONFIRMED_AT = "confirmed_at"
LASTS_SECONDS = 10 * 60

Answer = TypeVar("Answer", bound=HttpResponseBase)


def confirm(request: HttpRequest) -> None:
    """Note that the person has just proved who they are."""
    request.session[CONFIRMED_AT] = int(time.time())


def confirm_again(request: HttpRequest) -> None:
    """The same within a session, which goes on under a new key."""
    request.session.cycle_key()
    confirm(request)


def recently_confirmed(request: HttpRequest) -> bool:
    """Whether the person proved who they are within the last ten minutes."""
    return time.time() - request.session.get(CONFIRMED_AT, 0) <= LASTS_SECONDS


def step_up_required(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponseRedirect]:
    """Run the view only for someone who proved lately who they are.

    A form that was posted too late is not kept: after the step-up the person is back on the page
    that they posted from.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer | HttpResponseRedirect:
        if recently_confirmed(request):
            return view(request, *args, **kwargs)
        return redirect(with_next("accounts:step-up", _way_back(request)))

    return wrapper


def _way_back(request: HttpRequest) -> str:
    if request.method in ("GET", "HEAD"):
        return own_path(request.get_full_path())
    return came_from(request)
