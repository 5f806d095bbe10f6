"""Setting up the second factor, and doing without it."""

from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django_otp import login as otp_login

from accounts import throttle
from accounts.forms import SetupForm, TurnOffForm
from accounts.links import destination, next_path, with_next
from accounts.sessions import keep_this_session
from accounts.sign_in import confirm_password
from accounts.step_up import step_up_required
from accounts.two_step import (
    confirm_setup,
    enrolment,
    renew_recovery_codes,
    start_setup,
    turn_off,
    unconfirmed,
    verify_code,
)
from accounts.views.doors import (
    PersonRequest,
    own_form,
    sent,
    setup_action,
    setup_form,
    show,
    show_wait,
)


@setup_form
@step_up_required
def two_step_setup(request: PersonRequest) -> HttpResponse:
    """Show the seed of a begun setup and take its first code; turn the second factor on."""
    user = request.user
    going_to = next_path(request)
    if user.authenticator is not None:
        return redirect(going_to or "accounts:settings")
    device = unconfirmed(user)
    if device is None:
        return show(request, "two_step_begin", next=going_to)
    form = SetupForm(sent(request))
    page: dict[str, Any] = {"form": form, "next": going_to, "enrolment": enrolment(device)}
    if request.method != "POST" or not form.is_valid():
        return show(request, "two_step_setup", **page)
    codes = confirm_setup(device=device, code=form.cleaned_data["code"])
    if codes is None:
        form.add_error("code", _("This code is not right. Check that the clock of your phone is right."))
        return show(request, "two_step_setup", **page)
    keep_this_session(request, user)
    device.refresh_from_db()
    otp_login(request, device)
    return _show_codes(request, codes, onward=destination(going_to))


@setup_action
@step_up_required
def two_step_begin(request: PersonRequest) -> HttpResponse:
    """Make a new seed to set up; one that is in use stays in use."""
    if request.user.authenticator is None:
        start_setup(user=request.user)
    return redirect(with_next("accounts:two-step-setup", next_path(request)))


@transaction.non_atomic_requests
@own_form
def two_step_off(request: PersonRequest) -> HttpResponse:
    """Turn the second factor off, for someone who gives the password and a code."""
    user = request.user
    if user.authenticator is None:
        return redirect("accounts:settings")
    form = TurnOffForm(sent(request))
    if request.method != "POST" or not form.is_valid():
        return show(request, "two_step_off", form=form)
    given, address = form.cleaned_data, throttle.client_address(request)
    try:
        proved = confirm_password(user=user, password=given["password"], address=address)
    except throttle.TooSoon as wait:
        return show_wait(request, "two_step_off", form=form, wait=wait)
    if not proved or verify_code(user=user, code=given["code"]) is None:
        form.add_error(None, _("The password or the code is not right."))
        return show(request, "two_step_off", form=form)
    turn_off(user=user)
    keep_this_session(request, user)
    return redirect("accounts:settings")


@own_form
@step_up_required
def recovery_codes(request: PersonRequest) -> HttpResponse:
    """Say how many codes are left; on demand make new ones and show them once."""
    user = request.user
    if user.authenticator is None:
        return redirect("accounts:two-step-setup")
    if request.method != "POST":
        return show(request, "recovery_codes_left", left=user.recovery_codes.count())
    return _show_codes(request, renew_recovery_codes(user=user))


def _show_codes(request: HttpRequest, codes: list[str], onward: str = "") -> HttpResponse:
    """The one time that the codes can be read, copied or kept as a file made in the page itself."""
    text = "\n".join(codes)
    file = "data:text/plain;charset=utf-8," + quote(text + "\n")
    return show(request, "recovery_codes", codes_as_text=text, download=file, onward=onward)
