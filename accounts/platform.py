"""Pages of the platform itself, under ``/platform/``: who may open them, and what others see."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import PlatformRole, User


def has_role(user: User, *roles: PlatformRole.Role) -> bool:
    """Whether somebody does any of these works for the platform."""
    return user.is_authenticated and PlatformRole.objects.filter(user=user, role__in=roles).exists()


def privacy_officers() -> list[User]:
    """Who is told of what cannot wait: the platform's privacy officers."""
    roles = PlatformRole.objects.filter(role=PlatformRole.Role.PRIVACY_OFFICER).values("user_id")
    return list(User.objects.filter(pk__in=roles, is_active=True).order_by("id"))


def supporters() -> list[User]:
    """Who does support for the platform."""
    roles = PlatformRole.objects.filter(role=PlatformRole.Role.SUPPORT).values("user_id")
    return list(User.objects.filter(pk__in=roles, is_active=True).order_by("id"))


def platform_role_required(
    *roles: PlatformRole.Role,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Open a view only to somebody with one of the roles, in a session with a second factor.

    Everybody else gets the 404 of an address that does not exist.
    """
    if not roles:
        raise TypeError("Name a role: @platform_role_required(PlatformRole.Role.PRIVACY_OFFICER).")

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if not user.is_authenticated or not user.is_verified() or not has_role(user, *roles):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.platform_roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate
