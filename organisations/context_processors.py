"""What the frame around every page of an organisation shows."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import publications
from accounts.publications import Edition
from organisations.allowances import Notice
from organisations.allowances import notices as notices_of
from organisations.contracts import Standing, standings
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
        "notices": SimpleLazyObject(lambda: _notices(request)),
        "banners": SimpleLazyObject(lambda: _banners(membership)),
        "support_inside": SimpleLazyObject(lambda: _support_inside(request, membership)),
        "nav": SimpleLazyObject(lambda: navigation(request) if membership else []),  # type: ignore[arg-type]
    }


@dataclass(frozen=True, slots=True)
class Notices:
    """What is said on every page: texts that will change, and contracts that wait for agreement."""

    announced: list[Edition] = field(default_factory=list)
    due: list[Standing] = field(default_factory=list)


def _notices(request: HttpRequest) -> Notices:
    """Two statements at most, and only where a page of a person asks for them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Notices()
    known = publications.editions()
    membership: Membership | None = getattr(request, "membership", None)
    due: list[Standing] = []
    if membership is not None and membership.may(Permission.ORGANISATION_MANAGE):
        due = [s for s in standings(membership.organisation, known=known) if not s.is_agreed]
    return Notices(publications.announced(known), due)


def _banners(membership: Membership | None) -> list[Notice]:
    return notices_of(membership.organisation, membership.permissions) if membership else []


def _memberships(request: HttpRequest) -> list[Membership]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return list(Membership.objects.in_use().filter(user_id=user.pk))


def _support_inside(request: HttpRequest, membership: Membership | None) -> bool:
    """Whether support may look in right now: everybody of the team sees that."""
    return membership is not None and live(organisation_id=request.organisation.pk).exists()  # type: ignore[attr-defined]
