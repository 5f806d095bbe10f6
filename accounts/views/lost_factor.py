"""The app and the recovery codes are both lost."""

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import lost_factor, throttle, tickets
from accounts.models import LostFactor
from accounts.sign_in import half_way
from accounts.views.doors import public_form, sent, show, show_wait


@public_form
def ask(request: HttpRequest) -> HttpResponse:
    """For someone whose password was right in this session; the answer is the same whatever is under way."""
    person = half_way(request)
    if person is None:
        return redirect("accounts:sign-in")
    form = Form(sent(request))
    hours = settings.LOST_FACTOR_HOURS
    if request.method != "POST":
        return show(request, "lost_factor", form=form, hours=hours)
    try:
        throttle.count_request(purpose="lost-factor", address=throttle.client_address(request))
    except throttle.TooSoon as wait:
        return show_wait(request, "lost_factor", form=form, wait=wait, hours=hours)
    lost_factor.ask(user=person.user)
    return show(request, "lost_factor_asked")


@public_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Begin the wait when its reader presses the button; following the link changes nothing."""
    if request.method != "POST":
        if tickets.find(LostFactor, token) is None:
            return _ended(request)
        return show(request, "lost_factor_confirm", hours=settings.LOST_FACTOR_HOURS)
    if not lost_factor.begin_wait(token=token):
        return _ended(request)
    return show(request, "lost_factor_waits", hours=settings.LOST_FACTOR_HOURS)


@public_form
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the second factor. Whoever got this link may press the button, signed in or not."""
    if request.method != "POST":
        if lost_factor.waiting(token) is None:
            return _ended(request)
        return show(request, "lost_factor_stop")
    if not lost_factor.stop(token=token):
        return _ended(request)
    return show(request, "lost_factor_stopped")


def _ended(request: HttpRequest) -> HttpResponse:
    return show(request, "link_ended", status=404, again="accounts:sign-in")
