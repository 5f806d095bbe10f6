"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import lost_factor, throttle
from accounts.device import known_device, remember_device
from accounts.forms import SignInForm, StepUpForm, TwoStepForm
from accounts.links import destination, next_path, with_next
from accounts.models import Authenticator, User
from accounts.notices import notify
from accounts.sessions import end_all_sessions
from accounts.sign_in import confirm_password, half_way, stop_half_way, try_password
from accounts.sign_in import sign_in as begin
from accounts.sign_in import sign_out as end
from accounts.signals import misuse_reported
from accounts.step_up import confirm_again
from accounts.two_step import seconds_to_wait, verify_code
from accounts.views.doors import (
    PersonRequest,
    own_action,
    public_action,
    public_form,
    sent,
    setup_form,
    show,
    show_wait,
)
from audit.events import record_platform

_FORGET_ON_SIGN_OUT = '"cache", "storage"'


@transaction.non_atomic_requests
@public_form
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first step. No transaction is held while the password is hashed."""
    going_to = next_path(request)
    form = SignInForm(sent(request))
    page: dict[str, Any] = {"form": form, "next": going_to}
    if request.method != "POST":
        return (
            redirect(destination(going_to))
            if request.user.is_authenticated
            else show(request, "sign_in", **page)
        )
    if not form.is_valid():
        return show(request, "sign_in", **page)
    email = form.cleaned_data["email"]
    try:
        user = try_password(
            email=email,
            password=form.cleaned_data["password"],
            address=throttle.client_address(request),
            device=known_device(request, account=email),
        )
    except throttle.TooSoon as wait:
        return show_wait(request, "sign_in", wait=wait, **page)
    if user is None:
        form.add_error(None, _("The e-mail address and the password do not belong together."))
        return show(request, "sign_in", **page)
    if user.authenticator is not None:
        stop_half_way(request, user=user, next_path=going_to)
        return redirect("accounts:two-step")
    return _admit(request, user=user, device=None, going_to=going_to)


@public_form
def two_step(request: HttpRequest) -> HttpResponse:
    """The second step, for someone whose password was right in this session."""
    person = half_way(request)
    if person is None:
        return redirect("accounts:sign-in")
    going_to = next_path(request) or person.next_path
    form = TwoStepForm(sent(request))
    page: dict[str, Any] = {"form": form, "next": going_to}
    if request.method != "POST" or not form.is_valid():
        return show(request, "two_step", **page)
    wait = seconds_to_wait(person.user)
    device = verify_code(user=person.user, code=form.cleaned_data["code"])
    if device is not None:
        lost_factor.found_again(user=person.user)
        return _admit(request, user=person.user, device=device, going_to=going_to)
    record_platform("account.two_step_failed", user_id=person.user.pk)
    form.add_error("code", _wrong_code(wait))
    return show(request, "two_step", **page)


@transaction.non_atomic_requests
@setup_form
def step_up(request: PersonRequest) -> HttpResponse:
    """Prove again who is there, by password or by code."""
    user = request.user
    going_to = next_path(request)
    form = StepUpForm(sent(request), with_code=user.authenticator is not None)
    page: dict[str, Any] = {"form": form, "next": going_to}
    if request.method != "POST" or not form.is_valid():
        return show(request, "step_up", **page)
    try:
        proved = _proves(request, user, form.cleaned_data)
    except throttle.TooSoon as wait:
        return show_wait(request, "step_up", wait=wait, **page)
    if not proved:
        form.add_error(None, _("That is not right. Try again."))
        return show(request, "step_up", **page)
    confirm_again(request)
    return redirect(destination(going_to))


@public_action
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, or a sign-in that stopped half way; pressing it twice is no error."""
    if request.user.is_authenticated:
        end(request)
    request.session.flush()
    return _gone()


@own_action
def sign_out_everywhere(request: PersonRequest) -> HttpResponse:
    """End every session of the person, this one included."""
    end_all_sessions(user=request.user)
    record_platform("account.signed_out_everywhere", user_id=request.user.pk, evidence=True)
    end(request)
    return _gone()


@own_action
def report_misuse(request: PersonRequest) -> HttpResponse:
    """Somebody else used this account: end every session, tell the officer, and say how to go on (D17)."""
    user = request.user
    end_all_sessions(user=user)
    record_platform("account.misuse_reported", user_id=user.pk, evidence=True)
    misuse_reported.send(sender=type(user), user=user)
    notify(user, "account_misuse_reported")
    end(request)
    return _gone()


def _admit(request: HttpRequest, *, user: User, device: Authenticator | None, going_to: str) -> HttpResponse:
    begin(request, user=user, device=device)
    onward = destination(going_to)
    response = redirect(with_next("accounts:two-step-setup", onward) if user.must_set_up_two_step else onward)
    remember_device(response, account=user.email)
    return response


def _proves(request: HttpRequest, user: User, given: dict[str, str]) -> bool:
    if given["password"]:
        address = throttle.client_address(request)
        return confirm_password(user=user, password=given["password"], address=address)
    return verify_code(user=user, code=given["code"]) is not None


def _wrong_code(wait: int) -> str:
    if not wait:
        return _("This code is not right, or was used already. Wait for the next one.")
    return ngettext(
        "Too many wrong codes. Try again in %(count)d second.",
        "Too many wrong codes. Try again in %(count)d seconds.",
        wait,
    ) % {"count": wait}


def _gone() -> HttpResponse:
    response = redirect(settings.LOGIN_URL)
    response.headers["Clear-Site-Data"] = _FORGET_ON_SIGN_OUT
    return response
