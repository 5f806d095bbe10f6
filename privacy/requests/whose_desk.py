"""Two desks with one set of pages: an organisation's, about leads, and the platform's, about accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.models import PlatformRole, User
from accounts.platform import platform_role_required
from organisations.http import TenantRequest
from organisations.models import Membership
from organisations.permissions import Permission, requires
from privacy.models.requests import AccountRequest, PrivacyRequest
from privacy.requests import carrying_out
from privacy.requests.sealed import AnyRequest

#: What may be done with one request; each is an address of its own.
STEPS = (
    "letter",
    "decide",
    "extend",
    "ask-identity",
    "prove-identity",
    "reclassify",
    "withdraw",
    "duplicate",
    "carried-out",
    "close",
)

DeskView = Callable[..., HttpResponse]


class Desk(Protocol):
    """Whose requests are shown, who acts, and under which addresses."""

    model: type[AnyRequest]
    of: str
    may_decide: bool

    @property
    def by(self) -> Membership | User: ...

    def url(self, name: str, **kwargs: Any) -> str: ...


class OrganisationDesk:
    """An organisation answers for its leads."""

    model = PrivacyRequest
    of = carrying_out.LEADS

    def __init__(self, request: TenantRequest) -> None:
        self.by = request.membership
        self.slug = request.organisation.slug
        self.country = request.organisation.country
        self.may_decide = request.membership.may(Permission.PRIVACY_DECIDE)

    def url(self, name: str, **kwargs: Any) -> str:
        return reverse(f"privacy:{name}", kwargs={"organisation": self.slug, **kwargs})


class PlatformDesk:
    """The platform answers for accounts, and passes on what is about leads."""

    model = AccountRequest
    of = carrying_out.ACCOUNTS
    may_decide = True

    def __init__(self, request: HttpRequest) -> None:
        self.by = cast(User, request.user)

    def url(self, name: str, **kwargs: Any) -> str:
        names = {"desk": "requests", "request": "request"}
        return reverse(f"platform:{names.get(name, f'request-{name}')}", kwargs=kwargs)


def at_organisation(view: DeskView, permission: Permission) -> DeskView:
    """The page at an organisation's desk, for those who hold the permission."""

    def shown(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, OrganisationDesk(cast(TenantRequest, request)), **kwargs)

    return never_cache(requires(permission)(shown))


def at_platform(view: DeskView) -> DeskView:
    """The page at the platform's desk, for its privacy officer."""

    def shown(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, PlatformDesk(request), **kwargs)

    return never_cache(platform_role_required(PlatformRole.Role.PRIVACY_OFFICER)(shown))


def addresses(desk: Desk, case: AnyRequest) -> dict[str, str]:
    """The address of every step of one request, for the page; hyphens become underscores there."""
    return {step.replace("-", "_"): desk.url(step, pk=case.pk) for step in STEPS}
