"""Changing the password and the address."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import throttle, tickets
from accounts.credentials import (
    ask_for_email_change,
    ask_for_password_reset,
    change_email,
    change_password,
    reset_password,
)
from accounts.forms import ChangeEmailForm, ChangePasswordForm, NewPasswordForm, PasswordResetForm
from accounts.models import EmailChange, PasswordReset
from accounts.sessions import keep_this_session
from accounts.sign_in import confirm_password
from accounts.step_up import step_up_required
from accounts.views.doors import PersonRequest, own_form, public_form, public_page, sent, show, show_wait


@public_form
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether the address has an account or not."""
    form = PasswordResetForm(sent(request))
    if request.method != "POST" or not form.is_valid():
        return show(request, "password_reset", form=form)
    try:
        throttle.count_request(purpose="password-reset", address=throttle.client_address(request))
    except throttle.TooSoon as wait:
        return show_wait(request, "password_reset", form=form, wait=wait)
    ask_for_password_reset(email=form.cleaned_data["email"])
    return redirect("accounts:password-reset-done")


@public_page
def password_reset_done(request: HttpRequest) -> HttpResponse:
    return show(request, "password_reset_done")


@public_form
def password_reset_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password by the mailed link. Signs nobody in."""
    wish = tickets.find(PasswordReset, token)
    if wish is None or wish.user is None:
        return show(request, "link_ended", status=404, again="accounts:password-reset")
    form = NewPasswordForm(sent(request), user=wish.user)
    if request.method != "POST" or not form.is_valid():
        return show(request, "password_reset_confirm", form=form)
    if reset_password(token=token, password=form.cleaned_data["password"]) is None:
        return show(request, "link_ended", status=404, again="accounts:password-reset")
    return show(request, "password_reset_complete")


@transaction.non_atomic_requests
@own_form
def change_own_password(request: PersonRequest) -> HttpResponse:
    """Choose a new password, knowing the present one; every other session ends."""
    user = request.user
    form = ChangePasswordForm(sent(request), user=user)
    if request.method != "POST" or not form.is_valid():
        return show(request, "change_password", form=form)
    given, address = form.cleaned_data, throttle.client_address(request)
    try:
        known = confirm_password(user=user, password=given["current_password"], address=address)
    except throttle.TooSoon as wait:
        return show_wait(request, "change_password", form=form, wait=wait)
    if not known:
        form.add_error("current_password", _("This is not your present password."))
        return show(request, "change_password", form=form)
    change_password(user=user, password=given["password"])
    keep_this_session(request, user)
    return redirect("accounts:settings")


@transaction.non_atomic_requests
@own_form
@step_up_required
def change_own_email(request: PersonRequest) -> HttpResponse:
    """Ask for another address, which its reader confirms; the present one is warned."""
    user = request.user
    form = ChangeEmailForm(sent(request), user=user)
    if request.method != "POST" or not form.is_valid():
        return show(request, "change_email", form=form)
    given, address = form.cleaned_data, throttle.client_address(request)
    try:
        known = confirm_password(user=user, password=given["password"], address=address)
    except throttle.TooSoon as wait:
        return show_wait(request, "change_email", form=form, wait=wait)
    if not known:
        form.add_error("password", _("This is not your password."))
        return show(request, "change_email", form=form)
    ask_for_email_change(user=user, new_email=given["email"])
    return show(request, "change_email_asked", new_email=given["email"])


@public_form
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Take the new address into use when its reader presses the button; the link alone changes nothing."""
    if tickets.find(EmailChange, token) is None:
        return show(request, "link_ended", status=404, again="accounts:change-email")
    if request.method != "POST":
        return show(request, "confirm_email")
    user = change_email(token=token)
    if user is None:
        return show(request, "link_ended", status=404, again="accounts:change-email")
    if request.user == user:
        keep_this_session(request, user)
    return show(request, "confirm_email_done")
