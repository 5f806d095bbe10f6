"""Opening an account."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import legal, sign_in, throttle, tickets
from accounts.device import remember_device
from accounts.forms import SignUpForm, VerifyForm
from accounts.links import destination, next_path
from accounts.models import PendingSignUp
from accounts.sign_up import AddressTaken, ask_for_account, open_account
from accounts.views.doors import public_form, public_page, sent, show, show_wait


@public_form
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for an account; the answer is the same whether the address has one or not."""
    language = legal.in_a_language_we_write(get_language())
    going_to = next_path(request)
    form = SignUpForm(sent(request))
    page: dict[str, Any] = {"form": form, "next": going_to, "terms_language": language}
    if request.method != "POST":
        return (
            redirect(destination(going_to))
            if request.user.is_authenticated
            else show(request, "sign_up", **page)
        )
    if not form.is_valid():
        return show(request, "sign_up", **page)
    try:
        throttle.count_request(purpose="sign-up", address=throttle.client_address(request))
    except throttle.TooSoon as wait:
        return show_wait(request, "sign_up", wait=wait, **page)
    chosen = form.cleaned_data
    ask_for_account(
        email=chosen["email"],
        name=chosen["name"],
        password=chosen["password"],
        language=language,
        next_path=going_to,
    )
    return redirect("accounts:sign-up-done")


@public_page
def sign_up_done(request: HttpRequest) -> HttpResponse:
    return show(request, "sign_up_done")


@transaction.non_atomic_requests
@public_form
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Open the account for who has both the link and the password; following the link changes nothing."""
    pending = tickets.find(PendingSignUp, token)
    if pending is None:
        return show(request, "link_ended", status=404, again="accounts:sign-up")
    form = VerifyForm(sent(request))
    page: dict[str, Any] = {"form": form, "next": next_path(request)}
    if request.method != "POST" or not form.is_valid():
        return show(request, "verify", **page)
    try:
        user = open_account(
            pending=pending,
            password=form.cleaned_data["password"],
            address=throttle.client_address(request),
        )
    except throttle.TooSoon as wait:
        return show_wait(request, "verify", wait=wait, **page)
    except AddressTaken:
        return show(request, "link_ended", status=404, again="accounts:sign-in")
    if user is None:
        form.add_error("password", _("This is not the password you chose when you signed up."))
        return show(request, "verify", **page)
    sign_in.sign_in(request, user=user)
    response = redirect(destination(page["next"]))
    remember_device(response, account=user.email)
    return response
