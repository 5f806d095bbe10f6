"""Two mistakes: a page that names no right, and one that is open to strangers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from organisations.permissions import Permission, requires


def nameless(request: HttpRequest, organisation: str) -> HttpResponse:
    return HttpResponse()


@login_not_required
@requires(Permission.LEADS_VIEW)
def wide_open(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("elsewhere/", nameless),
    path("o/<slug:organisation>/", include([path("nameless/", nameless), path("open/", wide_open)])),
]
