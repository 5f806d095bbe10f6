"""Who must give, or first set up, a second factor before this session may do anything for them."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.links import with_next
from organisations.http import SignedInRequest
from organisations.models import Membership

View = Callable[..., HttpResponse]


def lacks_second_step(request: SignedInRequest, membership: Membership) -> bool:
    """Whether this session has yet to show the second factor that its role, organisation or owner wants."""
    if request.user.is_verified():  # type: ignore[attr-defined]  # OTPMiddleware adds it
        return False
    return _wants_it(membership) or _has_one_or_must(request)


def to_second_step(request: SignedInRequest) -> HttpResponse:
    """To the page where it is given, or set up; and back from there."""
    page = "accounts:two-step" if request.user.authenticator else "accounts:two-step-setup"
    back = request.path if request.method in {"GET", "HEAD"} else reverse("organisations:home")
    address = with_next(page, back)
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)


def second_step_first(view: View) -> View:
    """Let nobody act, outside every organisation, on a session that is still half.

    Half is a session with one factor of somebody who has two, or who must have two: in any of their
    organisations, or since a lost one was taken off. Strangers pass; the view says what they may do.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated and _is_half(request):  # type: ignore[arg-type]
            return to_second_step(request)  # type: ignore[arg-type]
        return view(request, *args, **kwargs)

    return guarded


def _is_half(request: SignedInRequest) -> bool:
    if request.user.is_verified():  # type: ignore[attr-defined]
        return False
    if _has_one_or_must(request):
        return True
    memberships = Membership.objects.in_use().filter(user_id=request.user.pk)
    return request.method not in {"GET", "HEAD"} and any(map(_wants_it, memberships))


def _has_one_or_must(request: SignedInRequest) -> bool:
    return request.user.must_set_up_two_step or request.user.authenticator is not None


def _wants_it(membership: Membership) -> bool:
    return membership.is_guarded or membership.organisation.require_two_step
