"""The mailbox page: every mail that the product sent, where there is no provider. Absent elsewhere."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from delivery import frames, mailbox
from delivery.forms import RecipientForm

#: A mail in its frame: no script, no foreign host, no form; its links open in the window.
FRAME_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)
MACHINE_LIMIT = 500

View = Callable[..., HttpResponse]


def where_enabled(view: View) -> View:
    """Open to whoever reaches a demonstration, not there at all in production."""

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.MAILBOX_ENABLED:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@where_enabled
@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """The newest mails. An address to look for is posted: it does not belong in a URL."""
    form = RecipientForm(request.POST or None)
    to = form.cleaned_data["to"] if form.is_bound and form.is_valid() else ""
    found = [] if form.is_bound and not form.is_valid() else mailbox.newest(to=to)
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "mailbox/messages.html", {"form": form, "to": to, "found": found}, status=status)


@where_enabled
@require_safe
def messages_json(request: HttpRequest) -> HttpResponse:
    """The newest mails for programs on this machine."""
    found = mailbox.newest(limit=MACHINE_LIMIT)
    return JsonResponse({"messages": [message.as_json() for message in found]})


@where_enabled
@require_safe
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mail: its text with links to click, and its HTML in a frame."""
    return render(request, "mailbox/message.html", {"message": _find(pk)})


@where_enabled
@require_safe
def message_html(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The HTML of a mail alone, for the frame."""
    page = frames.framed(_find(pk).html, sheet_url=reverse("mailbox:message-css", kwargs={"pk": pk}))
    response = HttpResponse(page)
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


@where_enabled
@require_safe
def message_css(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The styles of a mail's HTML."""
    return HttpResponse(frames.sheet(_find(pk).html), content_type="text/css; charset=utf-8")


def _find(pk: UUID) -> mailbox.Delivered:
    found = mailbox.find(pk)
    if found is None:
        raise Http404
    return found
