"""The team: who is in it, as what, and who has been asked."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.step_up import step_up_required
from organisations import invitations, members
from organisations.forms import InviteForm, RoleForm
from organisations.http import TenantRequest
from organisations.models import Invitation, Membership
from organisations.permissions import (
    GUARDED_ROLES,
    ROLE_PERMISSIONS,
    ROLE_SUMMARIES,
    Permission,
    Role,
    requires,
)


@requires(Permission.MEMBERS_VIEW)
@require_safe
def team(request: TenantRequest) -> HttpResponse:
    waiting = request.organisation.invitations.with_standing().order_by("-sent_at")
    context = {
        "members": request.organisation.memberships.with_people(),
        "invitations": waiting if request.membership.may(Permission.MEMBERS_MANAGE) else [],
        "roles": [(role, ROLE_SUMMARIES[role]) for role in Role],
        "rights": [
            (permission.label, [permission in ROLE_PERMISSIONS[role] for role in Role])
            for permission in Permission
        ],
    }
    return render(request, "organisations/members.html", context)


@requires(Permission.MEMBERS_MANAGE, to="invite")
@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def invite(request: TenantRequest) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None, by=request.membership)
    if form.is_valid():
        try:
            sent = invitations.invite(
                organisation=request.organisation, by=request.membership, **form.cleaned_data
            )
        except ValidationError as refusal:
            form.add_error("email" if refusal.code != "not_owner" else "role", refusal)
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": sent.email})
            return _back_to_team(request)
    status = 422 if form.is_bound else 200
    context = {"form": form, "full_team": invitations.full_team(request.organisation)}
    return render(request, "organisations/invite.html", context, status=status)


@requires(Permission.MEMBERS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def member_role(request: TenantRequest, member: UUID) -> HttpResponse:
    """Choose a role, see what it gives and takes, then confirm."""
    person = _member(request, member)
    chosen = request.POST if request.method == "POST" else request.GET
    form = RoleForm(chosen if "role" in chosen or request.method == "POST" else None, by=request.membership)
    context: dict[str, Any] = {"form": form, "person": person, "may_change": _may_change(request, person)}
    if form.is_valid():
        role = form.cleaned_data["role"]
        if request.method == "POST":
            change = partial(members.change_role, membership=person, role=role, by=request.membership)
            done = _("%(name)s is now: %(role)s.") % {"name": person.user.name, "role": role.label}
            return _attempt(request, change, done)
        context |= _consequences(person, role)
    return render(request, "organisations/member_role.html", context, status=422 if form.errors else 200)


@requires(Permission.MEMBERS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@step_up_required
def member_remove(request: TenantRequest, member: UUID) -> HttpResponse:
    person = _member(request, member)
    if person.pk == request.membership.pk:
        return redirect("organisations:leave", organisation=request.organisation.slug)
    if request.method == "POST":
        return _attempt(
            request,
            partial(members.remove_member, membership=person, by=request.membership),
            _("%(name)s is no longer in the team.") % {"name": person.user.name},
        )
    context = {"person": person, "may_change": _may_change(request, person)}
    return render(request, "organisations/member_remove.html", context)


@requires(Permission.ORGANISATION_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: TenantRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "organisations/leave.html", {"is_last_owner": _is_last_owner(request)})
    try:
        members.leave(membership=request.membership)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("organisations:leave", organisation=request.organisation.slug)
    messages.success(request, _("You have left %(name)s.") % {"name": request.organisation.name})
    return redirect("organisations:home")


@requires(Permission.MEMBERS_MANAGE, to="invite")
@require_POST
def invitation_resend(request: TenantRequest, invitation: UUID) -> HttpResponse:
    found = _invitation(request, invitation)
    return _attempt(
        request,
        partial(invitations.resend_invitation, invitation=found, by=request.membership),
        _("The invitation to %(email)s has been sent again.") % {"email": found.email},
    )


@requires(Permission.MEMBERS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_withdraw(request: TenantRequest, invitation: UUID) -> HttpResponse:
    found = _invitation(request, invitation)
    if request.method != "POST":
        return render(request, "organisations/invitation_withdraw.html", {"invitation": found})
    return _attempt(
        request,
        partial(invitations.withdraw_invitation, invitation=found, by=request.membership),
        _("The invitation to %(email)s has been withdrawn.") % {"email": found.email},
    )


def _member(request: TenantRequest, pk: UUID) -> Membership:
    return get_object_or_404(request.organisation.memberships.select_related("user", "organisation"), pk=pk)


def _invitation(request: TenantRequest, pk: UUID) -> Invitation:
    return get_object_or_404(request.organisation.invitations, pk=pk)


def _may_change(request: TenantRequest, person: Membership) -> bool:
    return request.membership.is_owner or person.role not in GUARDED_ROLES


def _is_last_owner(request: TenantRequest) -> bool:
    return request.membership.is_owner and request.organisation.memberships.owners().count() == 1


def _attempt(request: TenantRequest, verb: Callable[[], object], done: str) -> HttpResponse:
    """Do it and say so, or say why not; back to the team either way."""
    try:
        verb()
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, done)
    return _back_to_team(request)


def _back_to_team(request: TenantRequest) -> HttpResponse:
    return redirect("organisations:members", organisation=request.organisation.slug)


def _consequences(person: Membership, role: Role) -> dict[str, Any]:
    """What the change gives and takes, in the order of the permissions."""
    after = ROLE_PERMISSIONS[role]
    return {
        "role": role,
        "gained": [each.label for each in Permission if each in after - person.permissions],
        "lost": [each.label for each in Permission if each in person.permissions - after],
    }
