"""What the frame around every page of an organisation shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from organisations.models import Membership
from organisations.navigation import navigation
from organisations.permissions import Permission
from organisations.support import live


class Can:
    """Lets a template ask for a right: ``{% if can.members_manage %}``. An unknown right is a mistake."""

    def __init__(self, permissions: frozenset[Permission]) -> None:
        self._permissions = permissions

    def __getitem__(self, name: str) -> bool:
        return Permission(name.replace("_", ".", 1)) in self._permissions


def shell(request: HttpRequest) -> dict[str, Any]:
    """The organisation, the reader's place in it, what they may do, and where else they belong.

    Outside ``/o/<slug>/`` only ``memberships`` says something.
    """
    membership: Membership | None = getattr(request, "membership", None)
    return {
        "organisation": getattr(request, "organisation", None),
        "membership": membership,
        "memberships": SimpleLazyObject(lambda: _memberships(request)),
        "can": Can(membership.permissions if membership else frozenset()),
        "support_inside": SimpleLazyObject(lambda: _support_inside(request, membership)),
        "nav": SimpleLazyObject(lambda: navigation(request) if membership else []),  # type: ignore[arg-type]
    }


def _memberships(request: HttpRequest) -> list[Membership]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return list(Membership.objects.in_use().filter(user_id=user.pk))


def _support_inside(request: HttpRequest, membership: Membership | None) -> bool:
    """Whether support may look in right now: everybody of the team sees that."""
    return membership is not None and live(organisation_id=request.organisation.pk).exists()  # type: ignore[attr-defined]
