"""/account/privacy/…: access, portability, correction, objection, restriction and erasure for who signed in.

Of an account the platform is the controller: seeing, taking along and correcting need nobody; the rest is
decided by the platform's privacy officer, within four weeks.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.step_up import step_up_required
from audit.events import record_platform
from organisations.models import Membership, Organisation
from organisations.permissions import Role
from privacy.account.forms import ObjectForm, WishForm
from privacy.door.views import DOWNLOADS
from privacy.models import AccountRequest, Channel, IdentityMethod, Right
from privacy.models.requests import ENDS
from privacy.requests import cases
from privacy.subject import formats
from privacy.subject.copy import PLATFORM_COUNTRY, Copy, copy_for_account
from privacy.subject.page import as_page

_FORMS = {Right.OBJECTION: ObjectForm, Right.ERASURE: WishForm, Right.RESTRICTION: WishForm}


@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """What one may do with one's own data, and what was asked before."""
    user = _user(request)
    asked = AccountRequest.objects.filter(user_id=user.pk).order_by("-received_at", "-id")[:20]
    context = {"asked": asked, "sole_owner_of": sole_owner_of(user)}
    return render(request, "privacy/account/overview.html", context)


@require_safe
@never_cache
@transaction.non_atomic_requests
def copy(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about one's account."""
    return render(request, "privacy/account/copy.html", {"copy": _copy(request, taken=False)})


@require_safe
@never_cache
@transaction.non_atomic_requests
@step_up_required
def download(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file; asked of somebody who showed just now who they are."""
    if form not in DOWNLOADS:
        raise Http404
    made = _copy(request, taken=True)
    content = {
        "zip": lambda: formats.as_zip(made, page=as_page(made)),
        "json": lambda: formats.as_json(made),
        "csv": lambda: formats.as_csv(made),
    }[form]()
    kind, name = DOWNLOADS[form]
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@step_up_required
def ask(request: HttpRequest, right: str) -> HttpResponse:
    """Say what will happen, and on the button ask the platform for it."""
    if right not in _FORMS:
        raise Http404
    user = _user(request)
    alone = sole_owner_of(user) if right == Right.ERASURE else []
    form = _FORMS[Right(right)](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not alone:
        made = _ask(user, right, {name: text for name, text in form.cleaned_data.items() if text})
        text = _("Your request has arrived. You have an answer by %(day)s at the latest.")
        messages.success(request, text % {"day": made.target_on})
        return redirect("own-data:overview")
    context = {"form": form, "right": right, "sole_owner_of": alone}
    status = 422 if request.method == "POST" else 200
    return render(request, "privacy/account/ask.html", context, status=status)


def sole_owner_of(user: User) -> list[Organisation]:
    """Organisations in use that would be left without an owner: those are handed over or left first."""
    owned = Organisation.objects.active().filter(memberships__user=user, memberships__role=Role.OWNER)
    shared = Membership.objects.filter(role=Role.OWNER).exclude(user=user).values("organisation_id")
    return list(owned.exclude(pk__in=shared).order_by("name"))


def _copy(request: HttpRequest, *, taken: bool) -> Copy:
    """The copy, with a note in the record that its person saw it, or took it along."""
    user = _user(request)
    if taken:
        record_platform("subject.copied", user_id=user.pk, evidence=True)
    else:
        record_platform("subject.seen", user_id=user.pk)
    return copy_for_account(user)


def _ask(user: User, right: str, wish: dict[str, Any]) -> AccountRequest:
    """The request under way, where it is the same; of objections there may be several."""
    waiting = AccountRequest.objects.filter(user_id=user.pk, right=right).exclude(stage__in=ENDS)
    found = None if right == Right.OBJECTION and waiting.count() < 5 else waiting.first()
    return found or cases.receive_for_account(
        right=right,
        channel=Channel.ACCOUNT,
        language=get_language() or user.language,
        country=PLATFORM_COUNTRY,
        name=user.name,
        email=user.email,
        user=user,
        wish=wish,
        proven=IdentityMethod.SESSION,
        by=user,
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
