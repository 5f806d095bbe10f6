"""The other side of an invitation: the person who was asked."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from organisations.allowances import NoRoom
from organisations.http import SignedInRequest
from organisations.invitations import (
    InvitationUnusable,
    accept_invitation,
    find_by_token,
    invitations_for,
)
from organisations.models import Invitation
from organisations.second_step import second_step_first
from tenancy.encryption import normalise_email


@login_not_required
@never_cache
@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
@second_step_first
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail. Whatever is wrong with it, the answer is the same."""
    try:
        invitation = find_by_token(token)
        if not request.user.is_authenticated:
            return _introduce(request, invitation)
        return _join(request, invitation)  # type: ignore[arg-type]
    except InvitationUnusable:
        return render(request, "organisations/invitation_unusable.html", status=404)


@transaction.non_atomic_requests
@require_POST
@second_step_first
def accept_pending(request: SignedInRequest, invitation: UUID) -> HttpResponse:
    """Accept from the list of organisations: the verified address is proof enough."""
    for found in invitations_for(request.user):
        if found.id == invitation:
            return _join(request, found)
    return render(request, "organisations/invitation_unusable.html", status=404)


def _introduce(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What a stranger sees: who asks, and the ways to sign in or up."""
    status = 200 if request.method in {"GET", "HEAD"} else 403
    return render(request, "organisations/invitation.html", {"invitation": invitation}, status=status)


def _join(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    user = request.user
    if user.email_verified_at is None or normalise_email(user.email) != invitation.email:
        raise InvitationUnusable
    if request.method != "POST":
        return render(request, "organisations/invitation.html", {"invitation": invitation})
    try:
        membership = accept_invitation(invitation=invitation, user=user)
    except NoRoom:
        return render(request, "organisations/team_is_full.html", {"invitation": invitation}, status=409)
    organisation = membership.organisation
    messages.success(request, _("You are now in the team of %(name)s.") % {"name": organisation.name})
    return redirect("organisations:overview", organisation=organisation.slug)
