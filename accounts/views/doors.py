"""What every page of this app has in common: who may open it, how it is sent, what it answers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.links import own_path, with_next
from accounts.models import User
from accounts.parameters import single_values
from accounts.sign_in import half_way
from accounts.throttle import TooSoon

View = Callable[..., HttpResponse]


class PersonRequest(HttpRequest):
    """A request of someone who is signed in, with the second factor where there is one."""

    user: User


def public_form(view: View) -> View:
    """A form that anyone may open and send."""
    return login_not_required(_form(view))


def public_page(view: View) -> View:
    """A page that anyone may read."""
    return login_not_required(require_safe(single_values(view)))


def own_form(view: View) -> View:
    """A form about oneself."""
    return _form(_fully_signed_in(view))


def own_page(view: View) -> View:
    """A page about oneself."""
    return never_cache(require_safe(single_values(_fully_signed_in(view))))


def own_action(view: View) -> View:
    """A button about oneself."""
    return never_cache(require_POST(single_values(_fully_signed_in(view))))


def setup_form(view: View) -> View:
    """A form on the way to a second factor, open to someone who must set one up before all else."""
    return _form(_fully_signed_in(view, setting_up=True))


def setup_action(view: View) -> View:
    """A button on that way."""
    return never_cache(require_POST(single_values(_fully_signed_in(view, setting_up=True))))


def public_action(view: View) -> View:
    """A button that anyone may press."""
    return login_not_required(never_cache(require_POST(single_values(view))))


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty form that was sent is still one that was sent."""
    return request.POST if request.method == "POST" else None


def show(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page of this app; a form with errors is answered with 422."""
    form = context.get("form")
    if status == 200 and isinstance(form, Form) and form.is_bound and form.errors:
        status = 422
    return render(request, f"accounts/{template}.html", context, status=status)


def show_wait(
    request: HttpRequest, template: str, *, form: Form, wait: TooSoon, **context: Any
) -> HttpResponse:
    """The page again, saying how long to wait; the same for those we know and those we do not."""
    message = ngettext(
        "That was too often. Try again in %(count)d minute.",
        "That was too often. Try again in %(count)d minutes.",
        wait.minutes,
    )
    form.add_error(None, message % {"count": wait.minutes})
    response = show(request, template, status=429, form=form, **context)
    response.headers["Retry-After"] = str(wait.seconds)
    return response


def _form(view: View) -> View:
    limited = require_http_methods(["GET", "HEAD", "POST"])(single_values(view))
    return never_cache(sensitive_post_parameters()(limited))


def _fully_signed_in(view: View, *, setting_up: bool = False) -> View:
    """Send someone who has a second factor and has not given it to give it, or who must set one up there."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if half_way(request) is not None:
            back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
            return redirect(with_next("accounts:two-step", own_path(back)))
        if not setting_up and request.user.must_set_up_two_step:  # type: ignore[union-attr]
            return redirect("accounts:two-step-setup")
        return view(request, *args, **kwargs)

    return wrapper
