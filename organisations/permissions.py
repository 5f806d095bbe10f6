"""Who may do what: roles, permissions, the one table that joins them, and how a view names its own."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.signals import right_used

if TYPE_CHECKING:
    from organisations.allowances import Notice
    from organisations.models import Organisation

#: Methods that change nothing.
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., Any])


class Role(TextChoices):
    """What somebody is in one organisation."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    EDITOR = "editor", _("Editor")
    SALES = "sales", _("Sales")
    BILLING = "billing", _("Billing")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")


#: Roles that need a second factor, and that only an owner may give or take.
GUARDED_ROLES = frozenset({Role.OWNER, Role.ADMIN})

#: An owner is made by promoting a member, never by a mail to an address.
INVITABLE_ROLES = tuple(role for role in Role if role != Role.OWNER)

ROLE_SUMMARIES: dict[Role, Promise] = {
    Role.OWNER: _("Everything, and the only one who makes or removes owners and administrators."),
    Role.ADMIN: _("Everything except making or removing owners and administrators, the plan, and leaving."),
    Role.EDITOR: _("Builds and publishes configurators."),
    Role.SALES: _("Answers requests for an offer and exports them."),
    Role.BILLING: _("Looks after the plan and the invoices."),
    Role.PRIVACY_OFFICER: _("Decides on privacy requests and reads the record of who did what."),
}


class Permission(StrEnum):
    """One thing that a role may or may not do."""

    ORGANISATION_VIEW = "organisation.view"
    ORGANISATION_MANAGE = "organisation.manage"
    MEMBERS_VIEW = "members.view"
    MEMBERS_MANAGE = "members.manage"
    CONFIGURATORS_VIEW = "configurators.view"
    CONFIGURATORS_EDIT = "configurators.edit"
    CONFIGURATORS_PUBLISH = "configurators.publish"
    LEADS_VIEW = "leads.view"
    LEADS_WORK = "leads.work"
    LEADS_EXPORT = "leads.export"
    PRIVACY_VIEW = "privacy.view"
    PRIVACY_DECIDE = "privacy.decide"
    BILLING_VIEW = "billing.view"
    BILLING_MANAGE = "billing.manage"
    AUDIT_VIEW = "audit.view"
    INTEGRATIONS_MANAGE = "integrations.manage"
    SUPPORT_GRANT = "support.grant"
    DATA_EXPORT = "data.export"
    OWNERSHIP_OFFER = "ownership.offer"
    SUSPENSION_APPEAL = "suspension.appeal"
    ORGANISATION_LEAVE = "organisation.leave"

    @property
    def label(self) -> Promise:
        return PERMISSION_LABELS[self]


PERMISSION_LABELS: dict[Permission, Promise] = {
    Permission.ORGANISATION_VIEW: _("See the overview"),
    Permission.ORGANISATION_MANAGE: _("Change the organisation's settings"),
    Permission.MEMBERS_VIEW: _("See who is in the team"),
    Permission.MEMBERS_MANAGE: _("Invite people, change their role and remove them"),
    Permission.CONFIGURATORS_VIEW: _("See configurators"),
    Permission.CONFIGURATORS_EDIT: _("Build and change configurators"),
    Permission.CONFIGURATORS_PUBLISH: _("Publish configurators and take them offline"),
    Permission.LEADS_VIEW: _("Read requests for an offer"),
    Permission.LEADS_WORK: _("Answer requests: status and notes"),
    Permission.LEADS_EXPORT: _("Export requests"),
    Permission.PRIVACY_VIEW: _("See the privacy desk"),
    Permission.PRIVACY_DECIDE: _("Decide on privacy requests"),
    Permission.BILLING_VIEW: _("See the plan and the invoices"),
    Permission.BILLING_MANAGE: _("Change the plan and the way of paying"),
    Permission.AUDIT_VIEW: _("Read the record of who did what"),
    Permission.INTEGRATIONS_MANAGE: _("Connect other software: webhook and API keys"),
    Permission.SUPPORT_GRANT: _("Let support look in, for a while"),
    Permission.DATA_EXPORT: _("Download everything that the organisation keeps here"),
    Permission.OWNERSHIP_OFFER: _("Offer somebody the ownership"),
    Permission.SUSPENSION_APPEAL: _("Appeal against a suspension"),
    Permission.ORGANISATION_LEAVE: _("Deactivate the organisation and restore it"),
}

_EVERYBODY = frozenset({Permission.ORGANISATION_VIEW, Permission.MEMBERS_VIEW})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission)
    - {
        Permission.BILLING_MANAGE,
        Permission.OWNERSHIP_OFFER,
        Permission.SUSPENSION_APPEAL,
        Permission.ORGANISATION_LEAVE,
    },
    Role.EDITOR: _EVERYBODY
    | {
        Permission.CONFIGURATORS_VIEW,
        Permission.CONFIGURATORS_EDIT,
        Permission.CONFIGURATORS_PUBLISH,
    },
    Role.SALES: _EVERYBODY
    | {
        Permission.CONFIGURATORS_VIEW,
        Permission.LEADS_VIEW,
        Permission.LEADS_WORK,
        Permission.LEADS_EXPORT,
    },
    Role.BILLING: _EVERYBODY | {Permission.BILLING_VIEW, Permission.BILLING_MANAGE},
    Role.PRIVACY_OFFICER: _EVERYBODY
    | {
        Permission.CONFIGURATORS_VIEW,
        Permission.LEADS_VIEW,
        Permission.PRIVACY_VIEW,
        Permission.PRIVACY_DECIDE,
        Permission.AUDIT_VIEW,
        Permission.DATA_EXPORT,
    },
}


def permissions_of(role: str) -> frozenset[Permission]:
    """What a role may do; a role that the table does not know may do nothing."""
    return ROLE_PERMISSIONS.get(cast(Role, role), frozenset())


def roles_with(permission: Permission) -> list[Role]:
    """The roles that hold a permission, in the order of the roles."""
    return [role for role in Role if permission in ROLE_PERMISSIONS[role]]


def requires(permission: Permission, *, even_unpaid: bool = False, to: str = "") -> Callable[[View], View]:
    """Open a view under ``/o/<slug>/`` only to members whose role holds the permission.

    The view receives no ``organisation`` argument: it is ``request.organisation``. Without the
    organisation middleware before it, the view answers 404. What changes something can be withheld while
    nothing is paid, unless ``even_unpaid``: what takes something away, or what the law asks. ``to`` names
    the one use of a right that can be withheld while its others never are, such as "invite".
    """
    if not isinstance(permission, Permission):
        raise TypeError("Name the permission: @requires(Permission.LEADS_VIEW).")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, organisation: str, **kwargs: Any) -> HttpResponse:
            membership = getattr(request, "membership", None)
            if membership is None:
                raise Http404
            if not membership.may(permission):
                return _refusal(request, permission)
            if not even_unpaid and (refusal := withheld(request, permission, to)):
                return refusal
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def withheld(request: HttpRequest, permission: Permission, to: str = "") -> HttpResponse | None:
    """The page that says why the right cannot be used to change anything now; None where it can."""
    if request.method in _READING:
        return None
    found = notice_against(request.organisation, permission, to)  # type: ignore[attr-defined]
    if found is None:
        return None
    return render(request, "organisations/withheld.html", {"withheld": found}, status=403)


def notice_against(organisation: "Organisation", permission: Permission, to: str = "") -> "Notice | None":
    """Why the organisation cannot use the right now; None where it can."""
    answers = right_used.send(sender=Permission, organisation=organisation, permission=permission, to=to)
    return cast("Notice | None", next((found for receiver, found in answers if found), None))


def _refusal(request: HttpRequest, permission: Permission) -> HttpResponse:
    """A page that says which right is missing and who can give it."""
    context = {
        "missing": permission,
        "roles": roles_with(permission),
        "owners": request.organisation.memberships.owners(),  # type: ignore[attr-defined]
    }
    return render(request, "organisations/missing_permission.html", context, status=403)
